// SPDX-License-Identifier: BSD-2-Clause
// Random programs of registers, wires and time on three CPUs, in xAPIC and in x2APIC mode: what is
// requested, in service, deliverable, wrong, and what the I/O APIC and the timers show is what the
// reference says, after every operation. A failure names its seed and the operations before it.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/random.h"
#include "sim/base/text.h"
#include "tests/properties/reference_interrupts.h"
#include "tests/support/apics.h"

namespace ipcsim::test {
namespace {

using machine::ApicRegister;
using machine::InterruptBitmap;
using machine::Level;
using machine::LocalApic;

#ifdef NDEBUG
constexpr std::uint64_t kSeeds = 20'000;
#else
constexpr std::uint64_t kSeeds = 2'000;
#endif
constexpr unsigned kOperations = 120;
constexpr unsigned kCpus = 3;
constexpr unsigned kPins = 4;

// The same machine twice.
class Twins {
 public:
  explicit Twins(std::uint64_t seed)
      : random_(seed), wide_(seed % 2 == 1), reference_(kCpus, kPins, wide_) {
    for (unsigned cpu = 0; wide_ && cpu < kCpus; ++cpu) machine_.enter_x2apic(cpu);
    for (unsigned i = 0; i < 6; ++i)
      pool_.push_back(static_cast<std::uint32_t>(random_.below(256)));
    pool_.push_back(pool_[0] ^ 1);
    pool_.push_back(pool_[1] ^ 0x10);
  }

  // What differs, or nothing.
  std::string step() {
    const auto cpu = static_cast<unsigned>(random_.below(kCpus));
    const auto kind = random_.below(20);
    std::string wrong;
    if (kind < 4) {
      command(cpu);
    } else if (kind < 7) {
      wrong = acknowledge(cpu);
    } else if (kind < 9) {
      log("cpu{} end", cpu);
      write(cpu, ApicRegister::kEndOfInterrupt, 0);
      reference_.end(reference_.cpus[cpu]);
    } else if (kind < 11) {
      set_priority(cpu);
    } else if (kind < 13) {
      set_wire();
    } else if (kind < 14) {
      write_entry();
    } else if (kind < 16) {
      configure(cpu);
    } else if (kind < 18) {
      set_timer(cpu);
    } else {
      wrong = pass_time();
    }
    return wrong.empty() ? compare() : wrong;
  }

  std::string history() const { return join(history_, "\n  "); }
  unsigned delivered() const { return delivered_; }

 private:
  template <class... Values>
  void log(fmt::format_string<Values...> format, Values&&... values) {
    history_.push_back(fmt::format(format, std::forward<Values>(values)...));
  }

  void write(unsigned cpu, ApicRegister which, std::uint32_t value) {
    if (!wide_) return machine_.write(which, value, cpu);
    const std::uint32_t msr = machine::kX2apicMsrs + static_cast<std::uint32_t>(which) / 16;
    REQUIRE(machine_.apic(cpu).write_msr(msr, value, machine_.now) == machine::MsrWrite::kDone);
  }
  std::uint32_t read(unsigned cpu, unsigned offset) {
    if (!wide_) return machine_.read(static_cast<ApicRegister>(offset), cpu);
    const auto value =
        machine_.apic(cpu).read_msr(machine::kX2apicMsrs + offset / 16, machine_.now);
    // All ones where there is none.
    return static_cast<std::uint32_t>(value.value_or(0xffffffff));
  }

  std::uint32_t any_vector() {
    if (random_.one_in(8)) return static_cast<std::uint32_t>(random_.below(256));
    return pool_[random_.below(pool_.size())];
  }
  std::uint32_t one_in(std::uint64_t n, std::uint32_t bits) { return random_.one_in(n) ? bits : 0; }

  void command(unsigned cpu) {
    ReferenceCpu& sender = reference_.cpus[cpu];
    const std::uint32_t vector = any_vector();
    if (wide_ && random_.one_in(3)) {
      log("cpu{} self ipi {:#x}", cpu, vector);
      write(cpu, ApicRegister::kSelfInterrupt, vector);
      return reference_.self_interrupt(sender, vector);
    }
    std::uint32_t low =
        vector | one_in(4, 0x100) | one_in(3, 0x800) | one_in(2, 0x4000) | one_in(4, 0x8000);
    if (random_.one_in(2)) low |= static_cast<std::uint32_t>(random_.below(4)) << 18;
    auto destination = static_cast<std::uint32_t>(random_.below(9));
    if (random_.one_in(6)) destination = 0xff;
    if (wide_ && random_.one_in(6)) destination = random_.one_in(2) ? 0xffffffff : 0x10001;
    log("cpu{} command {:#x} to {:#x}", cpu, low, destination);
    if (wide_) {
      const std::uint64_t value = std::uint64_t{destination} << 32 | low;
      REQUIRE(machine_.apic(cpu).write_msr(0x830, value, machine_.now) == machine::MsrWrite::kDone);
    } else {
      machine_.command(destination, low, cpu);
    }
    reference_.command(sender, low, destination);
  }

