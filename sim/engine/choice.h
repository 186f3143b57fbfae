// SPDX-License-Identifier: BSD-2-Clause
// Choice: a question that a run puts to the outside: which of these ways to go on? Every freedom of
// a run is one, and nothing else varies. Answer 0 is always the reference.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/cycles.h"
#include "sim/engine/footprint.h"
#include "sim/trace/record.h"

namespace ipcsim::engine {

enum class ChoiceKind : std::uint8_t {
  kOrder,    // which step comes next; options carry the steps
  kPreempt,  // 0: go on; 1: the timer interrupt comes before this step
  kPick,     // which ready thread a CPU takes; options carry the threads' lanes
  kInject,   // 0: nothing; k: the k-th declared injection happens here
  kValue,    // random(n): the answer is the value
  kJitter,   // how much later than at its earliest a device acts
  kTlb,      // 0: a stale translation is used; 1: it has just made place for another
};
inline constexpr unsigned kChoiceKinds = 7;

std::string_view name_of(ChoiceKind kind);

// A set of kinds; a chooser is only asked about those it names.
using ChoiceKinds = std::uint8_t;
constexpr ChoiceKinds kinds_of(ChoiceKind kind) {
  return static_cast<ChoiceKinds>(1U << static_cast<unsigned>(kind));
}
inline constexpr ChoiceKinds kNoChoices = 0;
inline constexpr ChoiceKinds kAllChoices = (1U << kChoiceKinds) - 1;

// A step by its name in schedules: LANE#n, where n counts all steps of the lane from 1.
struct StepName {
  trace::LaneId lane;
  std::uint32_t number = 0;
  friend constexpr auto operator<=>(StepName, StepName) = default;
};

struct Option {
  StepName step;            // kOrder: the step; kPick, kPreempt: the thread's next step
  Cycle cycle = 0;          // kOrder: when it happens
  bool can_be_held = true;  // kOrder: a CPU's step; device events keep their cycle
  // What the step is known to touch first; only for choosers that watch steps.
  ObjectName object = kUnknownObject;
  Access access = Access::kWrite;
};

struct Choice {
  ChoiceKind kind = ChoiceKind::kOrder;
  std::uint64_t count = 1;  // how many answers there are, at least 2
  StepName at;  // the step in which, or (kOrder, kPreempt, kJitter) before which, it is put
  // Of kOrder and kPick: one per answer. Of kPreempt: the thread that would go on, then those that
  // are ready to take its place.
  std::span<const Option> options;
};

}  // namespace ipcsim::engine
