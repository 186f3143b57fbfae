// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_timer.h"

#include <initializer_list>

#include <doctest/doctest.h>

namespace ipcsim::machine {
namespace {

constexpr std::uint32_t kByOne = 0b1011;

TEST_CASE("every divider lets a count take so many cycles") {
  struct Divider {
    std::uint32_t bits;
    Cycles cycles;
  };
  for (const Divider& divider :
       {Divider{0b0000, 2}, Divider{0b0001, 4}, Divider{0b0010, 8}, Divider{0b0011, 16},
        Divider{0b1000, 32}, Divider{0b1001, 64}, Divider{0b1010, 128}, Divider{0b1011, 1}}) {
    ApicTimer timer;
    timer.set_divide(divider.bits, 0);
    timer.set_initial_count(10, 100);
    CHECK(timer.expiry() == 100 + 10 * divider.cycles);
  }
}

TEST_CASE("one-shot counts down and stands still, periodic starts again") {
  ApicTimer timer;
  timer.set_divide(kByOne, 0);
  timer.set_initial_count(1000, 0);
  CHECK(timer.current_count(400) == 600);
  timer.expire();
  CHECK(timer.expiry() == kNever);
  CHECK(timer.current_count(2000) == 0);
  CHECK(timer.initial_count() == 1000);
  timer.set_mode(ApicTimerMode::kPeriodic);
  CHECK(timer.expiry() == kNever);  // a change of mode starts nothing
  timer.set_initial_count(1000, 5000);
  timer.expire();
  CHECK(timer.expiry() == 7000);
}

TEST_CASE("a change between one-shot and periodic lets the count run on") {
  ApicTimer timer;
  timer.set_divide(kByOne, 0);
  timer.set_initial_count(1000, 0);
  timer.set_mode(ApicTimerMode::kPeriodic);
  CHECK(timer.expiry() == 1000);
  CHECK(timer.current_count(700) == 300);
}

TEST_CASE("an initial count of 0 stops, another one starts again") {
  ApicTimer timer;
  timer.set_divide(kByOne, 0);
  timer.set_initial_count(1000, 0);
  timer.set_initial_count(500, 100);
  CHECK(timer.expiry() == 600);
  timer.set_initial_count(0, 200);
  CHECK(timer.expiry() == kNever);
  CHECK(timer.current_count(200) == 0);
}

TEST_CASE("a new divider takes effect on what is left of the count") {
  ApicTimer timer;
  timer.set_divide(kByOne, 0);
  timer.set_initial_count(1000, 0);
  timer.set_divide(0, 600);  // by two
  CHECK(timer.current_count(600) == 400);
  CHECK(timer.expiry() == 1400);
}

TEST_CASE("a deadline expires once; modes disarm each other") {
  ApicTimer timer;
  timer.set_deadline(500);  // ignored: another mode
  CHECK(timer.expiry() == kNever);
  timer.set_initial_count(1000, 0);
  timer.set_mode(ApicTimerMode::kDeadline);
  CHECK(timer.expiry() == kNever);
  timer.set_deadline(500);
  CHECK(timer.expiry() == 500);
  timer.set_initial_count(10, 0);  // ignored
  CHECK(timer.expiry() == 500);
  timer.expire();
  CHECK(timer.deadline() == 0);
  CHECK(timer.expiry() == kNever);
  timer.set_deadline(900);
  timer.set_mode(ApicTimerMode::kOneShot);
  CHECK(timer.expiry() == kNever);
}

}  // namespace
}  // namespace ipcsim::machine
