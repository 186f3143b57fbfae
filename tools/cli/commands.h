// SPDX-License-Identifier: BSD-2-Clause
// One function per verb of the program. Each writes what it has to say to the console and gives
// the exit code.
#pragma once

#include <string>

#include "tools/cli/console.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/options.h"

namespace ipcsim::cli {

struct Invocation {
  std::string program;  // as it was called, for commands to type next
  Arguments arguments;
  Console& console;
};

ExitCode run_command(const Invocation& invocation);
ExitCode fuzz_command(const Invocation& invocation);
ExitCode replay_command(const Invocation& invocation);
ExitCode lint_command(const Invocation& invocation);
ExitCode fmt_command(const Invocation& invocation);
ExitCode compare_command(const Invocation& invocation);
ExitCode test_command(const Invocation& invocation);
ExitCode explain_command(const Invocation& invocation);

}  // namespace ipcsim::cli
