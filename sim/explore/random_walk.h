// SPDX-License-Identifier: BSD-2-Clause
// RandomWalk: whoever can go on is as likely as any other. The yardstick for all other strategies,
// and hard to beat where much can go wrong in many ways.
#pragma once

#include "sim/explore/strategy.h"

namespace ipcsim::explore {

class RandomWalk final : public Strategy {
 public:
  std::string_view name() const override { return "random"; }
  void begin(Random random, const Profile& profile) override;
  std::size_t next(std::span<const engine::Option> options) override;

 private:
  Random random_{0};
};

}  // namespace ipcsim::explore
