// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/selectively_uniform_walk.h"

#include <algorithm>

#include "sim/explore/profile.h"

namespace ipcsim::explore {
namespace {

// One run in so many has no target.
constexpr std::uint64_t kWithoutTarget = 8;

void take(std::uint64_t& from, std::uint64_t amount) { from -= std::min(from, amount); }

}  // namespace

void SelectivelyUniformWalk::begin(Random random, const Profile& profile) {
  random_ = random;
  intended_ = trace::LaneId::none();
  const std::span<const engine::ObjectName> contested = profile.contested();
  everything_ = contested.empty() || random_.one_in(kWithoutTarget);
  if (!everything_) target_ = contested[random_.below(contested.size())];
  ahead_.assign(profile.lanes(), {});
  // A lane is younger than the one that started it: its number is higher.
  for (std::size_t index = ahead_.size(); index-- > 0;) {
    const trace::LaneId lane(static_cast<std::uint32_t>(index));
    Ahead& ahead = ahead_[index];
    ahead.all = profile.steps_of(lane);
    ahead.interesting = everything_ ? ahead.all : profile.steps_of(lane, target_);
    const trace::LaneId parent = profile.parent_of(lane);
    if (!parent.valid() || parent >= lane) continue;
    ahead_[parent.value()].all_of_unborn += ahead.all + ahead.all_of_unborn;
    ahead_[parent.value()].interesting_of_unborn += ahead.interesting + ahead.interesting_of_unborn;
  }
}

bool SelectivelyUniformWalk::is_interesting(const engine::Option& option) const {
  return everything_ || option.object == target_;
}

SelectivelyUniformWalk::Ahead& SelectivelyUniformWalk::ahead_of(trace::LaneId lane) {
  if (lane.value() >= ahead_.size()) ahead_.resize(lane.value() + 1);
  return ahead_[lane.value()];
}

// At least 1, for the profile may know nothing of the lane, or too little.
std::uint64_t SelectivelyUniformWalk::weight_of(const engine::Option& option, bool interesting) {
  const Ahead& ahead = ahead_of(option.step.lane);
  return 1 + (interesting ? ahead.interesting + ahead.interesting_of_unborn
                          : ahead.all + ahead.all_of_unborn);
}

std::size_t SelectivelyUniformWalk::draw(std::span<const engine::Option> options,
                                         bool interesting) {
  std::uint64_t sum = 0;
  for (const std::size_t index : admitted_) sum += weight_of(options[index], interesting);
  std::uint64_t drawn = random_.below(sum);
  for (const std::size_t index : admitted_) {
    const std::uint64_t weight = weight_of(options[index], interesting);
    if (drawn < weight) return index;
    drawn -= weight;
  }
  return admitted_.back();
}

std::size_t SelectivelyUniformWalk::next(std::span<const engine::Option> options) {
  const auto admit = [&](auto&& may) {
    admitted_.clear();
    for (std::size_t index = 0; index < options.size(); ++index) {
      if (may(options[index])) admitted_.push_back(index);
    }
    return !admitted_.empty();
  };
  const auto everybody = [](const engine::Option&) { return true; };
  const auto not_stopped = [this](const engine::Option& option) {
    return option.step.lane == intended_ || !is_interesting(option);
  };
  if (!intended_.valid()) {
    admit(everybody);
    intended_ = options[draw(options, true)].step.lane;
  }
  if (admit(not_stopped)) return draw(options, false);
  // All have come to an interesting step but the one that was meant, which cannot go on here.
  admit(everybody);
  const std::size_t chosen = draw(options, true);
  intended_ = options[chosen].step.lane;
  return chosen;
}

void SelectivelyUniformWalk::lane_added(trace::LaneId lane, trace::LaneId by) {
  const Ahead added = ahead_of(lane);
  Ahead& parent = ahead_of(by);
  take(parent.all_of_unborn, added.all + added.all_of_unborn);
  take(parent.interesting_of_unborn, added.interesting + added.interesting_of_unborn);
}

void SelectivelyUniformWalk::taking(const engine::Option& taken) {
  Ahead& ahead = ahead_of(taken.step.lane);
  take(ahead.all, 1);
  if (!is_interesting(taken)) return;
  take(ahead.interesting, 1);
  if (taken.step.lane == intended_) intended_ = trace::LaneId::none();
}

}  // namespace ipcsim::explore
