// SPDX-License-Identifier: BSD-2-Clause
// Subsets: all sets of so many out of n things, one after the other, in ascending order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ipcsim::explore {

// How many there are; saturates.
constexpr std::uint64_t subsets(std::size_t things, std::size_t size) {
  std::uint64_t count = 1;
  for (std::size_t taken = 0; taken < size; ++taken) {
    if (taken >= things) return 0;
    const std::uint64_t factor = things - taken;
    if (count > std::numeric_limits<std::uint64_t>::max() / factor) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    count = count * factor / (taken + 1);
  }
  return count;
}

inline std::vector<std::size_t> first_subset(std::size_t size) {
  std::vector<std::size_t> chosen(size);
  for (std::size_t index = 0; index < size; ++index) chosen[index] = index;
  return chosen;
}

// False when `chosen` was the last one.
inline bool next_subset(std::vector<std::size_t>& chosen, std::size_t things) {
  const std::size_t size = chosen.size();
  for (std::size_t place = size; place > 0;) {
    --place;
    if (chosen[place] >= things - size + place) continue;
    ++chosen[place];
    for (std::size_t behind = place + 1; behind < size; ++behind) {
      chosen[behind] = chosen[behind - 1] + 1;
    }
    return true;
  }
  return false;
}

}  // namespace ipcsim::explore
