// SPDX-License-Identifier: BSD-2-Clause
// ApicMachine: what the cases of an interrupt table run on: CPUs that do nothing but take
// interrupts, their local APICs, an I/O APIC, and the 8259 pair at LINT0 of the first CPU.
//
// Every case starts in the state that the table describes: software-enabled, everything else as
// after reset, all I/O APIC entries masked, both 8259s initialised and masked. Each operation takes
// some cycles; timers expire meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernel_model/machine/apic_bus.h"
#include "kernel_model/machine/interrupt_line.h"

namespace ipcsim::oracle {

// What the handlers of a window do.
enum class Window : std::uint8_t {
  kEoi,             // end the interrupt
  kNoEoi,           // do not
  kPriority,        // as the first; the result has the priority that the handler saw
  kFirst,           // do not, and there is at most one
  kNested,          // let others in, then end it
  kNestedPriority,  // the same, with the priority
  kEnd8259,         // end it at the 8259s alone
};

class ApicMachine {
 public:
  enum class Start : std::uint8_t { kXapic, kX2apic };

  ApicMachine(unsigned cpus, Start start);

  unsigned cpus() const { return static_cast<unsigned>(apics_.size()); }

  void write(unsigned cpu, std::uint32_t offset, std::uint32_t value);
  std::uint32_t read(unsigned cpu, std::uint32_t offset);
  // MSRs of a local APIC: "#GP", "ok" or a value.
  static bool has_msr(std::uint32_t msr);
  std::string read_msr(unsigned cpu, std::uint32_t msr);
  std::string write_msr(unsigned cpu, std::uint32_t msr, std::uint64_t value);
  std::uint8_t read_cr8(unsigned cpu);
  void write_cr8(unsigned cpu, std::uint64_t value);
  void end_interrupt(unsigned cpu);
  // Eight registers, read one by one.
  std::vector<unsigned> read_bank(unsigned cpu, machine::ApicRegister first);

  // Vectors in the order of delivery, as the table writes them; nothing when they never end.
  std::string open_window(unsigned cpu, Window window);

  void write_io_apic(std::uint32_t index, std::uint32_t value);
  std::uint32_t read_io_apic(std::uint32_t index);
  void set_line(unsigned number, machine::Level level);
  void write_port(std::uint16_t port, std::uint8_t value);
  std::uint8_t read_port(std::uint16_t port);

  void pass_time() { pass(kDelay); }
  // Whether it happened.
  bool wait_for_request(unsigned cpu, std::uint8_t vector);
  bool wait_for_zero_count(unsigned cpu);
  // 0: the count stands still, 1: it falls, 2: it rose.
  unsigned observe_count(unsigned cpu);
  bool restart(unsigned cpu);  // INIT, then SIPI

 private:
  static constexpr Cycles kOperation = 50;
  static constexpr Cycles kPoll = 200;
  static constexpr Cycles kDelay = 1'000'000;
  static constexpr Cycles kObservation = 2'000;
  static constexpr Cycles kLongestWait = 300'000'000;
  static constexpr unsigned kMostDeliveries = 1'000;

  void pass(Cycles cycles);
  void connect_8259();
  std::uint32_t read_register(unsigned cpu, machine::ApicRegister which);
  void write_register(unsigned cpu, machine::ApicRegister which, std::uint32_t value);
  template <class Condition>
  bool wait(Condition condition);
  // The vector that the CPU takes now, if any.
  bool take(unsigned cpu, std::uint8_t& vector);
  bool deliver(unsigned cpu, Window window, std::vector<std::string>& log, unsigned& left);

  Arena arena_;
  Cycle now_ = 0;
  machine::ApicBus bus_{arena_};
  std::vector<std::unique_ptr<machine::LocalApic>> apics_;
  machine::IoApic io_apic_{bus_};
  machine::InterruptControllerPair pair_;
  std::vector<machine::InterruptLine> lines_;
};

}  // namespace ipcsim::oracle
