// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_timer.h"

#include <doctest/doctest.h>

namespace ipcsim::machine {
namespace {

constexpr std::uint32_t kByOne = 0xb;

ApicTimer started(TimerMode mode, std::uint32_t count, Cycle now = 0) {
  ApicTimer timer;
  timer.set_mode(mode);
  timer.write_divide(kByOne, now);
  timer.write_initial_count(count, now);
  return timer;
}

TEST_CASE("a timer stands still until its count is written") {
  ApicTimer timer;
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.current_count(1000) == 0);
  timer.skip(1000);
  CHECK(timer.next_expiry() == kNever);
}

TEST_CASE("each code of the divider has its number of cycles") {
  constexpr struct {
    std::uint32_t code;
    Cycles cycles;
  } kCodes[] = {{0x0, 2},  {0x1, 4},  {0x2, 8},   {0x3, 16},
                {0x8, 32}, {0x9, 64}, {0xa, 128}, {0xb, 1}};
  for (const auto& [code, cycles] : kCodes) {
    ApicTimer timer;
    timer.write_divide(code, 0);
    timer.write_initial_count(10, 100);
    CHECK(timer.next_expiry() == 100 + 10 * cycles);
    CHECK(timer.current_count(100) == 10);
    CHECK(timer.current_count(100 + cycles - 1) == 10);
    CHECK(timer.current_count(100 + cycles) == 9);
    CHECK(timer.current_count(100 + 10 * cycles - 1) == 1);
    CHECK(timer.current_count(100 + 10 * cycles) == 0);
  }
}

TEST_CASE("a one-shot timer expires once and stays at 0") {
  ApicTimer timer = started(TimerMode::kOneShot, 100, 1000);
  CHECK(timer.next_expiry() == 1100);
  timer.expire(1100);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.current_count(5000) == 0);
  CHECK(timer.initial_count() == 100);
}

TEST_CASE("a periodic timer begins again at each expiry") {
  ApicTimer timer = started(TimerMode::kPeriodic, 100, 1000);
  timer.expire(1100);
  CHECK(timer.next_expiry() == 1200);
  CHECK(timer.current_count(1100) == 100);
  CHECK(timer.current_count(1150) == 50);
  // Not by the cycle at which somebody looks.
  timer.expire(1207);
  CHECK(timer.next_expiry() == 1300);
}

TEST_CASE("expiries that nobody sees are skipped, however many") {
  ApicTimer periodic = started(TimerMode::kPeriodic, 100);
  periodic.skip(99);
  CHECK(periodic.next_expiry() == 100);
  periodic.skip(100);
  CHECK(periodic.next_expiry() == 200);
  periodic.skip(1'000'000'050);
  CHECK(periodic.next_expiry() == 1'000'000'100);
  CHECK(periodic.current_count(1'000'000'050) == 50);
  ApicTimer once = started(TimerMode::kOneShot, 100);
  once.skip(100);
  CHECK(once.next_expiry() == kNever);
}

TEST_CASE("writing the count again restarts it, 0 stops it") {
  ApicTimer timer = started(TimerMode::kOneShot, 100);
  timer.write_initial_count(100, 50);
  CHECK(timer.next_expiry() == 150);
  timer.write_initial_count(0, 60);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.current_count(60) == 0);
  CHECK(timer.initial_count() == 0);
}

TEST_CASE("one-shot and periodic turn into each other without a reload") {
  ApicTimer timer = started(TimerMode::kOneShot, 100);
  timer.set_mode(TimerMode::kPeriodic);
  CHECK(timer.current_count(60) == 40);
  timer.expire(100);
  CHECK(timer.next_expiry() == 200);
  timer.set_mode(TimerMode::kOneShot);
  CHECK(timer.current_count(160) == 40);
  timer.expire(200);
  CHECK(timer.next_expiry() == kNever);
  // A count that stands still is not started.
  timer.set_mode(TimerMode::kPeriodic);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.current_count(300) == 0);
}

TEST_CASE("another divider takes the count on from where it is") {
  ApicTimer timer = started(TimerMode::kOneShot, 100);
  timer.write_divide(0x0, 40);
  CHECK(timer.current_count(40) == 60);
  CHECK(timer.next_expiry() == 40 + 2 * 60);
  // What had passed of a count is lost.
  timer.write_divide(0x3, 43);
  CHECK(timer.current_count(43) == 59);
  CHECK(timer.next_expiry() == 43 + 16 * 59);
  ApicTimer stopped;
  stopped.write_divide(0x3, 10);
  CHECK(stopped.next_expiry() == kNever);
}

TEST_CASE("a deadline arms, fires once, and reads 0 afterwards") {
  ApicTimer timer;
  timer.set_mode(TimerMode::kTscDeadline);
  timer.write_deadline(500, 100);
  CHECK(timer.deadline() == 500);
  CHECK(timer.next_expiry() == 500);
  CHECK(timer.current_count(200) == 0);
  timer.write_deadline(400, 200);
  CHECK(timer.next_expiry() == 400);
  timer.expire(400);
  CHECK(timer.deadline() == 0);
  CHECK(timer.next_expiry() == kNever);
}

TEST_CASE("a deadline of the past is due at once, 0 disarms") {
  ApicTimer timer;
  timer.set_mode(TimerMode::kTscDeadline);
  timer.write_deadline(50, 100);
  CHECK(timer.next_expiry() == 100);
  timer.write_deadline(0, 100);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.deadline() == 0);
}

TEST_CASE("modes do not mix: the count is ignored in one, the deadline in the others") {
  ApicTimer timer = started(TimerMode::kOneShot, 100);
  timer.write_deadline(500, 0);
  CHECK(timer.deadline() == 0);
  CHECK(timer.next_expiry() == 100);
  timer.set_mode(TimerMode::kTscDeadline);
  CHECK(timer.next_expiry() == kNever);
  timer.write_initial_count(7, 0);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.initial_count() == 100);
  timer.write_deadline(500, 0);
  timer.write_divide(0, 0);
  CHECK(timer.next_expiry() == 500);
  timer.set_mode(TimerMode::kPeriodic);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.deadline() == 0);
}

TEST_CASE("the reserved mode does nothing") {
  ApicTimer timer = started(TimerMode::kReserved, 100);
  CHECK(timer.next_expiry() == kNever);
  CHECK(timer.initial_count() == 100);
}

}  // namespace
}  // namespace ipcsim::machine
