// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "scenarios/replay.h"
#include "scenarios/story.h"
#include "sim/trace/text_reader.h"
#include "tools/cli/chart.h"
#include "tools/cli/commands.h"
#include "tools/cli/crash_report.h"
#include "tools/cli/input_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/json_output.h"
#include "tools/cli/load_report.h"
#include "tools/cli/mermaid.h"
#include "tools/cli/replay_request.h"
#include "tools/cli/run_ending.h"
#include "tools/cli/run_summary.h"
#include "tools/cli/shell_words.h"

namespace ipcsim::cli {
namespace {

ExitCode wrong_replay(Console& console, const UsageError& error, bool json) {
  if (json) console.out(error_json("replay", error));
  console.error(error);
  return ExitCode::kUsage;
}

std::string again(const Invocation& invocation, const ReplayRequest& request) {
  std::vector<std::string> words = words_of(request);
  words.insert(words.begin(), invocation.program);
  return shell_line(words);
}

std::string summary_of(const RunRequest& request, const scenario::Replay& replay,
                       const Painter& paint) {
  std::string text = verdict_line(shown_name(request.file), replay.report, paint);
  text += figures_text(request, replay.report);
  text += findings_text(replay.report, paint);
  if (!replay.difference.empty()) {
    text += fmt::format("{}: the same schedule gave two different runs\n  = {}\n",
                        paint(Tone::kBad, "not deterministic"), replay.difference);
  }
  return text;
}

// Told from everything that happened, whatever is recorded otherwise.
Usage<std::string> story_of(const scenario::Scenario& scenario, const ReplayRequest& request,
                            const scenario::RunReport& report, const Console& console) {
  scenario::RunOptions options = request.run.options;
  options.recorded_kinds.clear();
  const auto trace = trace::read_text(scenario::run(scenario, options).trace);
  if (!trace.ok()) return wrong_usage(trace.error().text());
  const scenario::ScheduleEffect effect = scenario::effect_of_schedule(scenario, options);
  scenario::StoryBounds bounds;
  if (request.explain == Explain::kText) {
    const scenario::Story story = scenario::make_story(*trace, effect, report.findings, bounds);
    return chart(story, console.shows_boxes() ? Letters::kBoxes : Letters::kAscii,
                 console.paint_out());
  }
  bounds.rows = trace->events.size() + effect.deviations.size() + report.findings.size() + 1;
  return mermaid(scenario::make_story(*trace, effect, report.findings, bounds));
}

ExitCode replay_loaded(const Invocation& invocation, const ReplayRequest& request,
                       const LoadedScenario& source) {
  Console& console = invocation.console;
  const scenario::Scenario& scenario = *source.loaded.scenario;
  scenario::RunOptions options = request.run.options;
  const StopOnInterrupt stop;
  options.stop = &stop.flag();
  const scenario::Replay replay = scenario::replay(scenario, options);
  const scenario::RunReport& report = replay.report;
  if (!report.schedule_error.empty()) {
    return wrong_replay(
        console,
        {fmt::format("{}: {}", shown_name(request.schedule_file), report.schedule_error),
         report.schedule_advice},
        request.run.json);
  }
  RunResult result{request.run, source.loaded.diagnostics, &scenario, &report};
  result.verb = "replay";
  result.again = again(invocation, request);
  result.code = stop.interrupted() ? ExitCode::kInterrupted : exit_code_of(report.verdict);
  const auto delivered = deliver_trace(request.run, report, console);
  if (request.explain != Explain::kNo && !stop.interrupted()) {
    auto story = story_of(scenario, request, report, console);
    if (!story) return wrong_replay(console, story.error(), request.run.json);
    if (request.run.json) {
      result.story = std::move(story).value();
    } else {
      console.out(*story);
    }
  }
  result.determinism = Determinism::kEqual;
  if (!replay.difference.empty()) {
    result.determinism = Determinism::kDifferent;
    result.code = ExitCode::kNondeterminism;
  }
  if (!delivered) result.code = ExitCode::kUsage;
  if (request.run.json) console.out(run_json(result));
  console.err(summary_of(request.run, replay, console.paint_err()));
  if (!delivered) return wrong_replay(console, delivered.error(), false);
  if (result.code != ExitCode::kOk) {
    console.err(next_lines(invocation.program, report, result.again));
  }
  return result.code;
}

}  // namespace

ExitCode replay_command(const Invocation& invocation) {
  Console& console = invocation.console;
  const bool json = invocation.arguments.has("json");
  auto request = replay_request(invocation.arguments);
  if (!request) return wrong_replay(console, request.error(), json);
  set_crash_replay(again(invocation, *request));

  const auto source = load_scenario(request->run.file, request->run.overrides);
  if (!source) return wrong_replay(console, source.error(), json);
  const scenario::Diagnostics& diagnostics = source->loaded.diagnostics;
  console.err(diagnostics_text(diagnostics, console.paint_err()));
  if (source->loaded.scenario != nullptr) return replay_loaded(invocation, *request, *source);

  RunResult result{request->run, diagnostics};
  result.verb = "replay";
  result.code = exit_code_of(diagnostics);
  result.again = again(invocation, *request);
  if (json) console.out(run_json(result));
  console.err(next_explanation(diagnostics, invocation.program));
  return result.code;
}

}  // namespace ipcsim::cli
