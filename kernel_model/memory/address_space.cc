// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/memory/address_space.h"

#include <algorithm>
#include <iterator>

#include "sim/base/check.h"

namespace ipcsim::kernel {
namespace {

using machine::PageTableEntry;
using machine::TableLevel;

constexpr TableLevel kLevels[] = {TableLevel::kPml4e, TableLevel::kPdpte, TableLevel::kPde,
                                  TableLevel::kPte};
constexpr std::uint64_t kEntriesOfTable = 1U << machine::kIndexBits;

// Rights are judged at the last level; the tables above grant everything.
constexpr std::uint64_t kTableBits =
    PageTableEntry::kPresent | PageTableEntry::kWritable | PageTableEntry::kUser;

std::uint64_t place_in(std::uint64_t table, std::uint64_t page, TableLevel level) {
  return table + machine::index_in_table(page, level) * machine::kEntryBytes;
}

std::uint64_t page_bits(PageAccess access) {
  const std::uint64_t writable = access == PageAccess::kWrite ? PageTableEntry::kWritable : 0;
  return PageTableEntry::kPresent | PageTableEntry::kUser | PageTableEntry::kNoExecute | writable;
}

FrameId frame_of(const PageTableEntry& entry) {
  return FrameId(static_cast<std::uint32_t>(entry.address() / machine::kFrameBytes));
}

}  // namespace

std::uint64_t AddressSpace::entry_place(std::uint64_t page) const {
  if (!root_.valid()) return 0;
  std::uint64_t table = FramePool::address_of(root_);
  for (const TableLevel level : kLevels) {
    const std::uint64_t place = place_in(table, page, level);
    if (level == TableLevel::kPte) return place;
    const PageTableEntry entry{memory_.load<std::uint64_t>(place)};
    if (!entry.has(PageTableEntry::kPresent)) return 0;
    table = entry.address();
  }
  return 0;
}

std::uint32_t AddressSpace::missing_tables(std::uint64_t page) const {
  auto below = static_cast<std::uint32_t>(std::size(kLevels)) - 1;
  if (!root_.valid()) return below + 1;
  std::uint64_t table = FramePool::address_of(root_);
  for (const TableLevel level : kLevels) {
    if (level == TableLevel::kPte) break;
    const PageTableEntry entry{memory_.load<std::uint64_t>(place_in(table, page, level))};
    if (!entry.has(PageTableEntry::kPresent)) return below;
    table = entry.address();
    --below;
  }
  return 0;
}

FrameId AddressSpace::take_table() {
  const std::optional<FrameId> table = frames_.take(FrameUse::kPageTable, task_);
  SIM_CHECK(table.has_value(), "a page table needs a frame, and none is free");
  tables_.push_back(*table);
  return *table;
}

std::uint64_t AddressSpace::make_entry_place(std::uint64_t page) {
  if (!root_.valid()) root_ = take_table();
  std::uint64_t table = FramePool::address_of(root_);
  for (const TableLevel level : kLevels) {
    const std::uint64_t place = place_in(table, page, level);
    if (level == TableLevel::kPte) return place;
    PageTableEntry entry{memory_.load<std::uint64_t>(place)};
    if (!entry.has(PageTableEntry::kPresent)) {
      entry.bits = FramePool::address_of(take_table()) | kTableBits;
      memory_.store(place, entry.bits);
    }
    table = entry.address();
  }
  return 0;
}

std::optional<MappedPage> AddressSpace::find(std::uint64_t page) const {
  const std::uint64_t place = entry_place(page);
  if (place == 0) return std::nullopt;
  const PageTableEntry entry{memory_.load<std::uint64_t>(place)};
  if (!entry.has(PageTableEntry::kPresent)) return std::nullopt;
  return MappedPage{page, frame_of(entry), entry};
}

bool AddressSpace::map(std::uint64_t page, FrameId frame, PageAccess access) {
  SIM_CHECK(is_user_page(page) && !find(page), "a page is mapped where none may be");
  if (frames_.free() < missing_tables(page)) return false;
  memory_.store(make_entry_place(page), FramePool::address_of(frame) | page_bits(access));
  frames_.add_mapping(frame);
  pages_.insert(std::lower_bound(pages_.begin(), pages_.end(), page), page);
  return true;
}

void AddressSpace::protect(std::uint64_t page, PageAccess access) {
  const std::uint64_t place = entry_place(page);
  SIM_CHECK(place != 0, "a page is protected where none is mapped");
  const PageTableEntry entry{memory_.load<std::uint64_t>(place)};
  const std::uint64_t kept = PageTableEntry::kAccessed | PageTableEntry::kDirty;
  memory_.store(place, entry.address() | (entry.bits & kept) | page_bits(access));
}

FrameId AddressSpace::unmap(std::uint64_t page) {
  const std::optional<MappedPage> mapped = find(page);
  SIM_CHECK(mapped.has_value(), "a page is unmapped where none is mapped");
  memory_.store(entry_place(page), std::uint64_t{0});
  pages_.erase(std::lower_bound(pages_.begin(), pages_.end(), page));
  return mapped->frame;
}

void AddressSpace::list(std::pmr::vector<MappedPage>& out) const {
  out.clear();
  for (const std::uint64_t page : pages_) {
    const std::optional<MappedPage> mapped = find(page);
    SIM_CHECK(mapped.has_value(), "the books name a page that no table maps");
    out.push_back(*mapped);
  }
}

void AddressSpace::walk(std::pmr::vector<MappedPage>& out) const {
  out.clear();
  if (root_.valid()) walk_below(FramePool::address_of(root_), 0, 0, out);
}

void AddressSpace::walk_below(std::uint64_t table, unsigned level, std::uint64_t address,
                              std::pmr::vector<MappedPage>& out) const {
  const unsigned below = machine::kTableLevels - 1 - level;
  const std::uint64_t span = machine::kPageBytes << below * machine::kIndexBits;
  for (std::uint64_t index = 0; index < kEntriesOfTable; ++index) {
    const PageTableEntry entry{memory_.load<std::uint64_t>(table + index * machine::kEntryBytes)};
    if (!entry.has(PageTableEntry::kPresent)) continue;
    const std::uint64_t first = address + index * span;
    if (below == 0) {
      out.push_back({first, frame_of(entry), entry});
    } else {
      walk_below(entry.address(), level + 1, first, out);
    }
  }
}

void AddressSpace::give_tables_back() {
  SIM_CHECK(pages_.empty(), "page tables are given back with pages in them");
  for (const FrameId table : tables_) frames_.let_go(table);
  tables_.clear();
  root_ = FrameId::none();
}

}  // namespace ipcsim::kernel
