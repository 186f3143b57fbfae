// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/shrinker.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "sim/explore/subsets.h"
#include "sim/explore/trials.h"

namespace ipcsim::explore {
namespace {

using Deviations = std::vector<engine::Deviation>;
using engine::DeviationKind;

// So many steps a hold may come later.
constexpr std::size_t kStepsLater = 20;

std::string key_of(const Deviations& deviations) {
  std::string key;
  for (const engine::Deviation& deviation : deviations) key += engine::to_text(deviation);
  return key;
}

bool is_hold(const engine::Deviation& deviation) {
  return deviation.kind == DeviationKind::kHoldUntil || deviation.kind == DeviationKind::kHoldFor;
}

// All but those from `first` to below `last`.
Deviations without(const Deviations& all, std::size_t first, std::size_t last) {
  Deviations rest;
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (index < first || index >= last) rest.push_back(all[index]);
  }
  return rest;
}

Deviations part_of(const Deviations& all, std::size_t first, std::size_t last) {
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(last)};
}

class Shrinking {
 public:
  Shrinking(Trials& trials, const ShrinkOptions& options) : trials_(trials), options_(options) {}

  Shrunk shrink(const Deviations& deviations);

 private:
  bool reproduce(const Deviations& deviations);
  void find_fewest();
  bool adopt(const Deviations& deviations);
  bool adopt_cheapest(const std::vector<Deviations>& all);
  void take(Trial trial);
  void delta_debug();
  bool delta_debug_by(std::size_t parts);
  void drop_singly();
  void merge_holds();
  void search_below();
  bool try_all_sets_of(std::size_t size);
  std::vector<Deviations> stretched_holds() const;
  void cheapen_holds();
  std::vector<engine::StepText> steps_behind(std::size_t index);
  void hold_later(std::size_t index);
  void release_earlier(std::size_t index);
  void find_windows(Shrunk& shrunk);
  void replace_by_least_delay(Shrunk& shrunk);

  // Runs that looking for fewer deviations may take; the rest is for prices and windows.
  std::uint64_t left_to_search() const {
    const std::uint64_t kept = options_.runs / 4;
    return trials_.left() > kept ? trials_.left() - kept : 0;
  }

  Trials& trials_;
  const ShrinkOptions& options_;
  Deviations candidates_;
  std::set<std::string> passing_;  // what was tried and does not fail alike
  Deviations best_;
  Trial best_trial_;
  std::size_t sets_below_ = 0;
  bool complete_ = true;
};

Shrunk Shrinking::shrink(const Deviations& deviations) {
  Shrunk shrunk;
  shrunk.reproduced = reproduce(deviations);
  if (shrunk.reproduced) {
    find_fewest();
    cheapen_holds();
    shrunk.deviations = best_;
    shrunk.price = best_trial_.price;
    shrunk.candidates = candidates_.size();
    shrunk.sets_below = sets_below_;
    shrunk.minimum = sets_below_ >= best_.size() ? Minimum::kProved : Minimum::kReached;
    if (options_.windows) find_windows(shrunk);
  }
  shrunk.runs = trials_.runs();
  shrunk.complete = complete_ && trials_.left() > 0;
  return shrunk;
}

bool Shrinking::reproduce(const Deviations& deviations) {
  std::optional<Trial> trial = trials_.run(deviations);
  if (!trial.has_value() || !trial->fails_alike) return false;
  best_ = deviations;
  take(*std::move(trial));
  candidates_ = best_;
  return true;
}

// The schedule that a trial really followed takes the place of the best so far, which it ran under
// or was reduced from: what never applied is gone from it.
void Shrinking::take(Trial trial) {
  if (trial.made != best_ && trial.made.size() <= best_.size()) {
    std::optional<Trial> again = trials_.run(trial.made);
    if (again.has_value() && again->fails_alike) {
      best_ = trial.made;
      trial = *std::move(again);
    }
  }
  best_trial_ = std::move(trial);
  trials_.set_shortest(best_.size());
}

// Whether it fails the same way; then it is the best so far.
bool Shrinking::adopt(const Deviations& deviations) {
  const std::string key = key_of(deviations);
  if (passing_.contains(key)) return false;
  std::optional<Trial> trial = trials_.run(deviations);
  if (!trial.has_value()) {
    complete_ = false;
    return false;
  }
  if (!trial->fails_alike) {
    passing_.insert(key);
    return false;
  }
  best_ = deviations;
  take(*std::move(trial));
  return true;
}

