// SPDX-License-Identifier: BSD-2-Clause
// PageTables: a memory with one table of each level, at the places that the recorded truth tables
// use, and the pages that their entries usually name. Every entry is 0 until it is set; entries for
// different addresses share their tables.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/machine/mmu.h"

namespace ipcsim::test {

struct PageTables {
  static constexpr std::uint64_t kRoot = 0x1000000;
  static constexpr std::array<std::uint64_t, machine::kTableLevels> kTables = {
      kRoot, 0x1001000, 0x1002000, 0x1003000};
  static constexpr std::uint64_t kPageA = 0x1004000;
  static constexpr std::uint64_t kPageB = 0x1005000;
  static constexpr std::uint64_t kLargePage = 0x1200000;
  static constexpr std::uint64_t kOtherRoot = 0x1010000;
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{64} << 20;

  Arena arena;
  machine::PhysicalMemory memory{arena, kMemoryBytes};

  static std::uint64_t place(machine::TableLevel level, std::uint64_t linear) {
    return kTables[static_cast<unsigned>(level)] +
           machine::kEntryBytes * machine::index_in_table(linear, level);
  }
  void set(machine::TableLevel level, std::uint64_t linear, std::uint64_t entry) {
    memory.store<std::uint64_t>(place(level, linear), entry);
  }
  std::uint64_t get(machine::TableLevel level, std::uint64_t linear) const {
    return memory.load<std::uint64_t>(place(level, linear));
  }

  // Maps an address with these entries, from the PML4E down; 0 ends the list.
  void map(std::uint64_t linear, std::uint64_t pml4e, std::uint64_t pdpte, std::uint64_t pde = 0,
           std::uint64_t pte = 0) {
    set(machine::TableLevel::kPml4e, linear, pml4e);
    set(machine::TableLevel::kPdpte, linear, pdpte);
    if (pde != 0) set(machine::TableLevel::kPde, linear, pde);
    if (pte != 0) set(machine::TableLevel::kPte, linear, pte);
  }
  // The usual way down, all of it open to everybody, to a page of 4 KiB.
  void map_page(std::uint64_t linear, std::uint64_t pte) {
    map(linear, kTables[1] | 7, kTables[2] | 7, kTables[3] | 7, pte);
  }

  // What the CPU begins with: these tables, everything optional off but WP and NXE.
  static machine::ControlRegisters registers() {
    machine::ControlRegisters registers;
    registers.cr3 = kRoot;
    return registers;
  }
};

}  // namespace ipcsim::test
