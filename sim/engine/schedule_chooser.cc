// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/schedule_chooser.h"

#include <algorithm>

namespace ipcsim::engine {
namespace {

ChoiceKind asks(DeviationKind kind) {
  switch (kind) {
    case DeviationKind::kHoldUntil:
    case DeviationKind::kHoldFor:
      return ChoiceKind::kOrder;
    case DeviationKind::kPreempt:
      return ChoiceKind::kPreempt;
    case DeviationKind::kPick:
      return ChoiceKind::kPick;
    case DeviationKind::kValue:
      return ChoiceKind::kValue;
    case DeviationKind::kJitter:
      return ChoiceKind::kJitter;
    case DeviationKind::kTlb:
      return ChoiceKind::kTlb;
    case DeviationKind::kInject:
      return ChoiceKind::kInject;
  }
  return ChoiceKind::kOrder;
}

}  // namespace

ScheduleChooser::ScheduleChooser(const Schedule& schedule, const LaneDirectory& lanes)
    : schedule_(schedule),
      lanes_(lanes),
      used_(schedule.deviations.size(), false),
      over_(schedule.deviations.size(), false) {
  for (const Deviation& deviation : schedule.deviations) {
    asked_ |= kinds_of(asks(deviation.kind));
    by_number_.push_back(static_cast<std::uint32_t>(by_number_.size()));
  }
  std::ranges::stable_sort(by_number_, {}, [this](std::uint32_t index) {
    return schedule_.deviations[index].at.number;
  });
}

std::span<const std::uint32_t> ScheduleChooser::candidates(StepName step) const {
  const auto number_of = [this](std::uint32_t index) {
    return schedule_.deviations[index].at.number;
  };
  const auto first =
      std::partition_point(by_number_.begin(), by_number_.end(),
                           [&](std::uint32_t index) { return number_of(index) < step.number; });
  const auto end = std::partition_point(first, by_number_.end(), [&](std::uint32_t index) {
    return number_of(index) == step.number;
  });
  return std::span(by_number_)
      .subspan(static_cast<std::size_t>(first - by_number_.begin()),
               static_cast<std::size_t>(end - first));
}

bool ScheduleChooser::names(const StepText& text, StepName step) const {
  return text.number == step.number && text.lane == lanes_.lane_name(step.lane);
}

// True while a hold keeps `step` from being taken.
bool ScheduleChooser::holds(StepName step) {
  for (const std::uint32_t index : candidates(step)) {
    const Deviation& deviation = schedule_.deviations[index];
    if (deviation.kind != DeviationKind::kHoldUntil || over_[index]) continue;
    if (!names(deviation.at, step)) continue;
    const trace::LaneId lane = lanes_.find_lane(deviation.until.lane);
    if (lane.valid() && lanes_.steps_taken(lane) >= deviation.until.number) {
      over_[index] = true;
      continue;
    }
    used_[index] = true;
    return true;
  }
  return false;
}

std::uint64_t ScheduleChooser::choose_order(const Choice& choice) {
  for (std::uint64_t answer = 0; answer < choice.count; ++answer) {
    const Option& option = choice.options[answer];
    if (!option.can_be_held || !holds(option.step)) return answer;
  }
  // Everything that could step is held: the hold of the reference step ends early.
  for (const std::uint32_t index : candidates(choice.options[0].step)) {
    if (names(schedule_.deviations[index].at, choice.options[0].step)) over_[index] = true;
  }
  return 0;
}

std::uint64_t ScheduleChooser::choose(const Choice& choice) {
  if (choice.kind == ChoiceKind::kOrder) return choose_order(choice);
  for (const std::uint32_t index : candidates(choice.at)) {
    const Deviation& deviation = schedule_.deviations[index];
    if (used_[index] || asks(deviation.kind) != choice.kind || !names(deviation.at, choice.at)) {
      continue;
    }
    std::uint64_t answer = has_amount(deviation.kind) ? deviation.amount : 1;
    if (deviation.kind == DeviationKind::kPick) {
      answer = 0;
      while (answer < choice.count &&
             lanes_.lane_name(choice.options[answer].step.lane) != deviation.picked) {
        ++answer;
      }
    }
    if (answer >= choice.count) continue;
    used_[index] = true;
    return answer;
  }
  return 0;
}

Cycles ScheduleChooser::hold_for(StepName step) {
  for (const std::uint32_t index : candidates(step)) {
    const Deviation& deviation = schedule_.deviations[index];
    if (deviation.kind != DeviationKind::kHoldFor || used_[index]) continue;
    if (!names(deviation.at, step)) continue;
    used_[index] = true;
    return deviation.amount;
  }
  return 0;
}

std::vector<Deviation> ScheduleChooser::unused() const {
  std::vector<Deviation> unused;
  for (std::size_t index = 0; index < schedule_.deviations.size(); ++index) {
    if (!used_[index]) unused.push_back(schedule_.deviations[index]);
  }
  return unused;
}

}  // namespace ipcsim::engine
