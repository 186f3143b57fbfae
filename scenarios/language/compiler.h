// SPDX-License-Identifier: BSD-2-Clause
// compile: a checked scenario to a Program. What it needs of memory is bounded by the limits of the
// checker; what a run of it would need beyond the interpreter's limits is an error here.
#pragma once

#include <optional>

#include "scenarios/language/checked.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/program.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

// Nothing when an error was reported.
std::optional<Program> compile(const CheckedScenario& scenario, const SourceFiles& sources,
                               Diagnostics& diagnostics);

}  // namespace ipcsim::scenario
