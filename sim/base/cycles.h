// SPDX-License-Identifier: BSD-2-Clause
// Cycle, Cycles: simulated time. One clock serves all CPUs; it is also what the time-stamp counter
// reads. Always whole numbers; never the host's clock.
#pragma once

#include <cstdint>
#include <limits>

namespace ipcsim {

using Cycle = std::uint64_t;   // a point in time, in cycles since boot
using Cycles = std::uint64_t;  // a span of time, in cycles

inline constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

// `span` after `from`; saturates at kNever, so that an absurd time-out means "never".
constexpr Cycle later(Cycle from, Cycles span) {
  return span > kNever - from ? kNever : from + span;
}

}  // namespace ipcsim
