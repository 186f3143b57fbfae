// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/replay.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scenarios/explored_scenario.h"
#include "scenarios/given_schedule.h"
#include "sim/base/text.h"
#include "sim/explore/critical_step.h"
#include "sim/explore/trials.h"

namespace ipcsim::scenario {
namespace {

constexpr std::uint64_t kRunsForCriticalStep = 5'000;

std::string found_by(const RunReport& report) {
  if (report.verdict == Verdict::kLimit) return fmt::format("a limit: {}", report.limit);
  if (report.findings.empty() || report.findings.back().silenced) return "no finding";
  return signature_of(report.findings.back());
}

std::string difference_of(const RunReport& one, const RunReport& other) {
  const auto line = [](std::string_view what, const auto& first, const auto& second) {
    return fmt::format("{}: {} the first time, {} the second", what, first, second);
  };
  if (found_by(one) != found_by(other)) return line("outcome", found_by(one), found_by(other));
  if (one.end != other.end) return line("end cycle", one.end, other.end);
  if (one.steps != other.steps) return line("steps", one.steps, other.steps);
  if (one.fingerprint != other.fingerprint) {
    return line("fingerprint of the events", fmt::format("{:016x}", one.fingerprint),
                fmt::format("{:016x}", other.fingerprint));
  }
  return {};
}

RunSettings settings_of(const RunOptions& options,
                        const std::vector<engine::Deviation>& deviations) {
  RunSettings settings;
  settings.paranoid = options.paranoid;
  settings.until = options.until;
  settings.rules.stop = options.stop;
  settings.ipc = options.ipc;
  if (has_hold(deviations)) settings.rules.cycle_bounds = CycleBounds::kIgnored;
  return settings;
}

Cycles held_in(const explore::Trial& trial, const engine::StepText& step) {
  const auto hold = std::ranges::find(trial.holds, step, &explore::TriedHold::held);
  return hold == trial.holds.end() ? 0 : hold->cycles;
}

// A step that was held until the run was over counts as if it had been taken then.
StepOfLane step_in(const explore::Trial& trial, const engine::StepText& step) {
  const auto taken = std::ranges::find(trial.steps, step, &explore::TriedStep::step);
  if (taken != trial.steps.end()) return {step.lane, step.number, taken->cycle};
  return {step.lane, step.number, trial.steps.empty() ? 0 : trial.steps.back().cycle};
}

}  // namespace

Replay replay(const Scenario& scenario, RunOptions options) {
  options.schedule = Schedule::kGiven;
  Replay replay{run(scenario, options), {}};
  const bool is_interrupted = options.stop != nullptr && *options.stop != 0;
  if (!replay.report.schedule_error.empty() || is_interrupted) return replay;
  options.tool.clear();
  const RunReport again = run(scenario, options);
  const bool is_stopped = options.stop != nullptr && *options.stop != 0;
  if (!is_stopped) replay.difference = difference_of(replay.report, again);
  return replay;
}

ScheduleEffect effect_of_schedule(const Scenario& scenario, const RunOptions& options) {
  ScheduleEffect effect;
  const auto schedule = read_schedule(scenario, options.schedule_text);
  if (!schedule.ok()) return effect;
  const std::vector<engine::Deviation>& deviations = schedule->deviations;
  ExploredScenario program(scenario, settings_of(options, deviations));
  explore::MeasuredReplay first(deviations, program.lanes());
  const std::string signature = program.run(first).signature;

  explore::Trials trials(program, signature, kRunsForCriticalStep, nullptr);
  const std::optional<explore::Trial> trial = trials.run(deviations, explore::Watch::kSteps);
  for (const engine::Deviation& deviation : deviations) {
    effect.deviations.push_back({std::string(trim(engine::to_text(deviation))),
                                 step_in(*trial, deviation.at), held_in(*trial, deviation.at)});
  }
  if (signature.empty()) return effect;
  if (const auto step = explore::find_critical_step(trials, deviations)) {
    effect.critical = {step->step.lane, step->step.number, step->cycle};
  }
  return effect;
}

}  // namespace ipcsim::scenario
