// SPDX-License-Identifier: BSD-2-Clause
// Apics: a bus with some local APICs, the first of the bootstrap processor, and an I/O APIC.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernel_model/machine/apic_bus.h"

namespace ipcsim::test {

struct Apics {
  using Register = machine::ApicRegister;

  // With software-enabled local APICs.
  explicit Apics(unsigned cpus = 4, const machine::ApicFeatures& features = {}) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
      apics.push_back(std::make_unique<machine::LocalApic>(
          bus, machine::ApicId(cpu),
          cpu == 0 ? machine::ProcessorKind::kBootstrap : machine::ProcessorKind::kApplication,
          features));
      bus.attach(*apics.back());
      write(Register::kSpuriousVector, 0x1ff, cpu);
    }
    bus.attach(io_apic);
  }

  machine::LocalApic& apic(unsigned cpu = 0) { return *apics[cpu]; }
  std::uint32_t read(Register which, unsigned cpu = 0) {
    return apics[cpu]->read(static_cast<std::uint32_t>(which), 4, now);
  }
  void write(Register which, std::uint32_t value, unsigned cpu = 0) {
    apics[cpu]->write(static_cast<std::uint32_t>(which), 4, value, now);
  }
  void command(std::uint32_t destination, std::uint32_t low, unsigned cpu = 0) {
    write(Register::kCommandHigh, destination << 24, cpu);
    write(Register::kCommandLow, low, cpu);
  }
  void interrupt_self(std::uint8_t vector, unsigned cpu = 0) { command(0, 0x44000U | vector, cpu); }
  void end_interrupt(unsigned cpu = 0) { write(Register::kEndOfInterrupt, 0, cpu); }
  void enter_x2apic(unsigned cpu = 0) {
    const std::uint64_t base = *apics[cpu]->read_msr(machine::kMsrApicBase, now);
    apics[cpu]->write_msr(machine::kMsrApicBase, base | machine::kApicBaseX2apic, now);
  }
  std::uint32_t errors(unsigned cpu = 0) {
    write(Register::kErrorStatus, 0, cpu);
    return read(Register::kErrorStatus, cpu);
  }

  // Local APICs in whose IRR a vector is, one bit each.
  unsigned requested(std::uint8_t vector) const {
    unsigned set = 0;
    for (std::size_t cpu = 0; cpu < apics.size(); ++cpu) {
      if (apics[cpu]->request().test(vector)) set |= 1U << cpu;
    }
    return set;
  }

  // Of a pin of the I/O APIC: the low and the high half.
  void set_entry(unsigned pin, std::uint32_t low, std::uint32_t destination = 0) {
    write_io_apic(0x11 + 2 * pin, destination << 24);
    write_io_apic(0x10 + 2 * pin, low);
  }
  std::uint32_t read_io_apic(std::uint32_t index) {
    io_apic.write(0, 4, index);
    return io_apic.read(0x10, 4);
  }
  void write_io_apic(std::uint32_t index, std::uint32_t value) {
    io_apic.write(0, 4, index);
    io_apic.write(0x10, 4, value);
  }

  Arena arena;
  Cycle now = 0;
  machine::ApicBus bus{arena};
  std::vector<std::unique_ptr<machine::LocalApic>> apics;
  machine::IoApic io_apic{bus};
};

}  // namespace ipcsim::test
