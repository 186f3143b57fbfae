// SPDX-License-Identifier: BSD-2-Clause
// Random page tables, modes and accesses, with nothing in the TLB: addresses, faults and every
// entry afterwards are what the reference says. The tables are drawn from a few frames, so that
// they share entries, lie in each other's pages and map themselves. A failure names its seed.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/random.h"
#include "tests/properties/reference_paging.h"

namespace ipcsim::test {
namespace {

using machine::AccessKind;
using machine::AccessResult;
using machine::FaultKind;
using machine::MemoryAccess;
using machine::Mmu;
using machine::PhysicalMemory;
using machine::Privilege;
using machine::Segment;

#ifdef NDEBUG
constexpr std::uint64_t kSeeds = 20'000;
#else
constexpr std::uint64_t kSeeds = 3'000;
#endif
constexpr unsigned kAccesses = 40;
constexpr std::uint64_t kMemoryBytes = std::uint64_t{4} << 20;
constexpr std::uint64_t kFirstFrame = 0x10;
constexpr std::uint64_t kFrames = 12;
constexpr std::uint64_t kIndexes = 4;  // of each table, these are used: 0, 1, 510, 511

std::uint64_t any_index(Random& random) {
  const std::uint64_t which = random.below(kIndexes);
  return which < 2 ? which : 508 + which;
}

std::uint64_t one_of_bits(Random& random, unsigned first, unsigned last) {
  return std::uint64_t{1} << random.range(first, last);
}

std::uint64_t any_entry(Random& random) {
  std::uint64_t entry = (kFirstFrame + random.below(kFrames)) << 12;
  if (random.one_in(20)) entry = random.below(1U << 28) << 12;  // mostly outside
  if (random.one_in(8)) {
    entry |= random.next() & 0xffc0000000;
    if (!random.one_in(4)) entry &= ~((std::uint64_t{1} << 30) - 1);
    entry |= random.below(4) * 0x200000 | 0x80;
  }
  for (const std::uint64_t usual : {0x1U, 0x2U, 0x4U}) {
    if (!random.one_in(20)) entry |= usual;
  }
  if (random.one_in(16)) entry |= std::uint64_t{1} << 63;
  if (random.one_in(30)) entry |= one_of_bits(random, 40, 51);
  if (random.one_in(20)) entry |= one_of_bits(random, 12, 30);
  if (random.one_in(3)) entry |= random.below(16) << 59;
  for (unsigned number : {3U, 4U, 5U, 6U, 8U, 9U, 10U, 11U, 52U, 58U}) {
    if (random.one_in(4)) entry |= std::uint64_t{1} << number;
  }
  return entry;
}

// The same machine twice.
class Twins {
 public:
  explicit Twins(Random& random) : random_(random) {
    reference_memory_.bytes = kMemoryBytes;
    for (std::uint64_t frame = 0; frame < kFrames; ++frame) {
      for (const std::uint64_t index : {0U, 1U, 510U, 511U}) {
        set(((kFirstFrame + frame) << 12) + 8 * index, any_entry(random));
      }
    }
  }

  // What differs, or nothing.
  std::string step() {
    set_mode();
    REQUIRE(mmu_.invpcid(2, {}).none());
    MemoryAccess access = any_access();
    const AccessResult result = mmu_.access(access);
    const std::string wrong = check(access, result);
    if (!wrong.empty()) return to_text(access) + ": " + wrong;
    for (const auto& [place, word] : reference_memory_.words) {
      const std::uint64_t seen = memory_.load<std::uint64_t>(place);
      if (seen == word) continue;
      return fmt::format("{}: the entry at {:#x} is {:#x}, not {:#x}", to_text(access), place, seen,
                         word);
    }
    return {};
  }

  unsigned successes() const { return successes_; }

 private:
  void set(std::uint64_t place, std::uint64_t entry) {
    memory_.store<std::uint64_t>(place, entry);
    reference_memory_.words[place] = entry;
  }

