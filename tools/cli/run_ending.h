// SPDX-License-Identifier: BSD-2-Clause
// What is left to do when a run has ended, under whatever verb: its trace goes where it was asked
// for, and the last lines say where to go from here.
#pragma once

#include <string>

#include "scenarios/scenario.h"
#include "tools/cli/console.h"
#include "tools/cli/run_request.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

Usage<Nothing> deliver_trace(const RunRequest& request, const scenario::RunReport& report,
                             Console& console);

// Of a run that did not go well; the last line is the command to type.
std::string next_lines(const std::string& program, const scenario::RunReport& report,
                       const std::string& again);

}  // namespace ipcsim::cli
