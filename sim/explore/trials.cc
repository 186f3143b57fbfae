// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/trials.h"

#include <algorithm>

#include "sim/explore/shrinker.h"

namespace ipcsim::explore {
namespace {

std::uint64_t count_of(const std::vector<engine::Deviation>& deviations,
                       engine::DeviationKind kind) {
  return static_cast<std::uint64_t>(std::ranges::count(deviations, kind, &engine::Deviation::kind));
}

}  // namespace

std::optional<Trial> Trials::run(const std::vector<engine::Deviation>& deviations, Watch watch,
                                 std::uint64_t follow_until) {
  if (left() == 0) return std::nullopt;
  if (observer_ != nullptr && !observer_->go_on({runs_, shortest_})) {
    stopped_ = true;
    return std::nullopt;
  }
  ++runs_;
  MeasuredReplay replay(deviations, program_.lanes(), watch);
  replay.follow_until(follow_until);
  const RunResult result = program_.run(replay);
  Trial trial;
  trial.last_departure = replay.last_departure();
  for (const TakenStep& taken : replay.steps()) {
    trial.steps.push_back({text_of(taken.step), taken.cycle});
  }
  trial.fails_alike = result.signature == signature_;
  if (!trial.fails_alike) return trial;
  trial.made = program_.deviations();
  trial.price = {replay.cycles_held(), count_of(trial.made, engine::DeviationKind::kPreempt),
                 count_of(trial.made, engine::DeviationKind::kInject)};
  for (const MeasuredHold& hold : replay.holds()) {
    TriedHold& tried = trial.holds.emplace_back(TriedHold{text_of(hold.held), hold.cycles, {}});
    for (const engine::StepName step : hold.passing) tried.passing.push_back(text_of(step));
  }
  return trial;
}

engine::StepText Trials::text_of(engine::StepName step) const {
  return {std::string(program_.lanes().lane_name(step.lane)), step.number};
}

}  // namespace ipcsim::explore
