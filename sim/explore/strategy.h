// SPDX-License-Identifier: BSD-2-Clause
// Strategy: a way to sample schedules. It decides who goes on, wherever a run can go on in several
// ways: which step comes next, which ready thread a CPU takes, whether a thread is preempted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/random.h"
#include "sim/engine/choice.h"
#include "sim/engine/footprint.h"

namespace ipcsim::explore {

class Profile;

class Strategy {
 public:
  virtual ~Strategy() = default;

  // As the command line and the reports call it: "random", "pct", ...
  virtual std::string_view name() const = 0;

  // A run begins, in which all chance comes from `random`. `profile` is what earlier runs have
  // taught about the program; it outlives the run.
  virtual void begin(Random random, const Profile& profile) = 0;

  // Who goes on, as an index of the options, of which there are at least two.
  virtual std::size_t next(std::span<const engine::Option> options) = 0;

  // As engine::Chooser is told.
  virtual void lane_added(trace::LaneId lane, trace::LaneId by) {
    static_cast<void>(lane);
    static_cast<void>(by);
  }
  virtual void taking(const engine::Option& step) { static_cast<void>(step); }
};

}  // namespace ipcsim::explore
