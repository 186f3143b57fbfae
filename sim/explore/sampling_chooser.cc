// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/sampling_chooser.h"

#include <algorithm>
#include <functional>

namespace ipcsim::explore {
namespace {

using engine::Choice;
using engine::ChoiceKind;

// An event keeps its cycle, so that taking it first holds every CPU until then: a sleeper's timer
// would else often come before all that others do meanwhile. It is on the menu once in so many.
constexpr std::uint64_t kEventFirst = 16;

// A run is fair behind so many times the decisions that runs take, and some more.
constexpr std::uint64_t kFairAfter = 3;
constexpr std::uint64_t kSomeDecisions = 500;

// Cycles for which the CPUs before the answer are held.
Cycles price_of(const Choice& choice, std::uint64_t answer) {
  Cycles price = 0;
  for (std::uint64_t index = 0; index < answer; ++index) {
    price = later(price, choice.options[answer].cycle - choice.options[index].cycle);
  }
  return price;
}

}  // namespace

void SamplingChooser::begin(Strategy& strategy, Random random, const Profile& profile,
                            std::span<const std::uint64_t> first) {
  strategy_ = &strategy;
  random_ = random;
  first_ = first;
  leader_ = nullptr;
  could_follow_ = true;
  answers_.clear();
  coverage_.begin();
  count_.begin();
  held_ = 0;
  preemptions_ = 0;
  injections_ = 0;
  preempting_ = trace::LaneId::none();
  fair_after_ = kFairAfter * profile.decisions() + kSomeDecisions;
  plan_injections(profile);
  strategy.begin(random_.split(), profile);
}

// Every second run is without, every fourth has one, and so on; each at any point.
void SamplingChooser::plan_injections(const Profile& profile) {
  planned_.clear();
  const std::uint64_t points = profile.injection_points();
  if (points == 0) return;
  while (random_.one_in(2)) planned_.push_back(1 + random_.below(points));
  std::ranges::sort(planned_, std::greater<>());
}

std::uint64_t SamplingChooser::choose(const Choice& choice) {
  coverage_.asked(choice);
  const std::uint64_t most = allowed(choice);
  std::uint64_t answer = 0;
  if (choice.kind == ChoiceKind::kInject) count_.could_inject();
  if (leader_ != nullptr) {
    answer = led(choice, most);
  } else if (answers_.size() < first_.size()) {
    answer = std::min(first_[answers_.size()], most - 1);
  } else {
    answer = fresh(choice, most);
  }
  answers_.push_back(answer);
  account(choice, answer);
  return answer;
}

std::uint64_t SamplingChooser::led(const Choice& choice, std::uint64_t allowed) {
  const std::uint64_t wanted = leader_->choose(choice);
  if (wanted >= allowed) could_follow_ = false;
  return std::min(wanted, allowed - 1);
}

// No answer says so, but a schedule may.
Cycles SamplingChooser::hold_for(engine::StepName step) {
  const Cycles cycles = leader_ == nullptr ? 0 : leader_->hold_for(step);
  if (cycles == 0) return 0;
  if (bounds_.hold.has_value() && later(held_, cycles) > *bounds_.hold) {
    could_follow_ = false;
    return 0;
  }
  held_ = later(held_, cycles);
  return cycles;
}

std::uint64_t SamplingChooser::allowed(const Choice& choice) const {
  switch (choice.kind) {
    case ChoiceKind::kOrder: {
      if (!bounds_.hold.has_value()) return choice.count;
      std::uint64_t most = 1;
      while (most < choice.count && later(held_, price_of(choice, most)) <= *bounds_.hold) ++most;
      return most;
    }
    case ChoiceKind::kPreempt:
      return bounds_.preemptions.has_value() && preemptions_ >= *bounds_.preemptions ? 1 : 2;
    case ChoiceKind::kInject:
      return bounds_.injections.has_value() && injections_ >= *bounds_.injections ? 1
                                                                                  : choice.count;
    case ChoiceKind::kPick:
    case ChoiceKind::kValue:
    case ChoiceKind::kJitter:
    case ChoiceKind::kTlb:
      return choice.count;
  }
  return 1;
}

std::uint64_t SamplingChooser::fresh(const Choice& choice, std::uint64_t allowed) {
  if (allowed == 1) return 0;
  switch (choice.kind) {
    case ChoiceKind::kOrder:
      return fresh_order(choice, allowed);
    case ChoiceKind::kPreempt: {
      const std::size_t next = who_goes_on(choice.options);
      if (next != 0) preempting_ = choice.options[next].step.lane;
      return next == 0 ? 0 : 1;
    }
    case ChoiceKind::kPick:
      return fresh_pick(choice);
    case ChoiceKind::kInject:
      return fresh_injection(allowed);
    case ChoiceKind::kValue:
    case ChoiceKind::kTlb:
      return random_.below(allowed);
    case ChoiceKind::kJitter:
      return fresh_jitter(allowed);
  }
  return 0;
}

std::uint64_t SamplingChooser::fresh_order(const Choice& choice, std::uint64_t allowed) {
  const bool event_last = !choice.options[allowed - 1].can_be_held;
  if (event_last && !random_.one_in(kEventFirst)) --allowed;
  if (allowed == 1) return 0;
  return who_goes_on(choice.options.first(allowed));
}

// Whoever a thread was preempted for, if it is still there.
std::uint64_t SamplingChooser::fresh_pick(const Choice& choice) {
  const trace::LaneId wanted = preempting_;
  preempting_ = trace::LaneId::none();
  for (std::size_t index = 0; index < choice.options.size(); ++index) {
    if (choice.options[index].step.lane == wanted) return index;
  }
  return who_goes_on(choice.options);
}

std::size_t SamplingChooser::who_goes_on(std::span<const engine::Option> options) {
  count_.decided();
  return count_.decisions() > fair_after_ ? 0 : strategy_->next(options);
}

std::uint64_t SamplingChooser::fresh_injection(std::uint64_t allowed) {
  bool now = false;
  while (!planned_.empty() && planned_.back() <= count_.injection_points()) {
    planned_.pop_back();
    now = true;
  }
  return now ? 1 + random_.below(allowed - 1) : 0;
}

// The ends of a span are where most goes wrong.
std::uint64_t SamplingChooser::fresh_jitter(std::uint64_t allowed) {
  switch (random_.below(4)) {
    case 0:
      return 0;
    case 1:
      return allowed - 1;
    default:
      return random_.below(allowed);
  }
}

void SamplingChooser::account(const Choice& choice, std::uint64_t answer) {
  if (answer == 0) return;
  if (choice.kind == ChoiceKind::kOrder) held_ = later(held_, price_of(choice, answer));
  if (choice.kind == ChoiceKind::kPreempt) ++preemptions_;
  if (choice.kind == ChoiceKind::kInject) ++injections_;
}

void SamplingChooser::lane_added(trace::LaneId lane, trace::LaneId by) {
  count_.lane_added(lane, by);
  strategy_->lane_added(lane, by);
}

void SamplingChooser::taking(const engine::Option& step) {
  count_.stepped(step);
  strategy_->taking(step);
}

void SamplingChooser::stepped(const engine::Option& taken, const engine::Footprint& touched) {
  coverage_.stepped(taken.step.lane, touched);
}

}  // namespace ipcsim::explore
