// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/coverage.h"

namespace ipcsim::explore {
namespace {

constexpr std::size_t kFirstObjects = 256;  // a power of two

// The finalizer of splitmix64 (see sim/base/random.h): every bit of a word reaches all others.
constexpr std::uint64_t mix(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

constexpr std::uint64_t word_of(engine::ObjectName object) {
  return std::uint64_t{object.kind} << 32 | object.index;
}

}  // namespace

void Coverage::begin() {
  keys_.clear();
  ++run_;
  used_ = 0;
}

// By the lanes on it and the kinds of objects that they are about, whatever their order.
void Coverage::asked(const engine::Choice& choice) {
  if (choice.options.empty()) return;
  std::uint64_t lanes = 0;
  for (const engine::Option& option : choice.options) {
    lanes += mix(option.step.lane.value() ^ mix(option.object.kind));
  }
  keys_.insert(mix(lanes ^ static_cast<std::uint64_t>(choice.kind)));
}

void Coverage::stepped(trace::LaneId lane, const engine::Footprint& touched) {
  for (const engine::Footprint::Entry& entry : touched.entries()) {
    Last& last = last_of(entry.object);
    const bool handed =
        last.lane.valid() && last.lane != lane &&
        (last.access == engine::Access::kWrite || entry.access == engine::Access::kWrite);
    if (handed) {
      const std::uint64_t pair = std::uint64_t{last.lane.value()} << 32 | lane.value();
      const auto accesses =
          static_cast<std::uint64_t>(last.access) << 1 | static_cast<std::uint64_t>(entry.access);
      keys_.insert(mix(word_of(entry.object) + mix(pair + mix(accesses + 1))));
    }
    last.lane = lane;
    last.access = entry.access;
  }
}

Coverage::Last& Coverage::last_of(engine::ObjectName object) {
  if (2 * (used_ + 1) > last_.size()) grow();
  const std::size_t mask = last_.size() - 1;
  std::size_t at = static_cast<std::size_t>(mix(word_of(object))) & mask;
  while (last_[at].run == run_ && last_[at].object != object) at = (at + 1) & mask;
  if (last_[at].run != run_) {
    last_[at] = {object, trace::LaneId::none(), engine::Access::kRead, run_};
    ++used_;
  }
  return last_[at];
}

void Coverage::grow() {
  std::vector<Last> old(last_.empty() ? kFirstObjects : 2 * last_.size());
  old.swap(last_);
  used_ = 0;
  for (const Last& last : old) {
    if (last.run == run_) last_of(last.object) = last;
  }
}

}  // namespace ipcsim::explore
