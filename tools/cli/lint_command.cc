// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/input_file.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/overrides.h"
#include "tools/cli/shell_words.h"

namespace ipcsim::cli {
namespace {

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

// A command line that does not fit outweighs what is wrong in the files.
ExitCode worse(ExitCode one, ExitCode other) {
  if (one == ExitCode::kUsage || other == ExitCode::kUsage) return ExitCode::kUsage;
  return std::max(one, other);
}

std::string closing_line(const std::vector<LintedFile>& files) {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t read = 0;
  for (const LintedFile& file : files) {
    if (!file.error) ++read;
    errors += file.diagnostics.error_count();
    warnings += file.diagnostics.warning_count();
  }
  return fmt::format("{}: {}, {}\n", counted(read, "file"), counted(errors, "error"),
                     counted(warnings, "warning"));
}

}  // namespace

ExitCode lint_command(const Invocation& invocation) {
  Console& console = invocation.console;
  const auto overrides = overrides_of(invocation.arguments);
  if (!overrides) {
    console.error(overrides.error());
    return ExitCode::kUsage;
  }
  const bool json = invocation.arguments.has("json");
  ExitCode code = ExitCode::kOk;
  std::string next;
  std::vector<LintedFile> files;
  for (const std::string& path : invocation.arguments.operands()) {
    set_crash_replay(shell_line(std::vector<std::string>{invocation.program, "lint", path}));
    auto source = load_scenario(path, *overrides);
    if (!source) {
      console.error(source.error());
      code = ExitCode::kUsage;
      files.push_back({path, {}, source.error()});
      continue;
    }
    // The diagnostics are what was asked for: data, unless JSON takes their place.
    scenario::Diagnostics& diagnostics = source->loaded.diagnostics;
    if (json) {
      console.err(diagnostics_text(diagnostics, console.paint_err()));
    } else {
      console.out(diagnostics_text(diagnostics, console.paint_out()));
    }
    code = worse(code, exit_code_of(diagnostics));
    if (next.empty()) next = next_explanation(diagnostics, invocation.program);
    files.push_back({path, std::move(diagnostics)});
  }
  if (json) console.out(lint_json(files, code));
  console.err(closing_line(files) + next);
  return code;
}

}  // namespace ipcsim::cli
