// SPDX-License-Identifier: BSD-2-Clause
// RaceWindow: the delays of one step for which a program fails the same way, with all other
// deviations as they are. It need not be one interval, nor grow with the delay: each delay at which
// the held step, or a step of its lane that follows, changes places with a step of another lane is
// tried, and every end of an interval is exact: the delay beside it was tried and passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/engine/schedule.h"

namespace ipcsim::explore {

class Trials;

struct DelayInterval {
  Cycles least = 0;
  Cycles most = 0;
  friend constexpr bool operator==(DelayInterval, DelayInterval) = default;
};

struct RaceWindow {
  std::size_t deviation = 0;             // which of the schedule's
  std::vector<DelayInterval> intervals;  // ascending, with passing delays between them
  Cycles longest = 0;       // nothing longer was tried: an interval that ends there may go on
  std::uint64_t tried = 0;  // delays
  bool complete = true;     // false: the runs were used up before all delays were tried
};

// The window of the hold that stands at `index`.
RaceWindow find_race_window(Trials& trials, const std::vector<engine::Deviation>& deviations,
                            std::size_t index);

}  // namespace ipcsim::explore
