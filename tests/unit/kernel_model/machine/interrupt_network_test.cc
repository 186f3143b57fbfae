// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_network.h"

#include <array>
#include <deque>
#include <string_view>

#include <doctest/doctest.h>

#include "kernel_model/machine/cpu.h"
#include "sim/engine/chooser.h"

namespace ipcsim::machine {
namespace {

constexpr Cycles kLatency = 100;
constexpr std::uint8_t kVector = 0x50;

// CPUs that do nothing but have local APICs; time passes by advance().
class Wires final : public engine::EventHandler {
 public:
  explicit Wires(std::uint32_t cpus) {
    engine_.reset({}, reference_, cpus);
    constexpr std::array<std::string_view, 4> kNames = {"cpu0", "cpu1", "cpu2", "cpu3"};
    for (std::uint32_t number = 0; number < cpus; ++number) {
      Cpu& cpu = cpus_.emplace_back(engine_, engine::AgentId(number),
                                    engine_.add_lane(kNames[number]), network, arena_);
      network.attach(cpu);
      cpu.start_apic(0xe0, 0xf2, 0xff);
    }
  }

  // Everything up to the cycle happens.
  void advance(Cycle to) {
    engine_.schedule(to, cpus_.front().lane(), *this, 0);
    engine_.run();
  }
  void happen(std::uint64_t) override {
    engine::RunOutcome outcome;
    outcome.end = engine::RunEnd::kFinished;
    engine_.stop(std::move(outcome));
  }
  // Pin 2, with this vector, for CPU 1.
  void open_pin(std::uint32_t bits) {
    network.io_apic().write(0x00, 4, 0x10 + 2 * 2 + 1);
    network.io_apic().write(0x10, 4, 1U << 24);
    network.io_apic().write(0x00, 4, 0x10 + 2 * 2);
    network.io_apic().write(0x10, 4, kVector | bits);
  }
  Cpu& cpu(std::size_t number) { return cpus_[number]; }

 private:
  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  Arena arena_;

 public:
  InterruptNetwork network{engine_, arena_, kLatency};

 private:
  std::deque<Cpu> cpus_;
};

TEST_CASE("what a CPU sends is on its way for the latency, then pending at its target alone") {
  Wires wires(3);
  wires.cpu(0).command_interrupt(2, kVector);
  CHECK(wires.network.on_the_way() == 1);
  CHECK_FALSE(wires.cpu(2).interrupt_due());
  wires.advance(kLatency);
  CHECK(wires.network.on_the_way() == 0);
  CHECK(wires.cpu(2).interrupt_due());
  CHECK_FALSE(wires.cpu(0).interrupt_due());
  CHECK_FALSE(wires.cpu(1).interrupt_due());
  const TakenInterrupt taken = wires.cpu(2).acknowledge();
  CHECK(taken.vector == kVector);
  CHECK(taken.raised == 0);
  CHECK(wires.network.total().count(Acceptance::kAccepted) == 1);
}

TEST_CASE("what comes from outside travels in the same way, with its arrow") {
  Wires wires(2);
  wires.network.interrupt(wires.cpu(1), kVector, 7);
  wires.advance(kLatency);
  CHECK(wires.cpu(1).acknowledge().flow == 7);
}

TEST_CASE("a second message for a pending vector is one with the first, whose arrow counts") {
  Wires wires(2);
  wires.network.interrupt(wires.cpu(1), kVector, 7);
  wires.network.interrupt(wires.cpu(1), kVector, 8);
  wires.advance(kLatency);
  CHECK(wires.network.total().count(Acceptance::kCoalesced) == 1);
  CHECK(wires.cpu(1).acknowledge().flow == 7);
  CHECK_FALSE(wires.cpu(1).interrupt_due());
}

TEST_CASE("a message for nobody is counted as such") {
  Wires wires(2);
  wires.cpu(0).command_interrupt(9, kVector);
  wires.advance(kLatency);
  CHECK(wires.network.total().count(Acceptance::kNoTarget) == 1);
}

TEST_CASE("the wire of a device is heard at once, and ended by the CPU that took it") {
  Wires wires(2);
  wires.open_pin(1U << 15);  // level-triggered
  CHECK(wires.network.set_line(2, Level::kHigh, 9).count(Acceptance::kAccepted) == 1);
  CHECK(wires.cpu(1).acknowledge().flow == 9);
  CHECK_FALSE(wires.cpu(1).interrupt_due());
  wires.cpu(1).end_interrupt();  // it asks still
  CHECK(wires.cpu(1).interrupt_due());
  wires.network.set_line(2, Level::kLow, 0);
  static_cast<void>(wires.cpu(1).acknowledge());
  wires.cpu(1).end_interrupt();
  CHECK_FALSE(wires.cpu(1).interrupt_due());
}

TEST_CASE("places of messages are used again") {
  Wires wires(2);
  for (Cycle turn = 1; turn <= 3; ++turn) {
    wires.network.interrupt(wires.cpu(1), static_cast<std::uint8_t>(kVector + turn), 0);
  }
  CHECK(wires.network.on_the_way() == 3);
  wires.advance(kLatency);
  CHECK(wires.network.on_the_way() == 0);
  CHECK(wires.network.commands() == 3);
}

}  // namespace
}  // namespace ipcsim::machine
