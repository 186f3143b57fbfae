// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/subsets.h"

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::explore {
namespace {

TEST_CASE("every set comes once, in ascending order, and they are as many as counted") {
  for (std::size_t things = 0; things <= 7; ++things) {
    for (std::size_t size = 0; size <= things; ++size) {
      std::vector<std::size_t> chosen = first_subset(size);
      std::set<std::vector<std::size_t>> seen;
      do {
        CHECK((seen.empty() || *seen.rbegin() < chosen));
        seen.insert(chosen);
      } while (next_subset(chosen, things));
      CHECK(seen.size() == subsets(things, size));
    }
  }
}

TEST_CASE("the number of sets saturates") {
  CHECK(subsets(3, 4) == 0);
  CHECK(subsets(60, 3) == 34'220);
  CHECK(subsets(100'000, 50) == std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace ipcsim::explore
