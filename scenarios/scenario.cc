// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/scenario.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "scenarios/given_schedule.h"
#include "scenarios/language/checker.h"
#include "scenarios/language/compiler.h"
#include "scenarios/language/parser.h"
#include "scenarios/language/printer.h"
#include "scenarios/loaded_scenario.h"
#include "scenarios/runner.h"
#include "scenarios/source_loader.h"
#include "sim/base/stable_hash.h"
#include "sim/base/text.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"
#include "sim/trace/kinds.h"

namespace ipcsim::scenario {
namespace {

std::uint64_t digest_of(const CheckedScenario& checked) {
  StableHash hash;
  for (const ScenarioFile& file : checked.files) hash.add(digest(file));
  return hash.digest();
}

RunReport report_of(const Runner& runner, const RunOptions& options, trace::TraceHeader header) {
  RunReport report = runner.report();
  report.schedule = runner.schedule_text();
  header.tool = options.tool;
  if (options.record) report.trace = runner.trace_text(std::move(header));
  return report;
}

// Only the schedule that stands for the file itself must find what the file expects `run` to find.
void judge_missing(const Scenario& scenario, RunReport& report) {
  const bool found_nothing = report.findings.empty() || report.findings.back().silenced;
  if (report.verdict != Verdict::kPassed || !found_nothing) return;
  std::optional<Finding> missing = missing_finding(scenario);
  if (!missing.has_value()) return;
  missing->cycle = report.end;
  report.findings.push_back(*std::move(missing));
  report.verdict = Verdict::kFailed;
}

RunReport run_reference(Runner& runner, const RunOptions& options, const RunSettings& settings) {
  engine::ReferenceChooser chooser;
  runner.run(chooser, settings);
  return report_of(runner, options, {});
}

RunReport run_random(Runner& runner, const RunOptions& options, RunSettings settings) {
  const auto walk = [&](CycleBounds bounds) {
    engine::RandomChooser chooser(options.seed);
    settings.rules.cycle_bounds = bounds;
    runner.run(chooser, settings);
  };
  // Cycle bounds say nothing about a walk that holds CPUs back, and what is said `by run` nothing
  // about one that is not the reference. What it is is known behind it; it is judged as the
  // schedule that it printed will be.
  walk(CycleBounds::kIgnored);
  const std::vector<engine::Deviation> deviations = runner.system().deviations();
  settings.rules.by_run = deviations.empty();
  if (!has_hold(deviations)) walk(CycleBounds::kJudged);
  trace::TraceHeader header;
  header.seed = options.seed;
  return report_of(runner, options, std::move(header));
}

RunReport run_given(Runner& runner, const Scenario& scenario, const RunOptions& options,
                    RunSettings settings, const std::string& text) {
  const auto schedule = read_schedule(scenario, text);
  if (!schedule.ok()) {
    RunReport report;
    report.verdict = Verdict::kLimit;
    report.schedule_error = schedule.error().message;
    report.schedule_advice = schedule.error().advice;
    return report;
  }
  engine::ScheduleChooser chooser(*schedule, runner.system().lanes());
  if (has_hold(schedule->deviations)) settings.rules.cycle_bounds = CycleBounds::kIgnored;
  runner.run(chooser, settings);
  const std::string canonical = engine::to_text(*schedule);
  trace::TraceHeader header;
  for (const std::string_view line : split(trim(canonical), '\n')) {
    header.schedule.emplace_back(line);
  }
  RunReport report = report_of(runner, options, std::move(header));
  if (const auto problem = problem_of(*schedule, text, chooser, runner.system())) {
    report.schedule_error = problem->message;
    report.schedule_advice = problem->advice;
  }
  return report;
}

}  // namespace

Scenario::Scenario(std::shared_ptr<const SourceFiles> sources,
                   std::unique_ptr<const CheckedScenario> checked, Program program)
    : sources_(std::move(sources)),
      checked_(std::move(checked)),
      program_(std::move(program)),
      digest_(digest_of(*checked_)) {}

Loaded load(const std::string& path, const Overrides& overrides) {
  FileLoader loader;
  Result<std::string, std::string> text = loader.load(path);
  if (text.ok()) return load_text(*std::move(text), path, overrides);
  Loaded loaded;
  loaded.diagnostics.report(DiagnosticCode::file_unreadable, {},
                            fmt::format("cannot read `{}`: {}", path, text.error()));
  return loaded;
}

Loaded load_text(std::string text, const std::string& path, const Overrides& overrides) {
  auto sources = std::make_shared<SourceFiles>();
  Loaded loaded{nullptr, Diagnostics(sources)};
  FileLoader loader;
  const FileIndex main = sources->add(path, std::move(text));
  std::unique_ptr<const CheckedScenario> checked =
      check(*sources, main, loader, overrides, loaded.diagnostics);
  if (checked == nullptr) return loaded;
  std::optional<Program> program = compile(*checked, *sources, loaded.diagnostics);
  if (!program.has_value()) return loaded;
  loaded.scenario =
      std::make_shared<const Scenario>(sources, std::move(checked), *std::move(program));
  return loaded;
}

RunReport run(const Scenario& scenario, const RunOptions& options) {
  RunSettings settings;
  settings.paranoid = options.paranoid;
  settings.until = options.until;
  settings.rules.stop = options.stop;
  settings.ipc = options.ipc;
  if (options.record) {
    const auto mask = trace::mask_of(kernel::System::vocabulary(), options.recorded_kinds);
    settings.recorded = mask.ok() ? *mask : ~trace::KindMask{0};
  }
  Runner runner(scenario);
  switch (options.schedule) {
    case Schedule::kRandomWalk:
      return run_random(runner, options, settings);
    case Schedule::kGiven:
      return run_given(runner, scenario, options, settings, options.schedule_text);
    case Schedule::kReference:
      break;
  }
  settings.rules.by_run = true;
  RunReport report =
      scenario.checked().schedule == nullptr
          ? run_reference(runner, options, settings)
          : run_given(runner, scenario, options, settings, schedule_in_file(scenario));
  judge_missing(scenario, report);
  return report;
}

Summary summary(const Scenario& scenario) {
  const machine::CostModel& cost = scenario.checked().machine.cost;
  Summary summary{
      scenario.name(), scenario.digest(), {}, cost.name, machine::digest_of(cost), {}, {}};
  for (const auto& [name, value] : scenario.checked().parameters) {
    summary.parameters.emplace_back(name, text_of(value));
  }
  for (const CheckedExpectFinding& expected : scenario.checked().expectations.findings) {
    if (expected.in_force) continue;
    Overrides variant;
    if (const auto* const defect = std::get_if<kernel::Defect>(&expected.with)) {
      variant.defects.emplace_back(kernel::defects()[static_cast<std::size_t>(*defect)].name);
    } else if (const auto* const choice = std::get_if<PolicyChoice>(&expected.with)) {
      const auto policy = kernel::policies()[static_cast<std::size_t>(choice->policy)].name;
      variant.policies.emplace_back(policy, choice->value);
    }
    if (expected.verb == FindingVerb::kRun) summary.variants.push_back(std::move(variant));
    if (expected.verb == FindingVerb::kFuzz) summary.fuzz_variants.push_back(std::move(variant));
  }
  return summary;
}

Formatted format(std::string text, const std::string& path) {
  auto sources = std::make_shared<SourceFiles>();
  Formatted formatted{std::nullopt, Diagnostics(sources)};
  const FileIndex file = sources->add(path, std::move(text));
  const ScenarioFile tree = parse(*sources, file, formatted.diagnostics);
  if (!formatted.diagnostics.has_errors()) formatted.text = print(tree);
  return formatted;
}

}  // namespace ipcsim::scenario
