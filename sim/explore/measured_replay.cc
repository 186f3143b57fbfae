// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/measured_replay.h"

#include <utility>

namespace ipcsim::explore {

MeasuredReplay::MeasuredReplay(std::vector<engine::Deviation> deviations,
                               const engine::LaneDirectory& lanes, Watch watch)
    : schedule_{{}, 0, std::move(deviations)}, replay_(schedule_, lanes), watch_(watch) {}

// One is told of a step when the next one begins: while that one is chosen, the one before is not
// among those told of, nor is the one under way while it chooses something.
std::uint64_t MeasuredReplay::step_of(engine::ChoiceKind kind) const {
  return steps_.size() + (kind == engine::ChoiceKind::kOrder ? 2 : 1);
}

std::uint64_t MeasuredReplay::choose(const engine::Choice& choice) {
  if (step_of(choice.kind) > last_step_) return 0;
  const std::uint64_t answer = replay_.choose(choice);
  if (answer > 0) last_departure_ = step_of(choice.kind);
  if (choice.kind != engine::ChoiceKind::kOrder) return answer;
  const engine::Option& taken = choice.options[answer];
  for (const engine::Option& earlier : choice.options.first(answer)) {
    if (!earlier.can_be_held) continue;
    MeasuredHold& hold = hold_of(earlier.step);
    hold.cycles += taken.cycle - earlier.cycle;
    hold.passing.push_back(taken.step);
  }
  return answer;
}

Cycles MeasuredReplay::hold_for(engine::StepName step) {
  if (step_of(engine::ChoiceKind::kOrder) > last_step_) return 0;
  const Cycles cycles = replay_.hold_for(step);
  if (cycles == 0) return 0;
  last_departure_ = step_of(engine::ChoiceKind::kOrder);
  hold_of(step).cycles += cycles;
  return cycles;
}

void MeasuredReplay::stepped(const engine::Option& taken, const engine::Footprint& touched) {
  static_cast<void>(touched);
  steps_.push_back({taken.step, taken.cycle});
}

Cycles MeasuredReplay::cycles_held() const {
  Cycles cycles = 0;
  for (const MeasuredHold& hold : holds_) cycles += hold.cycles;
  return cycles;
}

// Few are held at a time, and those that are were held last.
MeasuredHold& MeasuredReplay::hold_of(engine::StepName step) {
  for (auto hold = holds_.rbegin(); hold != holds_.rend(); ++hold) {
    if (hold->held == step) return *hold;
  }
  return holds_.emplace_back(MeasuredHold{step, 0, {}});
}

}  // namespace ipcsim::explore
