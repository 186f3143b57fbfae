// SPDX-License-Identifier: BSD-2-Clause
// Profile: what runs so far have taught about a program: how many steps a lane takes, which objects
// they are about, who starts whom. Estimates, for another schedule may lead elsewhere; strategies
// spread their decisions by them and may be wrong without harm.
//
// A step is about the object that was announced for it: the lock that it takes, the word that it
// loads or stores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/footprint.h"

namespace ipcsim::explore {

// Steps of one lane that are about one object.
struct ObjectCount {
  engine::ObjectName object;
  std::uint64_t steps = 0;
  bool written = false;
};

struct LaneCount {
  trace::LaneId parent;  // none: it was there from the start
  std::uint64_t steps = 0;
  std::vector<ObjectCount> objects;  // ascending; the first kObjectsPerLane that it met
};

// What one run did, counted while it runs.
class RunCount {
 public:
  // A lane that sweeps through memory is not worth more.
  static constexpr std::size_t kObjectsPerLane = 128;

  void begin();
  void lane_added(trace::LaneId lane, trace::LaneId by);
  void stepped(const engine::Option& taken);
  void decided() { ++decisions_; }  // between several ways to go on
  void could_inject() { ++injection_points_; }

  const std::vector<LaneCount>& lanes() const { return lanes_; }
  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t injection_points() const { return injection_points_; }

 private:
  LaneCount& lane(trace::LaneId lane);

  std::vector<LaneCount> lanes_;  // by number
  std::uint64_t decisions_ = 0;
  std::uint64_t injection_points_ = 0;
};

class Profile {
 public:
  void learn(const RunCount& run);

  // --- Per run, on average, rounded up; 0 when nothing is known.
  std::uint64_t decisions() const { return mean(decisions_); }
  std::uint64_t injection_points() const { return mean(injection_points_); }
  std::uint64_t steps_of(trace::LaneId lane) const;
  std::uint64_t steps_of(trace::LaneId lane, engine::ObjectName object) const;

  std::size_t lanes() const { return lanes_.size(); }
  trace::LaneId parent_of(trace::LaneId lane) const { return lanes_[lane.value()].parent; }

  // The objects that two lanes or more are about, one of which writes: only there can an order
  // make a difference. Ascending.
  std::span<const engine::ObjectName> contested() const { return contested_; }

 private:
  std::uint64_t mean(std::uint64_t sum) const { return runs_ == 0 ? 0 : (sum + runs_ - 1) / runs_; }
  void find_contested();

  std::uint64_t runs_ = 0;
  std::uint64_t decisions_ = 0;  // sums over the runs, as below
  std::uint64_t injection_points_ = 0;
  std::vector<LaneCount> lanes_;
  std::vector<engine::ObjectName> contested_;
};

}  // namespace ipcsim::explore
