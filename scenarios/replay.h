// SPDX-License-Identifier: BSD-2-Clause
// Public C++ API, as scenario.h: exactly the run that a schedule describes, made twice, for what
// does not come out the same twice cannot be believed; and what its schedule did in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "sim/base/cycles.h"

namespace ipcsim::scenario {

// A step by its lane and its number there.
struct StepOfLane {
  std::string lane;
  std::uint32_t number = 0;
  Cycle cycle = 0;  // at which it was taken
};

// What one deviation did.
struct DeviationEffect {
  std::string text;  // as the schedule has it: "hold consumer.main#5 until producer.main#3"
  StepOfLane step;   // the step that it names first
  Cycles held = 0;   // of a hold: for so long
};

struct ScheduleEffect {
  std::vector<DeviationEffect> deviations;  // in the order of the schedule
  // Of a run that fails: the first step behind which it fails the same way even if all that is left
  // of the schedule is left out. Nothing when it fails without any schedule too.
  std::optional<StepOfLane> critical;
};

struct Replay {
  RunReport report;  // of the first run; with its schedule_error nothing else holds
  // How the second run differs from the first, in one line; empty when it does not.
  std::string difference;
};

// `options.schedule_text` is what is replayed, whatever `options.schedule` says.
Replay replay(const Scenario& scenario, RunOptions options);

// For a schedule that fits. Takes as many runs more as the schedule has steps to leave out, at most
// some thousand.
ScheduleEffect effect_of_schedule(const Scenario& scenario, const RunOptions& options);

}  // namespace ipcsim::scenario
