// SPDX-License-Identifier: BSD-2-Clause
// Limits: upper bounds of one run. Every loop of a run has one, so that no program hangs us.
// Reaching one ends the run without a verdict.
#pragma once

#include <cstdint>

#include "sim/base/cycles.h"

namespace ipcsim::engine {

struct Limits {
  std::uint64_t steps = 10'000'000;  // steps of all lanes together
  Cycle cycles = kNever;             // the run stops before a step later than this
  std::uint32_t lanes = 1'100'000;   // threads, CPUs and devices
};

}  // namespace ipcsim::engine
