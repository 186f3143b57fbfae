// SPDX-License-Identifier: BSD-2-Clause
// ApicMachine: the machine of one case of an APIC table: CPUs with local APICs, an I/O APIC and a
// pair of 8259s, and what the table's operations do with them. Every CPU has its interrupts off but
// in a window.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/machine/apic_bus.h"
#include "kernel_model/machine/interrupt_controller_8259.h"
#include "kernel_model/machine/io_apic.h"
#include "kernel_model/machine/local_apic.h"
#include "sim/base/cycles.h"

namespace ipcsim::oracle {

enum class StartMode : std::uint8_t { kXapic, kX2apic };

class ApicMachine {
 public:
  // In the reset state of every case.
  ApicMachine(unsigned cpus, StartMode mode);

  // One operation, by its words. Its result as the table writes it; "" of what has none; nothing
  // when it is not understood.
  std::optional<std::string> run(const std::vector<std::string_view>& words);

 private:
  struct Cpu {
    std::unique_ptr<machine::LocalApic> apic;
  };
  using Words = std::vector<std::string_view>;

  std::optional<std::string> run_cpu(machine::LocalApic& apic, const Words& words);
  std::optional<std::string> run_with_number(machine::LocalApic& apic, std::string_view operation,
                                             std::uint64_t number);
  std::optional<std::string> run_with_two(machine::LocalApic& apic, std::string_view operation,
                                          std::uint64_t first, std::uint64_t second);
  std::optional<std::string> run_board(std::string_view operation, const Words& words);
  std::optional<std::string> window(machine::LocalApic& apic, std::string_view mode);
  std::string start_again(unsigned cpu);

  // Interrupts on: the vector that the CPU takes now, if there is one.
  std::optional<std::uint8_t> take(machine::LocalApic& apic);
  void nest(machine::LocalApic& apic, bool with_priority, std::vector<std::string>& log);
  void update_external();

  std::string count_movement(machine::LocalApic& apic);
  bool wait_for_zero_count(machine::LocalApic& apic);
  bool wait_for_request(machine::LocalApic& apic, std::uint8_t vector);
  void pass(Cycles cycles);

  std::uint32_t read(machine::LocalApic& apic, machine::ApicRegister which);
  void write(machine::LocalApic& apic, machine::ApicRegister which, std::uint32_t value);

  machine::ApicBus bus_;
  machine::IoApic io_apic_{0, bus_};
  machine::InterruptControllerPair pair_;
  std::vector<Cpu> cpus_;
  std::array<bool, 16> lines_{};
  Cycle now_ = 0;
};

}  // namespace ipcsim::oracle
