// SPDX-License-Identifier: BSD-2-Clause
// Price: how far a schedule departs from the reference. Of two schedules with equally many
// deviations the cheaper one tells the shorter story.
#pragma once

#include <compare>
#include <cstdint>

#include "sim/base/cycles.h"

namespace ipcsim::explore {

// Compared in this order.
struct Price {
  Cycles held = 0;  // cycles of all holds together
  std::uint64_t preemptions = 0;
  std::uint64_t injections = 0;
  friend constexpr auto operator<=>(Price, Price) = default;
};

}  // namespace ipcsim::explore