// Tries them all, and takes the one with the least price.
bool Shrinking::adopt_cheapest(const std::vector<Deviations>& all) {
  std::optional<Deviations> cheapest;
  Price price;
  for (const Deviations& deviations : all) {
    const std::optional<Trial> trial = trials_.run(deviations);
    if (!trial.has_value()) {
      complete_ = false;
      break;
    }
    if (!trial->fails_alike) {
      passing_.insert(key_of(deviations));
    } else if (!cheapest.has_value() || trial->price < price) {
      cheapest = deviations;
      price = trial->price;
    }
  }
  return cheapest.has_value() && adopt(*cheapest);
}

// No deviation or one alone is so often enough that these are tried first.
void Shrinking::find_fewest() {
  if (best_.empty() || adopt({})) return;
  sets_below_ = 1;
  if (best_.size() == 1) return;
  std::vector<Deviations> singles;
  for (const engine::Deviation& candidate : candidates_) singles.push_back({candidate});
  if (singles.size() > left_to_search()) {
    complete_ = false;
    delta_debug();
    return;
  }
  if (adopt_cheapest(singles)) return;
  if (!complete_) return;
  sets_below_ = 2;
  const std::vector<Deviations> stretched = stretched_holds();
  if (stretched.size() <= left_to_search() / 4 && adopt_cheapest(stretched)) return;
  delta_debug();
  merge_holds();
  search_below();
}

// Each held step held until each step that any hold waits for: one long hold often does what a
// random walk did by many short ones.
std::vector<Deviations> Shrinking::stretched_holds() const {
  std::vector<Deviations> stretched;
  for (const engine::Deviation& held : candidates_) {
    if (held.kind != DeviationKind::kHoldUntil) continue;
    for (const engine::Deviation& awaited : candidates_) {
      if (awaited.kind != DeviationKind::kHoldUntil || awaited.until.lane == held.at.lane) continue;
      engine::Deviation hold = held;
      hold.until = awaited.until;
      if (hold != held) stretched.push_back({hold});
    }
  }
  return stretched;
}

// Zeller's ddmin. Where it ends, no single deviation can be left out.
void Shrinking::delta_debug() {
  std::size_t parts = 2;
  while (best_.size() >= 2 && left_to_search() > 0) {
    parts = std::min(parts, best_.size());
    const std::size_t size = best_.size();
    if (delta_debug_by(parts)) {
      // A part alone begins anew; all but a part goes on as finely as before.
      const bool by_part = best_.size() <= size - size / 2;
      parts = by_part ? 2 : std::max<std::size_t>(parts - 1, 2);
    } else if (parts == best_.size()) {
      return;
    } else {
      parts *= 2;
    }
  }
  if (best_.size() >= 2) complete_ = false;
}

// Tries each part alone, then all without each part.
bool Shrinking::delta_debug_by(std::size_t parts) {
  const Deviations all = best_;
  const auto border = [&](std::size_t part) { return all.size() * part / parts; };
  for (std::size_t part = 0; part < parts && left_to_search() > 0; ++part) {
    if (adopt(part_of(all, border(part), border(part + 1)))) return true;
  }
  for (std::size_t part = 0; part < parts && left_to_search() > 0; ++part) {
    if (adopt(without(all, border(part), border(part + 1)))) return true;
  }
  return false;
}

void Shrinking::drop_singly() {
  for (std::size_t index = best_.size(); index > 0;) {
    --index;
    if (index < best_.size() && adopt(without(best_, index, index + 1))) index = best_.size();
  }
}

// Two holds of one lane become one, from the first step until what the second one waits for.
void Shrinking::merge_holds() {
  for (std::size_t first = 0; first < best_.size(); ++first) {
    for (std::size_t second = 0; second < best_.size() && first < best_.size(); ++second) {
      const engine::Deviation& one = best_[first];
      const engine::Deviation& other = best_[second];
      const bool are_neighbours = first != second && one.kind == DeviationKind::kHoldUntil &&
                                  other.kind == DeviationKind::kHoldUntil &&
                                  one.at.lane == other.at.lane && one.at.number < other.at.number;
      if (!are_neighbours || left_to_search() == 0) continue;
      Deviations merged = best_;
      merged[first].until = other.until;
      merged.erase(merged.begin() + static_cast<std::ptrdiff_t>(second));
      if (adopt(merged)) second = 0;
    }
  }
  drop_singly();
}

// All sets of 2, 3, ... candidates, as long as they are fewer than the best has.
void Shrinking::search_below() {
  for (std::size_t size = 2; size < best_.size(); ++size) {
    if (subsets(candidates_.size(), size) > left_to_search()) {
      complete_ = false;
      return;
    }
    if (try_all_sets_of(size) || !complete_) return;
    sets_below_ = size + 1;
  }
}

