// SPDX-License-Identifier: BSD-2-Clause
// The critical step of a failing run: the first behind which it fails whatever is left out of the
// rest of its schedule. To be exact: the schedule is followed only up to a step, and from there on
// all goes as in the reference; the critical step is the earliest for which that, and following to
// any later step, fails the same way. Other ways to go on than the reference are not tried.
#pragma once

#include <optional>
#include <vector>

#include "sim/engine/schedule.h"
#include "sim/explore/trials.h"

namespace ipcsim::explore {

// Nothing when the program fails by the reference, does not fail so at all, or the runs are used
// up.
std::optional<TriedStep> find_critical_step(Trials& trials,
                                            const std::vector<engine::Deviation>& deviations);

}  // namespace ipcsim::explore
