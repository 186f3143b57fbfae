// SPDX-License-Identifier: BSD-2-Clause
// Which variables some condition names that is judged again and again (`await`, expectations over
// the run): only of those a change must be told.
#pragma once

#include <vector>

#include "scenarios/language/checked.h"

namespace ipcsim::scenario {

// By body and slot.
std::vector<std::vector<bool>> watched_variables(const CheckedScenario& scenario);

}  // namespace ipcsim::scenario
