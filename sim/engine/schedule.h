// SPDX-License-Identifier: BSD-2-Clause
// Schedule: how a run departs from the reference, as a list of deviations. Readable text with a
// version, bound to a scenario by its digest:
//
//   schedule 1 doorbell.scn 41c2d9e0aa17b3f4
//   hold consumer.main#5 until producer.main#3
//   hold cpu1#2 for 400 cy
//   preempt producer.main#7
//   pick cpu0#4 producer.main
//   value client.main#9 3
//   inject 1 client.main#12
//   jitter nic#2 350
//   tlb reader.main#40
//
// LANE#n is the n-th step of a lane, counting all its steps from 1. A hold keeps the CPU that is
// about to take the named step from taking it; it ends early when nothing else can step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/engine/choice.h"

namespace ipcsim::engine {

enum class DeviationKind : std::uint8_t {
  kHoldUntil,
  kHoldFor,
  kPreempt,
  kPick,
  kValue,
  kInject,
  kJitter,
  kTlb
};

// Whether a deviation of this kind says how much; one that does not only says that it is.
constexpr bool has_amount(DeviationKind kind) {
  return kind == DeviationKind::kHoldFor || kind == DeviationKind::kValue ||
         kind == DeviationKind::kInject || kind == DeviationKind::kJitter;
}

// A step named in text, before any lane exists.
struct StepText {
  std::string lane;
  std::uint32_t number = 0;
  friend bool operator==(const StepText&, const StepText&) = default;
};

struct Deviation {
  DeviationKind kind = DeviationKind::kPreempt;
  StepText at;
  StepText until;  // kHoldUntil
  std::uint64_t amount =
      0;  // kHoldFor: cycles; kValue: the value; kJitter: cycles; kInject: which injection, from 1
  std::string picked;  // kPick: the thread's lane
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

struct Schedule {
  std::string scenario;      // file name
  std::uint64_t digest = 0;  // of the scenario
  std::vector<Deviation> deviations;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

struct ScheduleError {
  std::uint32_t line = 0;  // from 1
  std::string message;
};

std::string to_text(const Schedule& schedule);  // ends with a line feed
std::string to_text(const Deviation& deviation);

// Accepts what to_text prints, blank lines and `//` comments. Lines may also be separated by ';'.
Result<Schedule, ScheduleError> parse_schedule(std::string_view text);

}  // namespace ipcsim::engine
