// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/partial_order_sampling.h"

namespace ipcsim::explore {

void PartialOrderSampling::begin(Random random, const Profile& profile) {
  static_cast<void>(profile);
  random_ = random;
  waiting_.clear();
}

std::uint64_t PartialOrderSampling::priority_of(const engine::Option& option) {
  const std::uint32_t lane = option.step.lane.value();
  if (lane >= waiting_.size()) waiting_.resize(lane + 1);
  Waiting& waiting = waiting_[lane];
  if (waiting.step.step != option.step) waiting = {option, random_.next()};
  return waiting.priority;
}

std::size_t PartialOrderSampling::next(std::span<const engine::Option> options) {
  std::size_t best = 0;
  std::uint64_t highest = priority_of(options[0]);
  for (std::size_t index = 1; index < options.size(); ++index) {
    const std::uint64_t priority = priority_of(options[index]);
    if (priority <= highest) continue;
    best = index;
    highest = priority;
  }
  return best;
}

void PartialOrderSampling::taking(const engine::Option& taken) {
  if (taken.object == engine::kUnknownObject) return;
  for (Waiting& waiting : waiting_) {
    if (waiting.step.object != taken.object || waiting.step.step.lane == taken.step.lane) continue;
    if (waiting.step.access == engine::Access::kRead && taken.access == engine::Access::kRead) {
      continue;
    }
    waiting.priority = random_.next();
  }
}

}  // namespace ipcsim::explore
