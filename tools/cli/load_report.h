// SPDX-License-Identifier: BSD-2-Clause
// What the verbs say about a scenario that was loaded: its diagnostics, and what to do next when it
// cannot be used.
#pragma once

#include <string>

#include "scenarios/scenario.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

std::string diagnostics_text(const scenario::Diagnostics& diagnostics, const Painter& paint);

// "next: ipcsim explain E0101", of the first error; empty when there is none.
std::string next_explanation(const scenario::Diagnostics& diagnostics, const std::string& program);

// kOk without errors. An error without a place is one of the command line, which asked for a
// parameter, policy, defect or cost model that does not fit: kUsage.
ExitCode exit_code_of(const scenario::Diagnostics& diagnostics);

}  // namespace ipcsim::cli
