// SPDX-License-Identifier: BSD-2-Clause
// Record: one event of a run as it is recorded, 64 bytes and plain; text is made of it afterwards,
// because formatting while running would cost more than the run. What the numbers mean stands in
// the Vocabulary.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/base/cycles.h"
#include "sim/base/strong_id.h"

namespace ipcsim::trace {

// Who an event belongs to: the thread the step runs for, else the CPU, or the device.
using LaneId = StrongId<struct LaneTag>;

// A line of a scenario: file index (from 0) and line (from 1); line 0 means "no scenario line".
struct SourceLine {
  std::uint32_t file : 10 = 0;
  std::uint32_t line : 22 = 0;
};
inline constexpr std::uint32_t kMaximumSourceFiles = 1U << 10;
inline constexpr std::uint32_t kMaximumSourceLine = (1U << 22) - 1;

inline constexpr std::uint16_t kNoCpu = 0xFFFF;
inline constexpr std::size_t kMaximumArguments = 4;

struct Record {
  Cycle cycle = 0;
  LaneId lane;
  std::uint32_t step = 0;   // the lane's own step number, from 1
  std::uint16_t event = 0;  // index into the Vocabulary's events
  std::uint16_t cpu = kNoCpu;
  SourceLine source;
  std::uint32_t flow = 0;    // the same number on both sides of an arrow; 0: none
  std::uint16_t why = 0;     // index into the Vocabulary's reasons; 0: none
  std::uint16_t result = 0;  // index into the Vocabulary's results; 0: none
  std::array<std::uint64_t, kMaximumArguments> arguments{};  // meaning by position, see EventType
};
static_assert(sizeof(Record) == 64);

}  // namespace ipcsim::trace
