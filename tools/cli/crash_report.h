// SPDX-License-Identifier: BSD-2-Clause
// Crash report: when the program itself is broken (a SIM_CHECK fails, memory is touched that must
// not be), it says so, prints the line that does the same again, and exits with code 70.
#pragma once

#include <string_view>

namespace ipcsim::cli {

void install_crash_report();

// The command that the report names; what is too long for it is cut. Set before any work on a
// scenario.
void set_crash_replay(std::string_view command);

}  // namespace ipcsim::cli