bool Shrinking::try_all_sets_of(std::size_t size) {
  std::vector<std::size_t> chosen = first_subset(size);
  do {
    Deviations some;
    for (const std::size_t index : chosen) some.push_back(candidates_[index]);
    if (adopt(some)) return true;
    if (!complete_) return false;
  } while (next_subset(chosen, candidates_.size()));
  return false;
}

// The order of the deviations follows the run, so that each change may change it.
void Shrinking::cheapen_holds() {
  while (trials_.left() > 0) {
    const Price price = best_trial_.price;
    for (std::size_t index = 0; index < best_.size(); ++index) {
      if (is_hold(best_[index])) hold_later(index);
      if (best_[index].kind == DeviationKind::kHoldUntil) release_earlier(index);
    }
    drop_singly();
    if (best_trial_.price >= price) return;
  }
}

// The steps that follow the held one when it is not held, of lanes that it does not wait for: some
// are on its CPU.
std::vector<engine::StepText> Shrinking::steps_behind(std::size_t index) {
  const engine::Deviation hold = best_[index];
  std::vector<engine::StepText> behind;
  const std::optional<Trial> trial = trials_.run(without(best_, index, index + 1), Watch::kSteps);
  if (!trial.has_value()) return behind;
  bool is_behind = false;
  for (const TriedStep& taken : trial->steps) {
    const bool is_other = taken.step != hold.at && taken.step.lane != hold.until.lane;
    if (is_behind && is_other) behind.push_back(taken.step);
    if (taken.step == hold.at) is_behind = true;
    if (behind.size() == kStepsLater) break;
  }
  return behind;
}

// Holding a later step instead: the last one that will do is where the race is.
void Shrinking::hold_later(std::size_t index) {
  std::optional<Deviations> cheapest;
  Price least = best_trial_.price;
  for (const engine::StepText& step : steps_behind(index)) {
    Deviations later_hold = best_;
    later_hold[index].at = step;
    const std::optional<Trial> trial = trials_.run(later_hold);
    if (!trial.has_value() || !trial->fails_alike || trial->made.size() != best_.size() ||
        trial->price >= least) {
      continue;
    }
    least = trial->price;
    cheapest = later_hold;
  }
  if (cheapest.has_value()) adopt(*cheapest);
}

// Each step that passed the hold is tried as its end, the earliest first.
void Shrinking::release_earlier(std::size_t index) {
  const auto hold = std::ranges::find(best_trial_.holds, best_[index].at, &TriedHold::held);
  if (hold == best_trial_.holds.end()) return;
  const std::vector<engine::StepText> passing = hold->passing;
  for (const engine::StepText& step : passing) {
    if (step == best_[index].until) return;
    Deviations shorter = best_;
    shorter[index].until = step;
    if (adopt(shorter) || trials_.left() == 0) return;
  }
}

void Shrinking::find_windows(Shrunk& shrunk) {
  const auto add_windows = [&] {
    shrunk.windows.clear();
    for (std::size_t index = 0; index < shrunk.deviations.size(); ++index) {
      if (!is_hold(shrunk.deviations[index])) continue;
      shrunk.windows.push_back(find_race_window(trials_, shrunk.deviations, index));
    }
  };
  add_windows();
  replace_by_least_delay(shrunk);
}

// A hold for the least delay of its window can be cheaper than any hold until a step. The windows
// of other holds would not be the same with it.
void Shrinking::replace_by_least_delay(Shrunk& shrunk) {
  if (shrunk.windows.size() != 1 || shrunk.windows.front().intervals.empty()) return;
  const Cycles least = shrunk.windows.front().intervals.front().least;
  if (least == 0 || least >= shrunk.price.held) return;
  Deviations cheaper = shrunk.deviations;
  engine::Deviation& hold = cheaper[shrunk.windows.front().deviation];
  hold = {DeviationKind::kHoldFor, hold.at, {}, least, {}};
  const std::optional<Trial> trial = trials_.run(cheaper);
  if (!trial.has_value() || !trial->fails_alike || trial->made != cheaper) return;
  shrunk.deviations = cheaper;
  shrunk.price = trial->price;
}

}  // namespace

Shrunk shrink(Program& program, const std::vector<engine::Deviation>& deviations,
              const std::string& signature, const ShrinkOptions& options,
              ShrinkObserver* observer) {
  Trials trials(program, signature, options.runs, observer);
  return Shrinking(trials, options).shrink(deviations);
}

}  // namespace ipcsim::explore
