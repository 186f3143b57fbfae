// SPDX-License-Identifier: BSD-2-Clause
// Program: what is explored: something that runs from its start to an end under a chooser, as often
// as one likes. The same answers give the same run, to the byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/chooser.h"
#include "sim/engine/run_outcome.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"

namespace ipcsim::explore {

struct RunResult {
  engine::RunEnd end = engine::RunEnd::kRunning;
  // What went wrong, in words that runs which fail alike share; empty when nothing did.
  std::string signature;
  Cycle cycle = 0;  // at which it ended
  std::uint64_t steps = 0;
};

class Program {
 public:
  virtual ~Program() = default;

  virtual RunResult run(engine::Chooser& chooser) = 0;

  // How the last run departed from the reference.
  virtual std::vector<engine::Deviation> deviations() const = 0;

  // The lanes of the run under way, or of the last one; the object itself outlives all runs.
  virtual const engine::LaneDirectory& lanes() const = 0;
};

}  // namespace ipcsim::explore
