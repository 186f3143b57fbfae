// SPDX-License-Identifier: BSD-2-Clause
// Random changes of page tables and registers, invalidations and accesses, on one CPU: every
// outcome is one of those that the manual allows, which a model keeps as sets: of each page, all
// that a CPU may still remember of it (SDM vol. 3A 4.10). A failure names its seed.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/random.h"
#include "tests/properties/reference_paging.h"
#include "tests/support/page_tables.h"

namespace ipcsim::test {
namespace {

using machine::AccessKind;
using machine::AccessResult;
using machine::Fault;
using machine::FaultKind;
using machine::MemoryAccess;
using machine::Privilege;
using machine::Segment;
using machine::TableLevel;

#ifdef NDEBUG
constexpr std::uint64_t kPrograms = 10'000;
#else
constexpr std::uint64_t kPrograms = 1'500;
#endif
constexpr unsigned kSteps = 60;

// Two pages of one 2 MiB page, and one elsewhere.
constexpr std::array<std::uint64_t, 3> kAddresses = {0x2a80caa2a000, 0x2a80caa2b000,
                                                     0xffff80caaaa2a000};
constexpr std::uint64_t kPcids = 3;
constexpr std::uint64_t kNoFlush = std::uint64_t{1} << 63;

struct Outcome {
  Fault fault;
  std::uint64_t physical = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string to_text(const Outcome& outcome) {
  return fmt::format("{} physical {:#x}", test::to_text(outcome.fault), outcome.physical);
}

// What may be remembered of each page, under each PCID and as global.
class Remembered {
 public:
  using Page = ReferencePaging::Page;

  void add(std::size_t address, std::uint64_t pcid, const Page& page) {
    if (!page.mapped()) return;
    auto& pages = page.global ? global_[address] : own_[pcid][address];
    const auto same = [&page](const Page& other) {
      return page.physical == other.physical && page.shift == other.shift &&
             page.user == other.user && page.writable == other.writable &&
             page.executable == other.executable && page.dirty == other.dirty;
    };
    if (std::ranges::none_of(pages, same)) pages.push_back(page);
  }

  std::vector<Page> of(std::size_t address, std::uint64_t pcid) const {
    std::vector<Page> pages = own_[pcid][address];
    pages.insert(pages.end(), global_[address].begin(), global_[address].end());
    return pages;
  }

  // The page of an address, whichever size it has; its parts go together.
  void forget_own_page(std::uint64_t linear, std::uint64_t pcid) {
    for (std::size_t i = 0; i < kAddresses.size(); ++i) forget_page(own_[pcid][i], i, linear);
  }
  void forget_global_page(std::uint64_t linear) {
    for (std::size_t i = 0; i < kAddresses.size(); ++i) forget_page(global_[i], i, linear);
  }
  void forget_own(std::uint64_t pcid) {
    for (auto& pages : own_[pcid]) pages.clear();
  }
  void forget_all_own() {
    for (std::uint64_t pcid = 0; pcid < kPcids; ++pcid) forget_own(pcid);
  }
  void forget_global() {
    for (auto& pages : global_) pages.clear();
  }

 private:
  static void forget_page(std::vector<Page>& pages, std::size_t address, std::uint64_t linear) {
    std::erase_if(pages, [&](const Page& page) {
      return kAddresses[address] >> page.shift == linear >> page.shift;
    });
  }

  std::array<std::array<std::vector<Page>, kAddresses.size()>, kPcids> own_;
  std::array<std::vector<Page>, kAddresses.size()> global_;
};

class Litmus {
 public:
  explicit Litmus(std::uint64_t seed) : random_(seed) {
    for (const std::uint64_t linear : kAddresses) {
      set_entry(PageTables::place(TableLevel::kPml4e, linear), PageTables::kTables[1] | 7);
      set_entry(PageTables::kOtherRoot + 8 * machine::index_in_table(linear, TableLevel::kPml4e),
                PageTables::kTables[1] | 7);
      set_entry(PageTables::place(TableLevel::kPdpte, linear), PageTables::kTables[2] | 7);
      set_entry(PageTables::place(TableLevel::kPde, linear), PageTables::kTables[3] | 7);
    }
    reference_memory_.bytes = PageTables::kMemoryBytes;
    reference_.registers = mmu_.registers();
  }

