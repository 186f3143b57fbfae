// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/profile.h"

#include <algorithm>

namespace ipcsim::explore {
namespace {

using engine::ObjectName;

std::vector<ObjectCount>::iterator place_of(std::vector<ObjectCount>& counts, ObjectName object) {
  return std::lower_bound(
      counts.begin(), counts.end(), object,
      [](const ObjectCount& count, ObjectName name) { return count.object < name; });
}

void add(std::vector<ObjectCount>& counts, const ObjectCount& more, std::size_t most) {
  const auto at = place_of(counts, more.object);
  if (at != counts.end() && at->object == more.object) {
    at->steps += more.steps;
    at->written |= more.written;
  } else if (counts.size() < most) {
    counts.insert(at, more);
  }
}

}  // namespace

void RunCount::begin() {
  for (LaneCount& lane : lanes_) {
    lane.parent = trace::LaneId::none();
    lane.steps = 0;
    lane.objects.clear();
  }
  decisions_ = 0;
  injection_points_ = 0;
}

LaneCount& RunCount::lane(trace::LaneId lane) {
  if (lane.value() >= lanes_.size()) lanes_.resize(lane.value() + 1);
  return lanes_[lane.value()];
}

void RunCount::lane_added(trace::LaneId added, trace::LaneId by) { lane(added).parent = by; }

void RunCount::stepped(const engine::Option& taken) {
  LaneCount& count = lane(taken.step.lane);
  ++count.steps;
  if (taken.object == engine::kUnknownObject) return;
  add(count.objects, {taken.object, 1, taken.access == engine::Access::kWrite}, kObjectsPerLane);
}

void Profile::learn(const RunCount& run) {
  ++runs_;
  decisions_ += run.decisions();
  injection_points_ += run.injection_points();
  if (lanes_.size() < run.lanes().size()) lanes_.resize(run.lanes().size());
  for (std::size_t index = 0; index < run.lanes().size(); ++index) {
    const LaneCount& counted = run.lanes()[index];
    LaneCount& known = lanes_[index];
    if (counted.parent.valid()) known.parent = counted.parent;
    known.steps += counted.steps;
    for (const ObjectCount& count : counted.objects) {
      add(known.objects, count, 2 * RunCount::kObjectsPerLane);
    }
  }
  find_contested();
}

void Profile::find_contested() {
  struct Use {
    ObjectName object;
    bool written = false;
  };
  std::vector<Use> uses;
  for (const LaneCount& lane : lanes_) {
    for (const ObjectCount& count : lane.objects) uses.push_back({count.object, count.written});
  }
  std::stable_sort(uses.begin(), uses.end(),
                   [](const Use& a, const Use& b) { return a.object < b.object; });
  contested_.clear();
  for (std::size_t from = 0; from < uses.size();) {
    std::size_t to = from;
    bool written = false;
    for (; to < uses.size() && uses[to].object == uses[from].object; ++to) {
      written |= uses[to].written;
    }
    if (to - from > 1 && written) contested_.push_back(uses[from].object);
    from = to;
  }
}

std::uint64_t Profile::steps_of(trace::LaneId lane) const {
  return lane.value() < lanes_.size() ? mean(lanes_[lane.value()].steps) : 0;
}

std::uint64_t Profile::steps_of(trace::LaneId lane, ObjectName object) const {
  if (lane.value() >= lanes_.size()) return 0;
  const std::vector<ObjectCount>& counts = lanes_[lane.value()].objects;
  const auto at = std::lower_bound(
      counts.begin(), counts.end(), object,
      [](const ObjectCount& count, ObjectName name) { return count.object < name; });
  return at != counts.end() && at->object == object ? mean(at->steps) : 0;
}

}  // namespace ipcsim::explore
