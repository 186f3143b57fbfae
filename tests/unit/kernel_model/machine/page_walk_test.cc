// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/page_walk.h"

#include <doctest/doctest.h>

#include "tests/support/page_tables.h"

namespace ipcsim::machine {
namespace {

using test::PageTables;
using End = PageWalk::End;
using Level = TableLevel;

constexpr std::uint64_t kAddress = 0x2a80caa2a000;
constexpr std::uint64_t kNoExecute = PageTableEntry::kNoExecute;

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

struct WalkedTables : PageTables {
  PagingMode mode;

  PageWalk walk(std::uint64_t linear = kAddress) const {
    return walk_page_tables(memory, kRoot, linear, mode);
  }
};

TEST_CASE("a page of 4 KiB is reached through four entries") {
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 7);
  const PageWalk walk = tables.walk(kAddress + 0x123);
  REQUIRE(walk.mapped());
  CHECK(walk.entries_read == 4);
  CHECK(walk.size == PageSize::k4K);
  CHECK(walk.page == PageTables::kPageA);
  CHECK(walk.rights == Rights{true, true, false, 0});
  CHECK(walk.entries[0].place == PageTables::kRoot + 8 * 0x55);
  CHECK(walk.entries[1].place == PageTables::kTables[1] + 8 * 3);
  CHECK(walk.entries[2].place == PageTables::kTables[2] + 8 * 0x55);
  CHECK(walk.entries[3].place == PageTables::kTables[3] + 8 * 0x2a);
}

TEST_CASE("a PDE with PS maps 2 MiB, a PDPTE with PS 1 GiB") {
  WalkedTables tables;
  tables.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
             PageTables::kLargePage | 0x87);
  PageWalk walk = tables.walk();
  REQUIRE(walk.mapped());
  CHECK(walk.size == PageSize::k2M);
  CHECK(walk.entries_read == 3);
  CHECK(walk.page == PageTables::kLargePage);
  tables.set(Level::kPdpte, kAddress, 0x40000087);
  walk = tables.walk();
  REQUIRE(walk.mapped());
  CHECK(walk.size == PageSize::k1G);
  CHECK(walk.entries_read == 2);
  CHECK(walk.page == 0x40000000);
}

TEST_CASE("the PAT bit of a large page is no part of its address") {
  WalkedTables tables;
  tables.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
             PageTables::kLargePage | 0x1087);
  CHECK(tables.walk().page == PageTables::kLargePage);
  tables.set(Level::kPdpte, kAddress, 0x40001087);
  CHECK(tables.walk().page == 0x40000000);
}

TEST_CASE("an entry that is not present ends the walk, whatever its other bits") {
  for (unsigned level = 0; level < kTableLevels; ++level) {
    CAPTURE(level);
    WalkedTables tables;
    tables.map_page(kAddress, PageTables::kPageA | 7);
    tables.set(static_cast<Level>(level), kAddress, ~PageTableEntry::kPresent);
    const PageWalk walk = tables.walk();
    CHECK(walk.end == End::kNotPresent);
    CHECK(walk.entries_read == level + 1);
  }
}

TEST_CASE("a reserved bit ends the walk before the next table is looked at") {
  for (unsigned level = 0; level < kTableLevels; ++level) {
    for (unsigned number = kPhysicalAddressBits; number < 52; ++number) {
      WalkedTables tables;
      tables.map_page(kAddress, PageTables::kPageA | 7);
      const auto at = static_cast<Level>(level);
      tables.set(at, kAddress, tables.get(at, kAddress) | bit(number));
      if (level < 3) tables.set(static_cast<Level>(level + 1), kAddress, 0);
      const PageWalk walk = tables.walk();
      CHECK(walk.end == End::kReservedBit);
      CHECK(walk.entries_read == level + 1);
    }
  }
}

TEST_CASE("bit 7 is reserved in a PML4E and PAT in a PTE") {
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 0x87);
  CHECK(tables.walk().mapped());
  tables.set(Level::kPml4e, kAddress, PageTables::kTables[1] | 0x87);
  CHECK(tables.walk().end == End::kReservedBit);
}

TEST_CASE("the address bits below a large page are reserved, but for PAT") {
  for (unsigned number = 12; number < 30; ++number) {
    CAPTURE(number);
    WalkedTables tables;
    tables.map(kAddress, PageTables::kTables[1] | 7, 0x40000087 | bit(number));
    CHECK(tables.walk().mapped() == (number == 12));
    if (number > 20) continue;
    tables.map(kAddress, PageTables::kTables[1] | 7, PageTables::kTables[2] | 7,
               0x1200087 | bit(number));
    CHECK(tables.walk().mapped() == (number == 12));
  }
}

TEST_CASE("bit 63 is reserved without NXE, at every level, and a right with it") {
  for (unsigned level = 0; level < kTableLevels; ++level) {
    WalkedTables tables;
    tables.map_page(kAddress, PageTables::kPageA | 7);
    const auto at = static_cast<Level>(level);
    tables.set(at, kAddress, tables.get(at, kAddress) | kNoExecute);
    const PageWalk walk = tables.walk();
    REQUIRE(walk.mapped());
    CHECK(walk.rights.no_execute);
    tables.mode.no_execute = false;
    CHECK(tables.walk().end == End::kReservedBit);
    CHECK(tables.walk().entries_read == level + 1);
  }
}

