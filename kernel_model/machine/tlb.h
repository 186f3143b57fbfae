// SPDX-License-Identifier: BSD-2-Clause
// Tlb: the translations that one CPU remembers. It never looks at memory: what it holds stays as it
// was, however the page tables change, until it is dropped or makes place for another (SDM vol. 3A
// 4.10).
//
// What always holds:
// - A translation serves addresses of its page under its own PCID; a global one under every PCID.
// - It holds rights and the dirty flag, not decisions (4.10.2.2).
// - The first level only points into the second, so what is dropped is gone from both.
// - What is replaced depends on the order of uses alone: in the second level the first free way of
//   a set, else its ways in turn; in the first level always its ways in turn.
//
// Sizes: Skylake client (Intel 64 and IA-32 Architectures Optimization Reference Manual, 2.x "TLB
// parameters of the Skylake microarchitecture"): first level for data 64 entries for 4 KiB pages,
// 32 for 2 MiB, 4 for 1 GiB, all 4-way; second level 1536 entries for 4 KiB and 2 MiB, 12-way, and
// 16 for 1 GiB, 4-way. Fetches use the same entries: there is no level of their own.
// Paging-structure caches are not kept, which 4.10.3 allows.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "kernel_model/machine/access_rights.h"
#include "kernel_model/machine/linear_address.h"
#include "sim/base/arena.h"

namespace ipcsim::machine {

struct Translation {
  std::uint64_t linear = 0;    // first byte of the page
  std::uint64_t physical = 0;  // where it is
  std::uint16_t pcid = 0;
  PageSize size = PageSize::k4K;
  bool global = false;
  bool dirty = false;  // D was 1 in the entry: writes need not set it
  Rights rights;

  std::uint64_t physical_of(std::uint64_t address) const {
    return physical + offset_in(address, size);
  }
  friend bool operator==(const Translation&, const Translation&) = default;
};

enum class TlbLevel : std::uint8_t { kNone, kFirst, kSecond };

// Whether an invalidation takes global translations as well.
enum class Globals : std::uint8_t { kKept, kDropped };

class Tlb {
 public:
  struct Hit {
    const Translation* translation = nullptr;  // until the next change
    TlbLevel level = TlbLevel::kNone;
  };

  explicit Tlb(Arena& arena);
  Tlb(const Tlb&) = delete;
  Tlb& operator=(const Tlb&) = delete;

  // The translation that an access to the address uses; it moves into the first level.
  Hit find(std::uint64_t linear, std::uint16_t pcid) {
    const Translation* const found = find_in_first(linear, pcid);
    return found != nullptr ? Hit{found, TlbLevel::kFirst} : find_in_second(linear, pcid);
  }
  // The same, without a trace.
  const Translation* peek(std::uint64_t linear, std::uint16_t pcid) const;

  // No translation of the page under this PCID may be here.
  void insert(const Translation& translation);

  // Those of every size for the page that an address lies in; global ones of every PCID.
  void drop_page(std::uint64_t linear, std::uint16_t pcid, Globals globals);
  void drop_pcid(std::uint16_t pcid, Globals globals);
  void drop_all(Globals globals);

  std::uint32_t size() const { return held_[0] + held_[1] + held_[2]; }
  // All that is held, by ascending PCID, page and size.
  void list(std::pmr::vector<Translation>& out) const;

 private:
  static constexpr unsigned kFirstWays = 4;
  static constexpr unsigned kFirstSets = 16 + 8 + 1;  // 4 KiB, 2 MiB, 1 GiB
  static constexpr unsigned kSecondWays = 12;
  static constexpr unsigned kSharedSets = 128;  // 4 KiB and 2 MiB
  static constexpr unsigned kHugeSets = 4;      // 1 GiB, with 4 ways
  static constexpr unsigned kHugeWays = 4;

  // Of an empty way; no page begins there.
  static constexpr std::uint64_t kNoPage = 1;

  struct FirstSet {
    std::array<const Translation*, kFirstWays> ways;
    std::uint8_t next = 0;
  };
  struct SecondSet {
    std::array<Translation, kSecondWays> ways;
    std::uint8_t next = 0;
  };

  static unsigned first_set(std::uint64_t linear, PageSize size) {
    constexpr std::array<unsigned, 3> kBegin = {0, 16, 24};
    constexpr std::array<unsigned, 3> kMask = {15, 7, 0};
    const auto which = static_cast<unsigned>(size);
    return kBegin[which] + (static_cast<unsigned>(linear >> bits_of(size)) & kMask[which]);
  }
  static unsigned second_set(std::uint64_t linear, PageSize size);
  static unsigned ways_of(PageSize size) { return size == PageSize::k1G ? kHugeWays : kSecondWays; }
  static bool serves(const Translation& held, std::uint64_t page, PageSize size,
                     std::uint16_t pcid) {
    return held.linear == page && held.size == size && (held.pcid == pcid || held.global);
  }

  const Translation* find_in_first(std::uint64_t linear, std::uint16_t pcid) const {
    for (const PageSize size : kPageSizes) {
      if (held_[static_cast<unsigned>(size)] == 0) continue;
      const std::uint64_t page = page_of(linear, size);
      for (const Translation* const held : first_[first_set(linear, size)].ways) {
        if (serves(*held, page, size, pcid)) return held;
      }
    }
    return nullptr;
  }
  Hit find_in_second(std::uint64_t linear, std::uint16_t pcid);
  const Translation* look_in_second(std::uint64_t linear, std::uint16_t pcid) const;
  void point_first_at(const Translation& held);
  void drop(Translation& held);
  template <class Condition>
  void drop_where(Condition condition);

  Arena& arena_;
  const Translation nothing_;            // what an unused way of the first level points at
  std::array<std::uint32_t, 3> held_{};  // by size
  std::array<FirstSet, kFirstSets> first_;
  std::array<SecondSet*, kSharedSets + kHugeSets> second_{};  // made at the first use
};

}  // namespace ipcsim::machine