  // What is wrong, or nothing.
  std::string step() {
    std::string wrong;
    switch (random_.below(8)) {
      case 0:
      case 1:
        change_memory();
        break;
      case 2:
        change_registers();
        break;
      case 3:
        invalidate();
        break;
      default:
        wrong = access();
    }
    observe();
    return wrong;
  }

  unsigned stale_uses() const { return stale_uses_; }
  const std::string& history() const { return history_; }

 private:
  std::uint64_t pcid() const {
    return (cr4() & machine::kCr4Pcids) == 0 ? 0 : mmu_.registers().cr3 & 0xfff;
  }
  std::uint64_t cr4() const { return mmu_.registers().cr4; }

  template <class... Arguments>
  void note(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    history_ += fmt::format(text, std::forward<Arguments>(arguments)...) + '\n';
  }

  void set_entry(std::uint64_t place, std::uint64_t entry) {
    tables_.memory.store<std::uint64_t>(place, entry);
    reference_memory_.words[place] = entry;
  }

  // A CPU may look ahead at any time, so all that is mapped now may be remembered.
  void observe() {
    for (std::size_t i = 0; i < kAddresses.size(); ++i) {
      remembered_.add(i, pcid(), reference_.page_at(reference_memory_, kAddresses[i]));
    }
  }

  void change_memory() {
    const std::uint64_t linear = kAddresses[random_.below(kAddresses.size())];
    std::uint64_t place = PageTables::place(TableLevel::kPte, linear);
    std::uint64_t entry = PageTables::kPageA + (random_.below(3) << 12);
    for (const std::uint64_t usual : {0x1U, 0x2U, 0x4U}) {
      if (!random_.one_in(5)) entry |= usual;
    }
    for (const std::uint64_t sometimes : {0x20U, 0x40U, 0x100U}) {
      if (random_.one_in(3)) entry |= sometimes;
    }
    if (random_.one_in(6)) entry |= std::uint64_t{1} << 63;
    if (random_.one_in(12)) entry |= std::uint64_t{1} << 45;
    if (random_.one_in(4)) {
      place = PageTables::place(TableLevel::kPde, linear);
      entry = random_.one_in(2) ? PageTables::kTables[3] | 7
                                : PageTables::kLargePage | 0x83 | (entry & 0x164);
    } else if (random_.one_in(10)) {
      place = PageTables::place(TableLevel::kPdpte, linear);
      entry = PageTables::kTables[2] | (random_.one_in(2) ? 7U : 5U);
    }
    note("store {:#x} at {:#x}", entry, place);
    set_entry(place, entry);
  }

  void change_registers() {
    switch (random_.below(4)) {
      case 0:
        note("toggle WP");
        REQUIRE(mmu_.write_cr0(mmu_.registers().cr0 ^ machine::kCr0WriteProtect).none());
        break;
      case 1:
        change_cr4();
        break;
      default:
        change_cr3();
    }
    reference_.registers = mmu_.registers();
  }

  void change_cr4() {
    constexpr std::array kBits = {machine::kCr4GlobalPages, machine::kCr4Pcids, machine::kCr4Smep,
                                  machine::kCr4Smap};
    const std::uint64_t changed = kBits[random_.below(kBits.size())];
    const bool set = (cr4() & changed) == 0;
    const std::uint64_t before = pcid();
    const bool refused =
        set && changed == machine::kCr4Pcids && (mmu_.registers().cr3 & 0xfff) != 0;
    note("toggle CR4 bit {:#x}", changed);
    REQUIRE(mmu_.write_cr4(cr4() ^ changed).none() == !refused);
    if (refused) return;
    if (changed == machine::kCr4GlobalPages || (changed == machine::kCr4Pcids && !set)) {
      remembered_.forget_all_own();
      remembered_.forget_global();
    }
    if (changed == machine::kCr4Smep && set) remembered_.forget_own(before);
  }

  void change_cr3() {
    const bool tags = (cr4() & machine::kCr4Pcids) != 0;
    std::uint64_t value = random_.one_in(3) ? PageTables::kOtherRoot : PageTables::kRoot;
    bool keep = false;
    if (tags) {
      value |= random_.below(kPcids);
      keep = random_.one_in(2);
    }
    note("CR3 := {:#x} {}", value, keep ? "kept" : "");
    REQUIRE(mmu_.write_cr3(value | (keep ? kNoFlush : 0)).none());
    if (!keep) remembered_.forget_own(tags ? value & 0xfff : 0);
  }