TEST_CASE("bits that the hardware ignores change nothing") {
  for (unsigned level = 0; level < kTableLevels; ++level) {
    for (unsigned number : {3U, 4U, 9U, 10U, 11U, 52U, 55U, 58U, 59U, 60U, 61U, 62U}) {
      WalkedTables tables;
      tables.map_page(kAddress, PageTables::kPageA | 7);
      const auto at = static_cast<Level>(level);
      tables.set(at, kAddress, tables.get(at, kAddress) | bit(number));
      const PageWalk walk = tables.walk();
      CHECK(walk.mapped());
      CHECK(walk.page == PageTables::kPageA);
    }
  }
}

TEST_CASE("rights are those of all entries together, the key is the last one's") {
  for (unsigned level = 0; level < kTableLevels; ++level) {
    WalkedTables tables;
    tables.map_page(kAddress, PageTables::kPageA | 7 | std::uint64_t{9} << 59);
    const auto at = static_cast<Level>(level);
    const std::uint64_t entry = tables.get(at, kAddress);
    tables.set(at, kAddress, entry & ~PageTableEntry::kUser);
    CHECK(tables.walk().rights == Rights{false, true, false, 9});
    tables.set(at, kAddress, entry & ~PageTableEntry::kWritable);
    CHECK(tables.walk().rights == Rights{true, false, false, 9});
  }
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 7);
  tables.set(Level::kPde, kAddress, PageTables::kTables[3] | 7 | std::uint64_t{9} << 59);
  CHECK(tables.walk().rights.key == 0);
}

TEST_CASE("only the G bit of the last entry counts, and only with CR4.PGE") {
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 0x107);
  CHECK_FALSE(tables.walk().global);
  tables.mode.global_pages = true;
  CHECK(tables.walk().global);
  tables.map_page(kAddress, PageTables::kPageA | 7);
  tables.set(Level::kPde, kAddress, PageTables::kTables[3] | 0x107);
  CHECK_FALSE(tables.walk().global);
}

TEST_CASE("tables outside memory are all ones: reserved bits are set") {
  WalkedTables tables;
  tables.map(kAddress, std::uint64_t{1} << 36 | 7, 0);
  const PageWalk walk = tables.walk();
  CHECK(walk.end == End::kReservedBit);
  CHECK(walk.entries_read == 2);
  const PageWalk nowhere =
      walk_page_tables(tables.memory, std::uint64_t{1} << 39, kAddress, tables.mode);
  CHECK(nowhere.end == End::kReservedBit);
  CHECK(nowhere.entries_read == 1);
}

TEST_CASE("a walk changes nothing") {
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 7);
  CHECK(tables.walk().mapped());
  CHECK(tables.get(Level::kPml4e, kAddress) == (PageTables::kTables[1] | 7));
  CHECK(tables.get(Level::kPte, kAddress) == (PageTables::kPageA | 7));
}

TEST_CASE("a page that is used has A in every entry and, when written, D in the last") {
  for (const AccessKind kind : {AccessKind::kRead, AccessKind::kFetch, AccessKind::kWrite,
                                AccessKind::kReadModifyWrite, AccessKind::kFailedCompare}) {
    WalkedTables tables;
    tables.map_page(kAddress, PageTables::kPageA | 7);
    const MarkedEntries marked = mark_used(tables.memory, tables.walk(), kind);
    CHECK(marked.accessed == 0xf);
    CHECK(marked.dirty == is_write(kind));
    CHECK(tables.get(Level::kPml4e, kAddress) == (PageTables::kTables[1] | 0x27));
    CHECK(tables.get(Level::kPdpte, kAddress) == (PageTables::kTables[2] | 0x27));
    CHECK(tables.get(Level::kPde, kAddress) == (PageTables::kTables[3] | 0x27));
    CHECK(tables.get(Level::kPte, kAddress) ==
          (PageTables::kPageA | (is_write(kind) ? 0x67U : 0x27U)));
    CHECK(tables.walk().accessed());
    CHECK(tables.walk().dirty() == is_write(kind));
    const MarkedEntries again = mark_used(tables.memory, tables.walk(), kind);
    CHECK(again.accessed == 0);
    CHECK_FALSE(again.dirty);
  }
}

TEST_CASE("flags are only ever set") {
  WalkedTables tables;
  tables.map_page(kAddress, PageTables::kPageA | 0x67);
  const MarkedEntries marked = mark_used(tables.memory, tables.walk(), AccessKind::kRead);
  CHECK(marked.accessed == 0x7);
  CHECK(tables.get(Level::kPte, kAddress) == (PageTables::kPageA | 0x67));
}

TEST_CASE("in a table that maps itself one entry serves several levels") {
  WalkedTables tables;
  constexpr unsigned kSelf = 0x100;
  constexpr std::uint64_t kSelfAddress = 0xffff804020100000;  // every index is 0x100
  tables.memory.store<std::uint64_t>(PageTables::kRoot + 8 * kSelf, PageTables::kRoot | 3);
  const PageWalk walk = tables.walk(kSelfAddress);
  REQUIRE(walk.mapped());
  CHECK(walk.page == PageTables::kRoot);
  CHECK(walk.entries[0].place == walk.entries[3].place);
  mark_used(tables.memory, walk, AccessKind::kWrite);
  CHECK(tables.memory.load<std::uint64_t>(walk.entries[0].place) == (PageTables::kRoot | 0x63));
}

}  // namespace
}  // namespace ipcsim::machine
