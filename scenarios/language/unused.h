// SPDX-License-Identifier: BSD-2-Clause
// Warnings about what is declared in the main file and never used. Names that begin with `_` are
// exempt. They come last, and only when there are no errors: a mistake hides uses.
#pragma once

#include "scenarios/language/check_state.h"

namespace ipcsim::scenario {

void warn_of_unused(CheckState& state);

// A `poll` that waits without end for a port that nobody can connect to.
void warn_of_silent_polls(CheckState& state);

// An error when such a thread has expectations: they are never judged.
void judge_never_spawned(CheckState& state);

}  // namespace ipcsim::scenario
