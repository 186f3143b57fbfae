// SPDX-License-Identifier: BSD-2-Clause
// PartialOrderSampling: every step that waits has a random priority of its own, and the highest is
// taken; those that conflict with it then draw anew. So the orders of conflicting steps are drawn,
// and steps that commute do not spoil the odds (X. Yuan, J. Yang, R. Gu: "Partial order aware
// concurrency sampling", CAV 2018).
#pragma once

#include <vector>

#include "sim/explore/strategy.h"

namespace ipcsim::explore {

class PartialOrderSampling final : public Strategy {
 public:
  std::string_view name() const override { return "pos"; }
  void begin(Random random, const Profile& profile) override;
  std::size_t next(std::span<const engine::Option> options) override;
  void taking(const engine::Option& taken) override;

 private:
  // The step of a lane that waits, as it was last seen among the options.
  struct Waiting {
    engine::Option step;
    std::uint64_t priority = 0;
  };
  std::uint64_t priority_of(const engine::Option& option);

  Random random_{0};
  std::vector<Waiting> waiting_;  // by lane; a step of number 0: none seen
};

}  // namespace ipcsim::explore
