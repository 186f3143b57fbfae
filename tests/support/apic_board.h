// SPDX-License-Identifier: BSD-2-Clause
// ApicBoard: CPUs' local APICs and an I/O APIC on one bus, for tests; all are enabled.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "kernel_model/machine/apic_bus.h"
#include "kernel_model/machine/io_apic.h"
#include "kernel_model/machine/local_apic.h"

namespace ipcsim::test {

class ApicBoard {
 public:
  using Register = machine::ApicRegister;

  explicit ApicBoard(unsigned cpus = 1) {
    for (unsigned id = 0; id < cpus; ++id) {
      const auto role = id == 0 ? machine::CpuRole::kBootstrap : machine::CpuRole::kApplication;
      apics_.emplace_back(id, role, bus);
      bus.add(apics_.back());
      write(Register::kSpuriousVector, 0x1ff, id);
    }
    bus.add(io_apic);
  }

  machine::LocalApic& cpu(unsigned id) { return apics_[id]; }

  std::uint32_t read(Register which, unsigned id = 0) {
    return cpu(id).read_memory(static_cast<std::uint32_t>(which), 4, now);
  }
  void write(Register which, std::uint32_t value, unsigned id = 0) {
    cpu(id).write_memory(static_cast<std::uint32_t>(which), 4, value, now);
  }
  // An inter-processor interrupt: the low half of the command, and an 8-bit destination.
  void send(std::uint32_t command, std::uint32_t destination = 0, unsigned from = 0) {
    write(Register::kCommandHigh, destination << 24, from);
    write(Register::kCommandLow, command, from);
  }
  void send_to_self(std::uint8_t vector) { send(0x4'4000U | vector); }

  // A redirection entry, low half and destination.
  void redirect(unsigned pin, std::uint32_t low, std::uint32_t destination = 0) {
    io_apic.write(static_cast<std::uint8_t>(0x11 + 2 * pin), destination << 24);
    io_apic.write(static_cast<std::uint8_t>(0x10 + 2 * pin), low);
  }

  // The vectors that have a bit.
  static std::vector<unsigned> set_in(const machine::InterruptBitmap& bank) {
    std::vector<unsigned> vectors;
    for (unsigned vector = 0; vector < 256; ++vector) {
      if (bank.test(static_cast<std::uint8_t>(vector))) vectors.push_back(vector);
    }
    return vectors;
  }
  std::vector<unsigned> requested(unsigned id = 0) { return set_in(cpu(id).request()); }
  std::vector<unsigned> serving(unsigned id = 0) { return set_in(cpu(id).in_service()); }

  machine::ApicBus bus;
  machine::IoApic io_apic{0, bus};
  Cycle now = 0;

 private:
  std::deque<machine::LocalApic> apics_;
};

}  // namespace ipcsim::test
