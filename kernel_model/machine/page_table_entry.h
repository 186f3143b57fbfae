// SPDX-License-Identifier: BSD-2-Clause
// PageTableEntry: the 8 bytes of one entry of a paging structure, of any of the four kinds (SDM
// vol. 3A 4.5, tables 4-14 to 4-20). The bits mean the same at every level but for bit 7, which
// makes a PDPTE or a PDE map a page, is reserved in a PML4E and chooses a memory type in a PTE.
// What has no name here is ignored by the hardware.
#pragma once

#include <cstdint>

#include "kernel_model/machine/linear_address.h"

namespace ipcsim::machine {

// MAXPHYADDR: what CPUID.80000008H:EAX[7:0] of the simulated CPUs says (SDM vol. 3A 4.1.4).
inline constexpr unsigned kPhysicalAddressBits = 40;

// Bits first..last, both included.
constexpr std::uint64_t bit_range(unsigned first, unsigned last) {
  return (~std::uint64_t{0} >> (63 - last)) & (~std::uint64_t{0} << first);
}

struct PageTableEntry {
  static constexpr std::uint64_t kPresent = 1U << 0;
  static constexpr std::uint64_t kWritable = 1U << 1;  // R/W
  static constexpr std::uint64_t kUser = 1U << 2;      // U/S
  static constexpr std::uint64_t kAccessed = 1U << 5;  // 4.8
  static constexpr std::uint64_t kDirty = 1U << 6;     // of an entry that maps a page; 4.8
  static constexpr std::uint64_t kPageSize = 1U << 7;  // PS: a PDPTE or PDE that maps a page
  static constexpr std::uint64_t kGlobal = 1U << 8;    // of an entry that maps a page; 4.10.2.4
  static constexpr unsigned kKeyShift = 59;            // 62:59, protection key; 4.6.2
  static constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;  // reserved if NXE = 0
  static constexpr std::uint64_t kAddress = bit_range(kPageBits, kPhysicalAddressBits - 1);

  std::uint64_t bits = 0;

  constexpr bool has(std::uint64_t which) const { return (bits & which) != 0; }
  constexpr std::uint64_t address() const { return bits & kAddress; }
  constexpr std::uint8_t key() const { return bits >> kKeyShift & 15; }

  // Whether it maps a page rather than pointing to the next table.
  constexpr bool maps_page(TableLevel level) const {
    if (level == TableLevel::kPml4e) return false;
    return level == TableLevel::kPte || has(kPageSize);
  }

  // The bits that must be 0 in a present entry; bit 63 joins them where EFER.NXE is 0.
  constexpr std::uint64_t reserved(TableLevel level) const {
    constexpr std::uint64_t kAboveMemory = bit_range(kPhysicalAddressBits, 51);
    if (level == TableLevel::kPml4e) return kAboveMemory | kPageSize;
    if (level == TableLevel::kPte || !has(kPageSize)) return kAboveMemory;
    // Bit 12 of a large page is its PAT bit.
    const PageSize size = level == TableLevel::kPdpte ? PageSize::k1G : PageSize::k2M;
    return kAboveMemory | bit_range(kPageBits + 1, bits_of(size) - 1);
  }
};

}  // namespace ipcsim::machine