  void invalidate() {
    const std::uint64_t linear = kAddresses[random_.below(kAddresses.size())] + random_.below(4096);
    const std::uint64_t type = random_.below(6);
    if (type >= 4) {
      note("invlpg {:#x}", linear);
      mmu_.invlpg(linear);
      remembered_.forget_own_page(linear, pcid());
      remembered_.forget_global_page(linear);
      return;
    }
    const std::uint64_t tag = (cr4() & machine::kCr4Pcids) == 0 ? 0 : random_.below(kPcids);
    note("invpcid {} of {} {:#x}", type, tag, linear);
    REQUIRE(mmu_.invpcid(type, {tag, linear}).none());
    if (type == 0) remembered_.forget_own_page(linear, tag);
    if (type == 1) remembered_.forget_own(tag);
    if (type >= 2) remembered_.forget_all_own();
    if (type == 2) remembered_.forget_global();
  }

  Outcome outcome_of(const ReferencePaging::Page& page, const MemoryAccess& access) const {
    const auto code = reference_.error_of(page, access.kind, access.privilege);
    if (code) return {{FaultKind::kPageFault, *code, access.linear}, 0};
    return {{}, page.physical + access.linear % (std::uint64_t{1} << page.shift)};
  }

  std::string access() {
    const std::size_t address = random_.below(kAddresses.size());
    MemoryAccess access;
    access.kind = static_cast<AccessKind>(random_.below(5));
    access.privilege = static_cast<Privilege>(random_.below(4));
    access.linear = kAddresses[address] + 8 * random_.below(512);
    const bool write = access.kind != AccessKind::kRead && access.kind != AccessKind::kFetch;

    const auto page = reference_.page_at(reference_memory_, access.linear);
    const Outcome fresh = outcome_of(page, access);
    std::vector<Outcome> allowed = {fresh};
    bool dirty_remembered = false;
    for (const auto& held : remembered_.of(address, pcid())) {
      const Outcome stale = outcome_of(held, access);
      const bool walks = stale.fault.none() && write && !held.dirty;
      if (!walks) allowed.push_back(stale);
      dirty_remembered |= held.dirty;
    }
    const bool evicts = random_.one_in(4);
    if (evicts) mmu_.evict(access);
    const bool must_be_fresh = !mmu_.would_use_stale(access);
    note("{}{}", evicts ? "evict and " : "", test::to_text(access));

    const AccessResult result = mmu_.access(access);
    const Outcome seen = {result.fault, result.page[0].physical};
    note("  {}; {} by the tables", to_text(seen), to_text(fresh));
    const bool walked = result.page[0].entries_read != 0;
    if (seen.fault.none() && walked) ReferencePaging::mark(reference_memory_, page, access.kind);
    if (seen.fault.kind == FaultKind::kPageFault) {
      remembered_.forget_own_page(access.linear, pcid());
      remembered_.forget_global_page(access.linear);
    }
    if (seen != fresh) ++stale_uses_;
    if (std::ranges::find(allowed, seen) == allowed.end()) return "this outcome is not allowed";
    if (evicts && !must_be_fresh) return "what was evicted would be used";
    if (must_be_fresh && seen != fresh) return "it was said not to be stale, and is";
    if (write && seen.fault.none() && !dirty_remembered && !walked) return "D was not set";
    return compare_memory();
  }

  std::string compare_memory() const {
    for (const auto& [place, word] : reference_memory_.words) {
      const std::uint64_t seen = tables_.memory.load<std::uint64_t>(place);
      if (seen != word) return fmt::format("{:#x} holds {:#x}, not {:#x}", place, seen, word);
    }
    return {};
  }

  Random random_;
  PageTables tables_;
  machine::Mmu mmu_{tables_.arena, tables_.memory, PageTables::registers()};
  ReferencePaging::Memory reference_memory_;
  ReferencePaging reference_;
  Remembered remembered_;
  unsigned stale_uses_ = 0;
  std::string history_;
};

TEST_CASE("whatever changes under a CPU, it uses only what it may still remember") {
  unsigned stale_uses = 0;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    CAPTURE(seed);
    Litmus litmus(seed);
    for (unsigned step = 0; step < kSteps; ++step) {
      const std::string wrong = litmus.step();
      REQUIRE_MESSAGE(wrong.empty(), litmus.history() << wrong);
    }
    stale_uses += litmus.stale_uses();
  }
  CHECK(stale_uses > kPrograms / 4);
}

}  // namespace
}  // namespace ipcsim::test
