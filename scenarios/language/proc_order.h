// SPDX-License-Identifier: BSD-2-Clause
// The order in which procs are checked: each after those it calls. Procs do not call themselves,
// not even by way of others.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/language/check_state.h"

namespace ipcsim::scenario {

// The procs that a body calls, each once.
std::vector<std::uint32_t> procs_called(const CheckState& state, const BodyOutline& outline,
                                        ModuleIndex module);

// Fills in who calls whom; reports recursion. All procs are in the result.
std::vector<std::uint32_t> order_procs(CheckState& state);

}  // namespace ipcsim::scenario
