// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/race_window.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "sim/explore/trials.h"

namespace ipcsim::explore {
namespace {

using Deviations = std::vector<engine::Deviation>;

// So many steps of the held lane are looked at, besides the held one.
constexpr std::size_t kFollowing = 8;

class WindowSearch {
 public:
  WindowSearch(Trials& trials, const Deviations& deviations, std::size_t index)
      : trials_(trials), deviations_(deviations), held_(deviations[index].at), index_(index) {}

  RaceWindow find();

 private:
  std::optional<Trial> run(Cycles delay, Watch watch);
  bool is_known(Cycles delay) const { return fails_.contains(delay); }
  void try_delay(Cycles delay);
  std::set<Cycles> order_changes(const Trial& failing, const Trial& held_long) const;
  void make_ends_exact();
  std::vector<DelayInterval> intervals() const;

  Trials& trials_;
  const Deviations& deviations_;
  const engine::StepText held_;
  const std::size_t index_;
  Cycle natural_ = 0;  // the cycle of the held step when it is not held
  Cycles longest_ = 0;
  std::map<Cycles, bool> fails_;  // what is known of each delay
  bool complete_ = true;
};

const TriedStep* find_step(const Trial& trial, const engine::StepText& step) {
  const auto found = std::ranges::find(trial.steps, step, &TriedStep::step);
  return found == trial.steps.end() ? nullptr : &*found;
}

RaceWindow WindowSearch::find() {
  RaceWindow window;
  window.deviation = index_;
  const std::optional<Trial> failing = trials_.run(deviations_, Watch::kSteps);
  const std::optional<Trial> not_held = run(0, Watch::kSteps);
  const TriedStep* const step = not_held.has_value() ? find_step(*not_held, held_) : nullptr;
  if (step == nullptr || !failing.has_value()) {
    window.complete = false;
    return window;
  }
  natural_ = step->cycle;
  const auto hold = std::ranges::find(failing->holds, held_, &TriedHold::held);
  const Cycles held = hold == failing->holds.end() ? 0 : hold->cycles;
  longest_ = later(std::max(failing->steps.back().cycle, not_held->steps.back().cycle), held);
  const std::optional<Trial> held_long = run(longest_, Watch::kSteps);
  if (held_long.has_value()) {
    for (const Cycles delay : order_changes(*failing, *held_long)) try_delay(delay);
    make_ends_exact();
  }
  window.intervals = intervals();
  window.longest = longest_;
  window.tried = fails_.size();
  window.complete = complete_ && held_long.has_value();
  return window;
}

std::optional<Trial> WindowSearch::run(Cycles delay, Watch watch) {
  Deviations changed = deviations_;
  if (delay == 0) {
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(index_));
  } else {
    changed[index_] = {engine::DeviationKind::kHoldFor, held_, {}, delay, {}};
  }
  std::optional<Trial> trial = trials_.run(changed, watch);
  if (trial.has_value()) {
    fails_[delay] = trial->fails_alike;
  } else {
    complete_ = false;
  }
  return trial;
}

void WindowSearch::try_delay(Cycles delay) {
  if (complete_ && !is_known(delay)) run(delay, Watch::kNothing);
}

// While the step is held, all others go on as they do when it is held for long: their cycles are
// where it changes places with them. The steps of its lane that follow come later by as much; that
// is exact only as long as nothing that they depend on changes, but what is tried is what counts.
std::set<Cycles> WindowSearch::order_changes(const Trial& failing, const Trial& held_long) const {
  std::vector<Cycles> behind{0};
  const TriedStep* const taken = find_step(failing, held_);
  for (const TriedStep& step : failing.steps) {
    if (taken == nullptr || behind.size() > kFollowing) break;
    const bool follows = step.step.lane == held_.lane && step.step.number > held_.number;
    if (follows) behind.push_back(step.cycle - taken->cycle);
  }
  std::set<Cycles> changes;
  for (const TriedStep& other : held_long.steps) {
    if (other.step == held_) break;
    for (const Cycles distance : behind) {
      if (other.cycle <= natural_ + distance) continue;
      const Cycles delay = other.cycle - natural_ - distance;
      // At the same cycle the lesser number comes first, which may be either.
      changes.insert({delay, delay + 1});
    }
  }
  while (!changes.empty() && *changes.rbegin() >= longest_) changes.erase(std::prev(changes.end()));
  return changes;
}

// Between two delays of which only one fails lies a pair of neighbours of which only one does.
void WindowSearch::make_ends_exact() {
  std::vector<DelayInterval> unlike;
  for (auto one = fails_.begin(); std::next(one) != fails_.end(); ++one) {
    const auto next = std::next(one);
    if (one->second != next->second) unlike.push_back({one->first, next->first});
  }
  for (auto [low, high] : unlike) {
    const bool low_fails = fails_[low];
    while (high - low > 1 && complete_) {
      const Cycles middle = low + (high - low) / 2;
      try_delay(middle);
      if (!is_known(middle)) break;
      (fails_[middle] == low_fails ? low : high) = middle;
    }
  }
}

std::vector<DelayInterval> WindowSearch::intervals() const {
  std::vector<DelayInterval> intervals;
  bool goes_on = false;
  for (const auto& [delay, fails] : fails_) {
    if (fails && goes_on) intervals.back().most = delay;
    if (fails && !goes_on) intervals.push_back({delay, delay});
    goes_on = fails;
  }
  return intervals;
}

}  // namespace

RaceWindow find_race_window(Trials& trials, const std::vector<engine::Deviation>& deviations,
                            std::size_t index) {
  return WindowSearch(trials, deviations, index).find();
}

}  // namespace ipcsim::explore
