// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/page_walk.h"

#include "sim/base/check.h"

namespace ipcsim::machine {

bool PageWalk::accessed() const {
  for (unsigned i = 0; i < entries_read; ++i) {
    if (!entries[i].value.has(PageTableEntry::kAccessed)) return false;
  }
  return true;
}

PageWalk walk_page_tables(const PhysicalMemory& memory, std::uint64_t root, std::uint64_t linear,
                          const PagingMode& mode) {
  PageWalk walk;
  walk.rights.user = true;
  walk.rights.writable = true;
  const std::uint64_t reserved_by_mode = mode.no_execute ? 0 : PageTableEntry::kNoExecute;
  std::uint64_t table = root;
  for (unsigned step = 0; step < kTableLevels; ++step) {
    const auto level = static_cast<TableLevel>(step);
    const std::uint64_t place = table + kEntryBytes * index_in_table(linear, level);
    const PageTableEntry entry{memory.load<std::uint64_t>(place)};
    walk.entries[step] = {place, entry};
    ++walk.entries_read;
    if (!entry.has(PageTableEntry::kPresent)) {
      walk.end = PageWalk::End::kNotPresent;
      return walk;
    }
    if (entry.has(entry.reserved(level) | reserved_by_mode)) {
      walk.end = PageWalk::End::kReservedBit;
      return walk;
    }
    walk.rights.user &= entry.has(PageTableEntry::kUser);
    walk.rights.writable &= entry.has(PageTableEntry::kWritable);
    walk.rights.no_execute |= entry.has(PageTableEntry::kNoExecute);
    if (entry.maps_page(level)) {
      walk.end = PageWalk::End::kMapped;
      walk.size = static_cast<PageSize>(kTableLevels - 1 - step);
      walk.global = mode.global_pages && entry.has(PageTableEntry::kGlobal);
      walk.rights.key = entry.key();
      walk.page = page_of(entry.address(), walk.size);
      return walk;
    }
    table = entry.address();
  }
  SIM_CHECK(false, "an entry of the last table maps a page");
  return walk;
}

MarkedEntries mark_used(PhysicalMemory& memory, const PageWalk& walk, AccessKind kind) {
  SIM_CHECK(walk.mapped(), "only a page that is mapped can be used");
  MarkedEntries marked;
  for (unsigned i = 0; i < walk.entries_read; ++i) {
    const auto& [place, value] = walk.entries[i];
    const bool leaf = i + 1U == walk.entries_read;
    const bool accessed = !value.has(PageTableEntry::kAccessed);
    const bool dirty = leaf && is_write(kind) && !value.has(PageTableEntry::kDirty);
    if (!accessed && !dirty) continue;
    if (accessed) marked.accessed = static_cast<std::uint8_t>(marked.accessed | 1U << i);
    if (dirty) marked.dirty = true;
    // Read again: in a table that maps itself one entry serves several levels of a walk.
    const std::uint64_t before = memory.load<std::uint64_t>(place);
    memory.store<std::uint64_t>(place, before | (accessed ? PageTableEntry::kAccessed : 0) |
                                           (dirty ? PageTableEntry::kDirty : 0));
  }
  return marked;
}

}  // namespace ipcsim::machine