  std::string acknowledge(unsigned cpu) {
    ReferenceCpu& expected = reference_.cpus[cpu];
    if (!reference_.deliverable(expected) && !random_.one_in(5)) return {};
    delivered_ += reference_.deliverable(expected) ? 1 : 0;
    const unsigned vector = reference_.acknowledge(expected);
    const unsigned seen = machine_.apic(cpu).acknowledge().vector;
    log("cpu{} acknowledge", cpu);
    return seen == vector ? "" : fmt::format("vector {:#x}, not {:#x}", seen, vector);
  }

  void set_priority(unsigned cpu) {
    auto value = static_cast<std::uint32_t>(random_.below(random_.one_in(3) ? 256 : 96));
    if (random_.one_in(2)) {
      value &= 0xf0;
      REQUIRE(machine_.apic(cpu).write_cr8(value >> 4) == machine::MsrWrite::kDone);
    } else {
      write(cpu, ApicRegister::kTaskPriority, value);
    }
    log("cpu{} priority {:#x}", cpu, value);
    reference_.cpus[cpu].task_priority = value;
  }

  void set_wire() {
    const auto pin = static_cast<unsigned>(random_.below(kPins));
    const bool high = reference_.pins[pin].high == random_.one_in(4);
    log("pin {} {}", pin, high ? "high" : "low");
    machine_.io_apic.set_line(pin, high ? Level::kHigh : Level::kLow);
    reference_.set_wire(pin, high);
  }

  void write_entry() {
    const auto pin = static_cast<unsigned>(random_.below(kPins));
    if (random_.one_in(3)) {
      const auto destination =
          random_.one_in(6) ? 0xffU : static_cast<std::uint32_t>(random_.below(9));
      log("pin {} to {:#x}", pin, destination);
      machine_.write_io_apic(0x11 + 2 * pin, destination << 24);
      reference_.pins[pin].destination = destination;
      // The write looks at the wire again.
      return reference_.write_entry(pin, reference_.pins[pin].entry);
    }
    const std::uint32_t low = any_vector() | one_in(4, 0x100) | one_in(3, 0x800) |
                              one_in(6, 0x2000) | one_in(2, 0x8000) | one_in(4, 0x10000);
    log("pin {} entry {:#x}", pin, low);
    machine_.write_io_apic(0x10 + 2 * pin, low);
    reference_.write_entry(pin, low);
  }

  void configure(unsigned cpu) {
    ReferenceCpu& expected = reference_.cpus[cpu];
    switch (random_.below(4)) {
      case 0: {
        const std::uint32_t value = any_vector() | (random_.one_in(4) ? 0 : 0x100U);
        log("cpu{} spurious {:#x}", cpu, value);
        write(cpu, ApicRegister::kSpuriousVector, value);
        return reference_.write_spurious(expected, value);
      }
      case 1: {
        log("cpu{} errors", cpu);
        write(cpu, ApicRegister::kErrorStatus, 0);
        return reference_.write_errors(expected);
      }
      case 2: {
        const std::uint32_t value = any_vector() | one_in(3, 0x10000);
        log("cpu{} error entry {:#x}", cpu, value);
        write(cpu, ApicRegister::kLvtError, value);
        return reference_.write_error_entry(expected, value);
      }
      default: {
        if (wide_) return;
        const auto value = static_cast<std::uint32_t>(random_.below(16));
        log("cpu{} logical {:#x}", cpu, value);
        write(cpu, ApicRegister::kLogicalDestination, value << 24);
        expected.logical = value;
        return;
      }
    }
  }

