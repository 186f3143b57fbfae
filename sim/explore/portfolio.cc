// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/portfolio.h"

#include <algorithm>

#include "sim/explore/partial_order_sampling.h"
#include "sim/explore/pct.h"
#include "sim/explore/random_walk.h"
#include "sim/explore/selectively_uniform_walk.h"

namespace ipcsim::explore {
namespace {

struct WayRow {
  std::string_view name;
  std::uint64_t share;  // parts of 100, before anything is known
};

// In the order of Way.
constexpr std::array<WayRow, kWays> kRows{{
    {"reference", 0},
    {"given", 0},
    {"random", 10},
    {"pct2", 5},
    {"pct3", 5},
    {"pct4", 5},
    {"pos", 25},
    {"surw", 40},
    {"mutation", 10},
}};

// A weight is the share times this, times at most kMostGain or divided by it.
constexpr std::uint64_t kUnit = 64;
constexpr std::uint64_t kMostGain = 4;

}  // namespace

std::string_view name_of(Way way) { return kRows[static_cast<std::size_t>(way)].name; }

bool takes_part(Way way) { return kRows[static_cast<std::size_t>(way)].share > 0; }

std::vector<Way> ways_called(std::string_view name) {
  if (name == "pct") return {Way::kPct2, Way::kPct3, Way::kPct4};
  for (std::size_t index = 0; index < kRows.size(); ++index) {
    if (kRows[index].name == name) return {static_cast<Way>(index)};
  }
  return {};
}

std::unique_ptr<Strategy> make_strategy(Way way) {
  switch (way) {
    case Way::kReference:
    case Way::kGiven:
    case Way::kMutation:
      return nullptr;
    case Way::kRandom:
      return std::make_unique<RandomWalk>();
    case Way::kPct2:
      return std::make_unique<Pct>(2);
    case Way::kPct3:
      return std::make_unique<Pct>(3);
    case Way::kPct4:
      return std::make_unique<Pct>(4);
    case Way::kPos:
      return std::make_unique<PartialOrderSampling>();
    case Way::kSurw:
      return std::make_unique<SelectivelyUniformWalk>();
  }
  return nullptr;
}

Portfolio::Portfolio(std::span<const Way> ways) {
  for (std::size_t index = 0; index < kWays; ++index) {
    const bool wanted =
        ways.empty() || std::ranges::find(ways, static_cast<Way>(index)) != ways.end();
    shares_[index].base = wanted ? kRows[index].share : 0;
    shares_[index].weight = shares_[index].base * kUnit;
  }
}

Way Portfolio::next(bool can_mutate) {
  const auto mutation = static_cast<std::size_t>(Way::kMutation);
  std::int64_t sum = 0;
  std::size_t best = kWays;
  for (std::size_t index = 0; index < kWays; ++index) {
    Share& share = shares_[index];
    if (share.weight == 0 || (index == mutation && !can_mutate)) continue;
    share.credit += static_cast<std::int64_t>(share.weight);
    sum += static_cast<std::int64_t>(share.weight);
    if (best == kWays || share.credit > shares_[best].credit) best = index;
  }
  if (best == kWays) return Way::kRandom;  // mutation alone, and nothing to mutate yet
  shares_[best].credit -= sum;
  return static_cast<Way>(best);
}

void Portfolio::learn(const std::array<Yield, kWays>& round) {
  Yield all;
  for (std::size_t index = 0; index < kWays; ++index) {
    Yield& yield = shares_[index].yield;
    yield.new_keys = yield.new_keys / 2 + round[index].new_keys;
    yield.steps = yield.steps / 2 + round[index].steps;
    all.new_keys += yield.new_keys;
    all.steps += yield.steps;
  }
  if (all.new_keys == 0) return;
  for (Share& share : shares_) {
    if (share.yield.steps == 0) continue;
    // New keys a step, against the mean of all.
    const std::uint64_t gain =
        kUnit * share.yield.new_keys * all.steps / (share.yield.steps * all.new_keys);
    share.weight = share.base * std::clamp(gain, kUnit / kMostGain, kUnit * kMostGain);
  }
}

}  // namespace ipcsim::explore
