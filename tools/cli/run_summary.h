// SPDX-License-Identifier: BSD-2-Clause
// The summary of a run as people read it: findings as diagnostics are shown, the verdict, the
// figures, and where the cycles of each CPU went.
#pragma once

#include <string>

#include "scenarios/scenario.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/painter.h"
#include "tools/cli/run_request.h"

namespace ipcsim::cli {

ExitCode exit_code_of(scenario::Verdict verdict);
std::string_view name_of(scenario::Verdict verdict);  // "passed", "failed", "no verdict"

// The findings, each several lines.
std::string findings_text(const scenario::RunReport& report, const Painter& paint);

// One line: "failed: hello.scn: deadlock".
std::string verdict_line(const std::string& name, const scenario::RunReport& report,
                         const Painter& paint);

// Figures and the account of cycles; the columns of the account add up to the end cycle.
std::string figures_text(const RunRequest& request, const scenario::RunReport& report);

}  // namespace ipcsim::cli
