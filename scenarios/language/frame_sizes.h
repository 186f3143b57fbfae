// SPDX-License-Identifier: BSD-2-Clause
// How much room a routine needs together with all procs it calls: there is no recursion, so that is
// known before anything runs.
#pragma once

#include <vector>

#include "scenarios/language/expression_compiler.h"
#include "scenarios/language/program.h"

namespace ipcsim::scenario {

// Fills in Routine::stack and Routine::depth; `calls` are the call sites of each routine.
void add_frame_sizes(std::vector<Routine>& routines,
                     const std::vector<std::vector<CallSite>>& calls);

}  // namespace ipcsim::scenario
