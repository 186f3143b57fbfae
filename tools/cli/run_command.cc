// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/determinism_check.h"
#include "tools/cli/input_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/overrides.h"
#include "tools/cli/run_ending.h"
#include "tools/cli/run_request.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/shell_words.h"

namespace ipcsim::cli {
namespace {

enum class AsJson : std::uint8_t { kNo, kYes };

ExitCode usage(Console& console, const UsageError& error, AsJson json = AsJson::kNo) {
  if (json == AsJson::kYes) console.out(error_json("run", error));
  console.error(error);
  return ExitCode::kUsage;
}

std::string again(const Invocation& invocation, const RunRequest& request) {
  std::vector<std::string> words = words_of(request);
  words.insert(words.begin(), invocation.program);
  return shell_line(words);
}

// A schedule that does not fit stands in the scenario, or was asked for on the command line.
ExitCode wrong_schedule(Console& console, const RunRequest& request,
                        const scenario::RunReport& report) {
  const std::string& problem = report.schedule_error;
  if (request.options.schedule != scenario::Schedule::kGiven) {
    console.error({fmt::format("{}: its `schedule`: {}", shown_name(request.file), problem),
                   report.schedule_advice.empty() ? "print it anew, or take it out"
                                                  : report.schedule_advice});
    return ExitCode::kBrokenScenario;
  }
  // A text of several lines would bury the message.
  const bool is_short = request.schedule_argument.find('\n') == std::string::npos;
  return usage(
      console,
      {fmt::format("`--schedule {}`: {}", is_short ? request.schedule_argument : "...", problem),
       report.schedule_advice.empty()
           ? "a schedule is what a failure printed, or the name of a file with it"
           : report.schedule_advice},
      request.json ? AsJson::kYes : AsJson::kNo);
}

// The commands under which the file expects a finding, which this run did not show.
std::string variants_of(const Invocation& invocation, const RunResult& result) {
  std::string text;
  for (const scenario::Overrides& variant : scenario::summary(*result.scenario).variants) {
    std::vector<std::string> words{invocation.program, "run", result.request.file};
    append_words(words, variant);
    text += fmt::format("see: {}\n", shell_line(words));
  }
  return text;
}

// What follows the figures: where to go from here. After a failure the last line is the command to
// type.
std::string closing_lines(const Invocation& invocation, const RunResult& result) {
  if (result.code == ExitCode::kOk) return variants_of(invocation, result);
  return next_lines(invocation.program, *result.report, result.again);
}

struct Interruptible {
  scenario::RunReport report;
  bool interrupted = false;
};

Interruptible run_until_interrupted(const scenario::Scenario& scenario,
                                    scenario::RunOptions options) {
  const StopOnInterrupt stop;
  options.stop = &stop.flag();
  scenario::RunReport report = scenario::run(scenario, options);
  return {std::move(report), stop.interrupted()};
}

ExitCode run_loaded(const Invocation& invocation, const RunRequest& request,
                    const LoadedScenario& source) {
  Console& console = invocation.console;
  const scenario::Scenario& scenario = *source.loaded.scenario;
  const auto [report, interrupted] = run_until_interrupted(scenario, request.options);
  if (!report.schedule_error.empty()) {
    return wrong_schedule(console, request, report);
  }
  RunResult result{request, source.loaded.diagnostics, &scenario, &report};
  result.code = interrupted ? ExitCode::kInterrupted : exit_code_of(report.verdict);
  result.again = again(invocation, request);

  const auto delivered = deliver_trace(request, report, console);
  DeterminismReport determinism;
  if (request.check_determinism && !interrupted) {
    auto checked = check_determinism(request, scenario, report, source.stream_text);
    if (!checked) return usage(console, checked.error());
    determinism = std::move(checked).value();
    result.determinism =
        determinism.difference.empty() ? Determinism::kEqual : Determinism::kDifferent;
    if (result.determinism == Determinism::kDifferent) result.code = ExitCode::kNondeterminism;
  }
  if (!delivered) result.code = ExitCode::kUsage;
  if (request.json) console.out(run_json(result));

  const Painter& paint = console.paint_err();
  const std::string name = shown_name(request.file);
  std::string text = verdict_line(name, report, paint);
  text += figures_text(request, report);
  text += findings_text(report, paint);
  if (result.determinism == Determinism::kEqual) {
    text += fmt::format("deterministic: three runs, one trace (fingerprint {:016x})\n",
                        report.fingerprint);
  }
  if (result.determinism == Determinism::kDifferent) {
    text += fmt::format("{}: {}", paint(Tone::kBad, "not deterministic"), determinism.difference);
  }
  console.err(text);
  if (!delivered) return usage(console, delivered.error());
  console.err(closing_lines(invocation, result));
  return result.code;
}

}  // namespace

ExitCode run_command(const Invocation& invocation) {
  Console& console = invocation.console;
  const AsJson json = invocation.arguments.has("json") ? AsJson::kYes : AsJson::kNo;
  auto request = run_request(invocation.arguments);
  if (!request) return usage(console, request.error(), json);
  set_crash_replay(again(invocation, *request));

  const auto source = load_scenario(request->file, request->overrides);
  if (!source) return usage(console, source.error(), json);
  const scenario::Diagnostics& diagnostics = source->loaded.diagnostics;
  console.err(diagnostics_text(diagnostics, console.paint_err()));
  if (source->loaded.scenario != nullptr) return run_loaded(invocation, *request, *source);

  RunResult result{*request, diagnostics};
  result.code = exit_code_of(diagnostics);
  result.again = again(invocation, *request);
  if (request->json) console.out(run_json(result));
  console.err(next_explanation(diagnostics, invocation.program));
  return result.code;
}

}  // namespace ipcsim::cli
