// SPDX-License-Identifier: BSD-2-Clause
// Pct: probabilistic concurrency testing. Every lane has a random priority, and
// the highest goes on; at d-1 random decisions whoever would go on falls behind all others. A bug
// of depth d is found with a probability of at least 1/(n k^(d-1)) for n lanes and k decisions (S.
// Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte: "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010). SamplingChooser makes it fair.
#pragma once

#include <string>
#include <vector>

#include "sim/explore/strategy.h"

namespace ipcsim::explore {

class Pct final : public Strategy {
 public:
  // `depth` of the bugs it aims at, at least 1.
  explicit Pct(unsigned depth);

  std::string_view name() const override { return name_; }
  void begin(Random random, const Profile& profile) override;
  std::size_t next(std::span<const engine::Option> options) override;

 private:
  // Higher goes first. 0: it has none yet.
  std::uint64_t& priority_of(trace::LaneId lane);
  bool falls_now();

  std::string name_;
  unsigned depth_;
  Random random_{0};
  std::uint64_t decisions_ = 0;            // so far in this run
  std::vector<std::uint64_t> falls_;       // the decisions at which somebody falls, ascending
  std::size_t fallen_ = 0;                 // how many have
  std::vector<std::uint64_t> priorities_;  // by lane
};

}  // namespace ipcsim::explore
