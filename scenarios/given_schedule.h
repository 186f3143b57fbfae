// SPDX-License-Identifier: BSD-2-Clause
// A schedule as somebody gave it, for one scenario: whether it is one at all, whether it was made
// for this scenario, and whether all of it came about. What does not fit is said with its line and
// with what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/system.h"
#include "scenarios/loaded_scenario.h"
#include "sim/base/result.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"

namespace ipcsim::scenario {

struct ScheduleProblem {
  std::string message;  // one line
  std::string advice;   // one line; may be empty
};

// Schedules are bound to the scenario's digest.
Result<engine::Schedule, ScheduleProblem> read_schedule(const Scenario& scenario,
                                                        std::string_view text);

// What stands in the scenario itself, under a first line that names this very scenario if it has
// none of its own. There must be one.
std::string schedule_in_file(const Scenario& scenario);

bool has_hold(const std::vector<engine::Deviation>& deviations);

// What kept the schedule from coming about: the first deviation that never applied in the run that
// has just ended, or one that waits for a lane that never was. `text` is what it was read from.
std::optional<ScheduleProblem> problem_of(const engine::Schedule& schedule, std::string_view text,
                                          const engine::ScheduleChooser& chooser,
                                          const kernel::System& system);

}  // namespace ipcsim::scenario
