// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/pct.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/explore/profile.h"

namespace ipcsim::explore {
namespace {

constexpr std::uint64_t kUnknownLength = 64;  // decisions, while no run has been seen
constexpr std::uint64_t kAboveAllFallen = std::uint64_t{1} << 32;

}  // namespace

Pct::Pct(unsigned depth) : name_(fmt::format("pct{}", depth)), depth_(depth) {}

void Pct::begin(Random random, const Profile& profile) {
  random_ = random;
  decisions_ = 0;
  fallen_ = 0;
  priorities_.clear();
  const std::uint64_t known = profile.decisions();
  const std::uint64_t length = known == 0 ? kUnknownLength : known;
  falls_.clear();
  for (unsigned fall = 1; fall < depth_; ++fall) falls_.push_back(random_.below(length));
  std::ranges::sort(falls_);
}

std::uint64_t& Pct::priority_of(trace::LaneId lane) {
  if (lane.value() >= priorities_.size()) priorities_.resize(lane.value() + 1);
  std::uint64_t& priority = priorities_[lane.value()];
  if (priority == 0) priority = kAboveAllFallen + random_.next() / 2;
  return priority;
}

bool Pct::falls_now() { return fallen_ < falls_.size() && falls_[fallen_] < decisions_; }

std::size_t Pct::next(std::span<const engine::Option> options) {
  ++decisions_;
  const auto highest = [&] {
    std::size_t best = 0;
    for (std::size_t index = 1; index < options.size(); ++index) {
      if (priority_of(options[index].step.lane) > priority_of(options[best].step.lane)) {
        best = index;
      }
    }
    return best;
  };
  while (falls_now()) {
    // The first to fall ends above those that fall later.
    priority_of(options[highest()].step.lane) = falls_.size() - fallen_;
    ++fallen_;
  }
  return highest();
}

}  // namespace ipcsim::explore