  void set_timer(unsigned cpu) {
    ReferenceCpu& expected = reference_.cpus[cpu];
    switch (random_.below(4)) {
      case 0: {
        const std::uint32_t value =
            any_vector() | one_in(3, 0x10000) | static_cast<std::uint32_t>(random_.below(3)) << 17;
        log("cpu{} timer entry {:#x}", cpu, value);
        write(cpu, ApicRegister::kLvtTimer, value);
        return reference_.write_timer_entry(expected, value);
      }
      case 1: {
        const auto value = static_cast<std::uint32_t>(random_.below(12));
        log("cpu{} count {}", cpu, value);
        write(cpu, ApicRegister::kInitialCount, value);
        return reference_.write_initial_count(expected, value);
      }
      case 2: {
        constexpr std::uint32_t kCodes[] = {0x0, 0x1, 0x2, 0x3, 0x8, 0xb, 0xb, 0xb};
        const std::uint32_t value = kCodes[random_.below(8)];
        log("cpu{} divide {:#x}", cpu, value);
        write(cpu, ApicRegister::kDivide, value);
        return reference_.write_divide(expected, value);
      }
      default: {
        std::uint64_t value = machine_.now + random_.below(40);
        value = random_.one_in(4) ? 0 : value > 10 ? value - 10 : 0;
        log("cpu{} deadline {}", cpu, value);
        REQUIRE(machine_.apic(cpu).write_msr(machine::kMsrTscDeadline, value, machine_.now) ==
                machine::MsrWrite::kDone);
        reference_.write_deadline(expected, value);
        expire(cpu);
      }
    }
  }

  // What is due now.
  void expire(unsigned cpu) {
    LocalApic& apic = machine_.apic(cpu);
    if (apic.next_expiry() <= machine_.now) apic.expire(machine_.now);
  }

  std::string pass_time() {
    const std::uint64_t cycles = 1 + random_.below(40);
    log("{} cycles", cycles);
    for (std::uint64_t i = 0; i < cycles; ++i) {
      ++machine_.now;
      for (unsigned cpu = 0; cpu < kCpus; ++cpu) {
        if (machine_.apic(cpu).next_expiry() < machine_.now) return "an expiry in the past";
        expire(cpu);
      }
      reference_.tick();
    }
    return {};
  }

  std::string compare() {
    for (unsigned cpu = 0; cpu < kCpus; ++cpu) {
      std::string wrong = compare(cpu);
      if (!wrong.empty()) return fmt::format("cpu{}: {}", cpu, wrong);
    }
    for (unsigned pin = 0; pin < kPins; ++pin) {
      const std::uint32_t seen = machine_.read_io_apic(0x10 + 2 * pin);
      if (seen == reference_.pins[pin].entry) continue;
      return fmt::format("pin {} is {:#x}, not {:#x}", pin, seen, reference_.pins[pin].entry);
    }
    return {};
  }

  std::string compare(unsigned cpu) {
    const ReferenceCpu& expected = reference_.cpus[cpu];
    const std::pair<unsigned, const std::set<unsigned>*> banks[] = {
        {0x100, &expected.in_service},
        {0x180, &expected.level_triggered},
        {0x200, &expected.requested}};
    for (const auto& [first, vectors] : banks) {
      for (unsigned part = 0; part < InterruptBitmap::kRegisters; ++part) {
        std::uint32_t value = 0;
        for (const unsigned vector : *vectors) {
          if (vector / 32 == part) value |= 1U << (vector % 32);
        }
        const std::uint32_t seen = read(cpu, first + 16 * part);
        if (seen != value) {
          return fmt::format("register {:#x} is {:#x}, not {:#x}", first + 16 * part, seen, value);
        }
      }
    }
    const std::pair<unsigned, std::uint64_t> registers[] = {
        {0x080, expected.task_priority}, {0x0a0, reference_.priority(expected)},
        {0x280, expected.errors},        {0x320, expected.timer_entry},
        {0x370, expected.error_entry},   {0x380, expected.timer.initial},
        {0x390, expected.timer.count}};
    for (const auto& [offset, value] : registers) {
      const std::uint32_t seen = read(cpu, offset);
      if (seen != value) {
        return fmt::format("register {:#x} is {:#x}, not {:#x}", offset, seen, value);
      }
    }
    const bool deliverable = machine_.apic(cpu).deliverable();
    if (deliverable != reference_.deliverable(expected)) return "deliverable or not";
    const auto deadline = machine_.apic(cpu).read_msr(machine::kMsrTscDeadline, machine_.now);
    return deadline == expected.timer.deadline ? "" : "another deadline";
  }

  Random random_;
  bool wide_;
  Apics machine_{kCpus};
  ReferenceInterrupts reference_;
  std::vector<std::uint32_t> pool_;
  std::vector<std::string> history_;
  unsigned delivered_ = 0;
};

TEST_CASE("random programs of interrupts go as the manual says") {
  std::uint64_t delivered = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Twins twins(seed);
    for (unsigned i = 0; i < kOperations; ++i) {
      const std::string wrong = twins.step();
      if (wrong.empty()) continue;
      FAIL("seed ", seed, ": ", wrong, ", after\n  ", twins.history());
    }
    delivered += twins.delivered();
  }
  // The programs are not idle.
  CHECK(delivered > 5 * kSeeds);
}

}  // namespace
}  // namespace ipcsim::test
