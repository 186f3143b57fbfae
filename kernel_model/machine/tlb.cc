// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/tlb.h"

#include <algorithm>
#include <tuple>

#include "sim/base/check.h"

namespace ipcsim::machine {

Tlb::Tlb(Arena& arena) : arena_(arena), nothing_{kNoPage, 0, 0, PageSize::k4K, false, false, {}} {
  for (FirstSet& set : first_) set.ways.fill(&nothing_);
}

unsigned Tlb::second_set(std::uint64_t linear, PageSize size) {
  const auto page_number = static_cast<unsigned>(linear >> bits_of(size));
  if (size == PageSize::k1G) return kSharedSets + page_number % kHugeSets;
  return page_number % kSharedSets;
}

const Translation* Tlb::look_in_second(std::uint64_t linear, std::uint16_t pcid) const {
  for (const PageSize size : kPageSizes) {
    if (held_[static_cast<unsigned>(size)] == 0) continue;
    const SecondSet* const set = second_[second_set(linear, size)];
    if (set == nullptr) continue;
    const std::uint64_t page = page_of(linear, size);
    for (const Translation& held : set->ways) {
      if (serves(held, page, size, pcid)) return &held;
    }
  }
  return nullptr;
}

Tlb::Hit Tlb::find_in_second(std::uint64_t linear, std::uint16_t pcid) {
  const Translation* const found = look_in_second(linear, pcid);
  if (found == nullptr) return {};
  point_first_at(*found);
  return {found, TlbLevel::kSecond};
}

const Translation* Tlb::peek(std::uint64_t linear, std::uint16_t pcid) const {
  const Translation* const found = find_in_first(linear, pcid);
  return found != nullptr ? found : look_in_second(linear, pcid);
}

void Tlb::point_first_at(const Translation& held) {
  FirstSet& set = first_[first_set(held.linear, held.size)];
  set.ways[set.next] = &held;
  set.next = static_cast<std::uint8_t>((set.next + 1U) % kFirstWays);
}

void Tlb::insert(const Translation& translation) {
  SIM_CHECK(translation.linear == page_of(translation.linear, translation.size),
            "a translation begins where its page begins");
  SecondSet*& set = second_[second_set(translation.linear, translation.size)];
  if (set == nullptr) {
    set = arena_.make<SecondSet>();
    for (Translation& way : set->ways) way.linear = kNoPage;
  }
  const unsigned ways = ways_of(translation.size);
  unsigned way = 0;
  while (way < ways && set->ways[way].linear != kNoPage) ++way;
  if (way == ways) {
    way = set->next;
    set->next = static_cast<std::uint8_t>((way + 1) % ways);
    drop(set->ways[way]);
  }
  set->ways[way] = translation;
  ++held_[static_cast<unsigned>(translation.size)];
  // The first level may still point here for the page that was here before.
  if (find_in_first(translation.linear, translation.pcid) == nullptr) {
    point_first_at(set->ways[way]);
  }
}

void Tlb::drop(Translation& held) {
  --held_[static_cast<unsigned>(held.size)];
  held.linear = kNoPage;
}

void Tlb::drop_page(std::uint64_t linear, std::uint16_t pcid, Globals globals) {
  for (const PageSize size : kPageSizes) {
    if (held_[static_cast<unsigned>(size)] == 0) continue;
    SecondSet* const set = second_[second_set(linear, size)];
    if (set == nullptr) continue;
    const std::uint64_t page = page_of(linear, size);
    for (Translation& held : set->ways) {
      if (!serves(held, page, size, pcid)) continue;
      if (!held.global || globals == Globals::kDropped) drop(held);
    }
  }
}

template <class Condition>
void Tlb::drop_where(Condition condition) {
  if (size() == 0) return;
  for (SecondSet* const set : second_) {
    if (set == nullptr) continue;
    for (Translation& held : set->ways) {
      if (held.linear != kNoPage && condition(held)) drop(held);
    }
  }
}

void Tlb::drop_pcid(std::uint16_t pcid, Globals globals) {
  drop_where([pcid, globals](const Translation& held) {
    return held.global ? globals == Globals::kDropped : held.pcid == pcid;
  });
}

void Tlb::drop_all(Globals globals) {
  drop_where(
      [globals](const Translation& held) { return !held.global || globals == Globals::kDropped; });
}

void Tlb::list(std::pmr::vector<Translation>& out) const {
  out.clear();
  for (const SecondSet* const set : second_) {
    if (set == nullptr) continue;
    for (const Translation& held : set->ways) {
      if (held.linear != kNoPage) out.push_back(held);
    }
  }
  std::ranges::sort(out, {}, [](const Translation& held) {
    return std::tuple(held.pcid, held.linear, held.size, held.global);
  });
}

}  // namespace ipcsim::machine
