// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/given_schedule.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"
#include "sim/trace/names.h"

namespace ipcsim::scenario {
namespace {

// Of the deviation with this index, in a text that is a schedule.
std::uint32_t line_of(std::string_view text, std::size_t index) {
  std::uint32_t line = 1;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       end = text.find('\n', end + 1)) {
    const auto begun = engine::parse_schedule(text.substr(0, end));
    if (begun.ok() && begun->deviations.size() > index) break;
    ++line;
  }
  return line;
}

// Why there is no such step, in words; empty when there is one.
ScheduleProblem missing_step(const engine::StepText& step, const kernel::System& system) {
  const trace::LaneId lane = system.lanes().find_lane(step.lane);
  if (!lane.valid()) {
    const trace::Names names = system.names();
    std::vector<std::string_view> known;
    for (std::uint32_t index = 0; index < names.lanes(); ++index) {
      known.push_back(names.lane(trace::LaneId(index)));
    }
    const auto meant = closest(step.lane, known);
    if (known.size() > 12) known.resize(12);
    return {fmt::format("this run has no lane `{}`", step.lane),
            meant ? fmt::format("did you mean `{}`?", *meant)
                  : fmt::format("there are: {}", ipcsim::join(known, ", "))};
  }
  const std::uint32_t taken = system.lanes().steps_taken(lane);
  if (step.number <= taken) return {};
  return {fmt::format("`{}` takes {} step{} in this run", step.lane, taken, taken == 1 ? "" : "s"),
          taken == 0 ? "" : fmt::format("the last one is {}#{}", step.lane, taken)};
}

std::string_view nothing_to_do(engine::DeviationKind kind) {
  switch (kind) {
    case engine::DeviationKind::kHoldUntil:
    case engine::DeviationKind::kHoldFor:
      return "no other step could be taken in its place";
    case engine::DeviationKind::kPreempt:
      return "no other thread was ready to take its place";
    case engine::DeviationKind::kPick:
      return "that thread could not be picked there";
    case engine::DeviationKind::kValue:
      return "no value of that size is drawn there";
    case engine::DeviationKind::kInject:
      return "that injection could not happen there";
    case engine::DeviationKind::kJitter:
      return "no device could be late there";
    case engine::DeviationKind::kTlb:
      return "no stale translation was used there";
  }
  return "";
}

}  // namespace

Result<engine::Schedule, ScheduleProblem> read_schedule(const Scenario& scenario,
                                                        std::string_view text) {
  Result<engine::Schedule, engine::ScheduleError> schedule = engine::parse_schedule(text);
  if (!schedule.ok()) {
    const engine::ScheduleError& error = schedule.error();
    return Failure(ScheduleProblem{fmt::format("line {}: {}", error.line, error.message), ""});
  }
  if (schedule->digest != scenario.digest()) {
    return Failure(ScheduleProblem{
        fmt::format(
            "the schedule is for {} with digest {:016x}, and this is {} with digest {:016x}",
            quote(schedule->scenario.substr(0, 80)), schedule->digest, scenario.name(),
            scenario.digest()),
        fmt::format("find it anew for what the scenario says now; or put {:016x} into its first "
                    "line and see whether it still fits",
                    scenario.digest())});
  }
  return std::move(schedule).value();
}

std::string schedule_in_file(const Scenario& scenario) {
  std::string text = ipcsim::join(scenario.checked().schedule->lines, "\n");
  if (text.starts_with("schedule ")) return text;
  return engine::to_text({scenario.name(), scenario.digest(), {}}) + text;
}

bool has_hold(const std::vector<engine::Deviation>& deviations) {
  return std::ranges::any_of(deviations, [](const engine::Deviation& deviation) {
    return deviation.kind == engine::DeviationKind::kHoldUntil ||
           deviation.kind == engine::DeviationKind::kHoldFor;
  });
}

std::optional<ScheduleProblem> problem_of(const engine::Schedule& schedule, std::string_view text,
                                          const engine::ScheduleChooser& chooser,
                                          const kernel::System& system) {
  const std::vector<engine::Deviation> unused = chooser.unused();
  for (std::size_t index = 0; index < schedule.deviations.size(); ++index) {
    const engine::Deviation& deviation = schedule.deviations[index];
    const bool is_unused = std::ranges::find(unused, deviation) != unused.end();
    const bool waits = deviation.kind == engine::DeviationKind::kHoldUntil &&
                       !system.lanes().find_lane(deviation.until.lane).valid();
    if (!is_unused && !waits) continue;
    // A lane that is not there at all explains more than a step that was not reached.
    ScheduleProblem why = waits ? missing_step(deviation.until, system) : ScheduleProblem{};
    const bool has_lane = system.lanes().find_lane(deviation.at.lane).valid();
    if (why.message.empty() || !has_lane) why = missing_step(deviation.at, system);
    if (why.message.empty()) why.message = nothing_to_do(deviation.kind);
    return ScheduleProblem{
        fmt::format("line {}: `{}` never applied in this run: {}", line_of(text, index),
                    trim(engine::to_text(deviation)), why.message),
        why.advice};
  }
  return std::nullopt;
}

}  // namespace ipcsim::scenario
