// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/load_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace ipcsim::cli {

using scenario::Diagnostic;
using scenario::Severity;

std::string diagnostics_text(const scenario::Diagnostics& diagnostics, const Painter& paint) {
  return scenario::render(diagnostics, paint.colours() == Colours::kOn ? scenario::Colour::kAnsi
                                                                       : scenario::Colour::kNone);
}

std::string next_explanation(const scenario::Diagnostics& diagnostics, const std::string& program) {
  for (const Diagnostic* diagnostic : diagnostics.shown()) {
    if (diagnostic->severity() == Severity::kError) {
      return fmt::format("next: {} explain {}\n", program, scenario::code_text(diagnostic->code));
    }
  }
  return {};
}

ExitCode exit_code_of(const scenario::Diagnostics& diagnostics) {
  if (!diagnostics.has_errors()) return ExitCode::kOk;
  const auto shown = diagnostics.shown();
  const bool in_file = std::any_of(shown.begin(), shown.end(), [](const Diagnostic* diagnostic) {
    return diagnostic->severity() == Severity::kError && diagnostic->range.has_place();
  });
  return in_file ? ExitCode::kBrokenScenario : ExitCode::kUsage;
}

}  // namespace ipcsim::cli