  void set_mode() {
    std::uint64_t cr4 = 0x20;
    for (const unsigned number : {7U, 17U, 20U, 21U, 22U, 24U}) {
      if (random_.one_in(2)) cr4 |= std::uint64_t{1} << number;
    }
    const std::uint64_t root = (kFirstFrame + random_.below(kFrames)) << 12;
    const std::uint64_t efer = 0x501 | (random_.one_in(4) ? 0U : 0x800U);
    REQUIRE(mmu_.write_cr3(root).none());
    REQUIRE(mmu_.write_cr4(cr4).none());
    REQUIRE(mmu_.write_cr0(0x80000011 | (random_.one_in(2) ? 0x10000U : 0U)).none());
    REQUIRE(mmu_.write_efer(efer).none());
    reference_.registers = mmu_.registers();
    reference_.pkru = random_.one_in(2) ? 0 : static_cast<std::uint32_t>(random_.next());
    reference_.pkrs = random_.one_in(2) ? 0 : static_cast<std::uint32_t>(random_.next());
    mmu_.write_pkru(reference_.pkru);
    REQUIRE(mmu_.write_pkrs(reference_.pkrs).none());
  }

  MemoryAccess any_access() {
    std::uint64_t linear = 0;
    for (int level = 0; level < 4; ++level) linear = linear << 9 | any_index(random_);
    linear = linear << 12 | random_.below(4096);
    if ((linear >> 47 & 1) != 0) linear |= std::uint64_t{0xffff} << 48;
    if (random_.one_in(40)) linear ^= one_of_bits(random_, 47, 63);
    MemoryAccess access;
    access.kind = static_cast<AccessKind>(random_.below(5));
    access.privilege = static_cast<Privilege>(random_.below(4));
    access.segment = random_.one_in(2) ? Segment::kData : Segment::kStack;
    access.bytes = static_cast<std::uint16_t>(random_.range(1, 16));
    if (random_.one_in(4)) linear |= 0xff8;
    access.linear = linear;
    return access;
  }

  std::string check(const MemoryAccess& access, const AccessResult& result) {
    const std::uint64_t last = access.linear + access.bytes - 1;
    for (const std::uint64_t end : {access.linear, last}) {
      const std::uint64_t top = end >> 47;
      if (top == 0 || top == 0x1ffff) continue;
      const bool stack = access.segment == Segment::kStack && access.kind != AccessKind::kFetch;
      return check_fault({stack ? FaultKind::kStackFault : FaultKind::kGeneralProtection, 0, 0},
                         result);
    }
    std::uint64_t linear = access.linear;
    for (unsigned part = 0;; ++part) {
      const auto page = reference_.page_at(reference_memory_, linear);
      const auto code = reference_.error_of(page, access.kind, access.privilege);
      if (code) return check_fault({FaultKind::kPageFault, *code, linear}, result);
      ReferencePaging::mark(reference_memory_, page, access.kind);
      const std::uint64_t physical = page.physical + linear % (std::uint64_t{1} << page.shift);
      if (part >= result.pages || (result.page[part].physical != physical)) {
        return fmt::format("part {} should lie at {:#x}, {}", part, physical,
                           to_text(result.fault));
      }
      if (linear >> 12 == last >> 12) break;
      linear = last >> 12 << 12;
    }
    ++successes_;
    return check_fault({}, result);
  }

  static std::string check_fault(const machine::Fault& expected, const AccessResult& result) {
    if (result.fault == expected) return {};
    return fmt::format("{}, not {}", to_text(result.fault), to_text(expected));
  }

  Random& random_;
  Arena arena_;
  PhysicalMemory memory_{arena_, kMemoryBytes};
  Mmu mmu_{arena_, memory_};
  ReferencePaging::Memory reference_memory_;
  ReferencePaging reference_;
  unsigned successes_ = 0;
};

TEST_CASE("random accesses through random page tables do what the manual says") {
  unsigned successes = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Twins twins(random);
    for (unsigned step = 0; step < kAccesses; ++step) {
      const std::string wrong = twins.step();
      REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    successes += twins.successes();
  }
  // Enough of both, else the draws have become useless.
  CHECK(successes > kSeeds * kAccesses / 20);
  CHECK(successes < kSeeds * kAccesses * 19 / 20);
}

}  // namespace
}  // namespace ipcsim::test
