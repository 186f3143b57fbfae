// SPDX-License-Identifier: BSD-2-Clause
// PageWalk: the way of one linear address through the page tables, from the root to the page or to
// the entry that ends it (SDM vol. 3A 4.5, 4.7).
//
// What always holds:
// - Each entry is judged when it is read: not present first, then its reserved bits, before the
//   next table is looked at. Rights are put together on the way and judged by the caller, who has
//   an access in mind: see access_rights.h.
// - A walk changes nothing. mark_used() sets the accessed and dirty flags of one that succeeded
//   (4.8); it is part of the same step, so no other CPU comes in between, as with the locked
//   updates of the hardware.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/machine/access_rights.h"
#include "kernel_model/machine/linear_address.h"
#include "kernel_model/machine/page_table_entry.h"
#include "kernel_model/machine/physical_memory.h"

namespace ipcsim::machine {

struct PageWalk {
  enum class End : std::uint8_t { kMapped, kNotPresent, kReservedBit };

  struct Entry {
    std::uint64_t place = 0;  // its physical address
    PageTableEntry value;
  };

  End end = End::kNotPresent;
  std::uint8_t entries_read = 0;
  std::array<Entry, kTableLevels> entries{};  // the first entries_read count

  // Of a page that is mapped.
  PageSize size = PageSize::k4K;
  bool global = false;
  Rights rights;
  std::uint64_t page = 0;  // physical address of its first byte

  bool mapped() const { return end == End::kMapped; }
  const PageTableEntry& leaf() const { return entries[entries_read - 1U].value; }
  bool dirty() const { return leaf().has(PageTableEntry::kDirty); }
  // Whether every entry has its accessed flag.
  bool accessed() const;
};

PageWalk walk_page_tables(const PhysicalMemory& memory, std::uint64_t root, std::uint64_t linear,
                          const PagingMode& mode);

// Which flags mark_used() had to set.
struct MarkedEntries {
  std::uint8_t accessed = 0;  // a bit for each entry, bit 0 the first one read
  bool dirty = false;
};

// The page of a walk is used: sets A in every entry and, for a write, D in the last. Flags are only
// ever set.
MarkedEntries mark_used(PhysicalMemory& memory, const PageWalk& walk, AccessKind kind);

}  // namespace ipcsim::machine
