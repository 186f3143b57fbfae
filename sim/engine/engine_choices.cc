// SPDX-License-Identifier: BSD-2-Clause
// The part of the engine that puts choices: the menu of the order choice, holds, and the log of
// deviations from which the run can be replayed.
#include <algorithm>

#include "sim/base/check.h"
#include "sim/engine/engine.h"

namespace ipcsim::engine {

// The menu: every agent whose next step comes before the first event, at E, and that event, in
// reference order. Events keep their cycle, so nothing later than E may be taken before it; a step
// at E itself comes behind the event, for no hold could say that an event waits.
void Engine::build_menu() {
  menu_next_.clear();
  const Cycle event = events_.next_cycle();
  for (std::uint32_t index = 0; index < agents_.size(); ++index) {
    const Cycle cycle = queue_.cycle_of(AgentId(index));
    if (cycle != kNever && cycle < event) menu_next_.push_back({AgentId(index), cycle});
  }
  std::sort(menu_next_.begin(), menu_next_.end(), [](const Next& a, const Next& b) {
    return a.cycle != b.cycle ? a.cycle < b.cycle : a.agent < b.agent;
  });
  if (event != kNever) menu_next_.push_back({AgentId::none(), event});
  menu_.clear();
  for (const Next& next : menu_next_) {
    const bool held = next.agent.valid();
    const trace::LaneId lane = held ? agents_[next.agent.value()].lane : events_.next().lane;
    menu_.push_back(option_of(lane, next.cycle, held));
  }
}

Engine::Next Engine::chosen_next() {
  for (;;) {
    build_menu();
    if (menu_next_.empty()) return {};
    std::uint64_t answer = 0;
    if (menu_.size() > 1) {
      const Choice choice{ChoiceKind::kOrder, menu_.size(), menu_.front().step, menu_};
      answer = chooser_->choose(choice);
      SIM_CHECK(answer < menu_.size(), "a chooser answered outside the menu");
    }
    const Next next = menu_next_[answer];
    const Cycles held = next.agent.valid() ? chooser_->hold_for(menu_[answer].step) : 0;
    if (held > 0) {
      log_.push_back({DeviationKind::kHoldFor, menu_[answer].step, {}, held, {}});
      hold(next.agent, later(next.cycle, held));
      continue;
    }
    if (answer > 0) hold_those_before(answer);
    return next;
  }
}

// Every agent that would have come before the chosen step waits until the step's cycle.
void Engine::hold_those_before(std::uint64_t answer) {
  for (std::uint64_t earlier = 0; earlier < answer; ++earlier) {
    if (!menu_[earlier].can_be_held) continue;
    log_hold(menu_[earlier].step, menu_[answer].step);
    hold(menu_next_[earlier].agent, menu_[answer].cycle);
  }
}

void Engine::hold(AgentId agent, Cycle until) {
  agents_[agent.value()].held_until = until;
  queue_.set(agent, until);
}

// One hold is one deviation, however many steps pass.
void Engine::log_hold(StepName held, StepName until) {
  for (LoggedDeviation& logged : log_) {
    if (logged.kind == DeviationKind::kHoldUntil && logged.at == held) {
      logged.until = until;
      return;
    }
  }
  log_.push_back({DeviationKind::kHoldUntil, held, until, 0, {}});
}

std::uint64_t Engine::choose(ChoiceKind kind, std::uint64_t count, StepName at,
                             std::span<const Option> options) {
  if (count < 2 || !asks(kind) || unwinding_) return 0;
  const std::uint64_t answer = chooser_->choose(Choice{kind, count, at, options});
  SIM_CHECK(answer < count, "a chooser answered outside the menu");
  if (answer == 0) return 0;
  LoggedDeviation deviation;
  deviation.at = at;
  deviation.amount = answer;
  switch (kind) {
    case ChoiceKind::kOrder:
      break;
    case ChoiceKind::kPreempt:
      deviation.kind = DeviationKind::kPreempt;
      break;
    case ChoiceKind::kValue:
      deviation.kind = DeviationKind::kValue;
      break;
    case ChoiceKind::kJitter:
      deviation.kind = DeviationKind::kJitter;
      break;
    case ChoiceKind::kTlb:
      deviation.kind = DeviationKind::kTlb;
      break;
    case ChoiceKind::kInject:
      deviation.kind = DeviationKind::kInject;
      break;
    case ChoiceKind::kPick:
      deviation.kind = DeviationKind::kPick;
      deviation.picked = options[answer].step.lane;
      break;
  }
  log_.push_back(deviation);
  return answer;
}

std::vector<Deviation> Engine::deviations() const {
  std::vector<Deviation> deviations;
  deviations.reserve(log_.size());
  for (const LoggedDeviation& logged : log_) {
    Deviation deviation;
    deviation.kind = logged.kind;
    deviation.at = {std::string(lane_name(logged.at.lane)), logged.at.number};
    if (logged.kind == DeviationKind::kHoldUntil) {
      deviation.until = {std::string(lane_name(logged.until.lane)), logged.until.number};
    }
    if (logged.kind == DeviationKind::kPick) {
      deviation.picked = std::string(lane_name(logged.picked));
    }
    if (has_amount(logged.kind)) deviation.amount = logged.amount;
    deviations.push_back(std::move(deviation));
  }
  return deviations;
}

}  // namespace ipcsim::engine
