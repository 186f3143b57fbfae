// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/determinism_check.h"

#include <fmt/format.h>

#include "sim/base/text.h"
#include "tools/cli/fresh_process.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/trace_difference.h"

namespace ipcsim::cli {
namespace {

std::string describe_difference(std::string_view second, std::string_view first_trace,
                                std::string_view second_trace) {
  const auto difference = first_difference(first_trace, second_trace);
  if (!difference) return {};
  return fmt::format("the first run and {} differ\n{}", second, describe(*difference));
}

}  // namespace

Usage<DeterminismReport> check_determinism(const RunRequest& request,
                                           const scenario::Scenario& scenario,
                                           const scenario::RunReport& first,
                                           const std::string& input) {
  DeterminismReport report;
  const scenario::RunReport second = scenario::run(scenario, request.options);
  report.difference = describe_difference("a second one here", first.trace, second.trace);
  if (!report.difference.empty()) return report;

  std::vector<std::string> words = words_of(request);
  if (!request.options.recorded_kinds.empty()) {
    words.insert(words.end(), {"--trace", join(request.options.recorded_kinds, ",")});
  }
  const auto code = static_cast<int>(exit_code_of(first.verdict));
  auto third = run_fresh_process(words, input, code);
  if (!third) return Failure(third.error());
  report.difference = describe_difference("one in a fresh process", first.trace, third->output);
  if (report.difference.empty() && !third->end.empty()) {
    report.difference = fmt::format("the fresh process {}, this one with {}\n", third->end, code);
  }
  if (!third->end.empty() && third->output.empty()) {
    report.difference = fmt::format("the fresh process {} without a trace\n", third->end);
  }
  return report;
}

}  // namespace ipcsim::cli
