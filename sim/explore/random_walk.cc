// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/random_walk.h"

namespace ipcsim::explore {

void RandomWalk::begin(Random random, const Profile& profile) {
  static_cast<void>(profile);
  random_ = random;
}

std::size_t RandomWalk::next(std::span<const engine::Option> options) {
  return random_.below(options.size());
}

}  // namespace ipcsim::explore
