// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/run_ending.h"

#include <fmt/format.h>

#include "tools/cli/output_file.h"

namespace ipcsim::cli {

Usage<Nothing> deliver_trace(const RunRequest& request, const scenario::RunReport& report,
                             Console& console) {
  if (request.trace_to == TraceTo::kStdout) console.out(report.trace);
  if (request.trace_to == TraceTo::kFile) {
    if (auto error = write_file(request.output, report.trace)) return Failure(std::move(*error));
  }
  return Nothing{};
}

std::string next_lines(const std::string& program, const scenario::RunReport& report,
                       const std::string& again) {
  std::string text;
  for (const scenario::Finding& finding : report.findings) {
    if (finding.silenced) continue;
    text += fmt::format("see: {} explain {}\n", program, finding.name);
    break;
  }
  return text + fmt::format("next: {}\n", again);
}

}  // namespace ipcsim::cli
