// SPDX-License-Identifier: BSD-2-Clause
// Public C++ API, as scenario.h. Story: what happened in a run, told as a message-sequence chart: a
// column for each thread that matters, a row for each thing that happens, time running down. Made
// from a trace alone, with what its schedule did and what was found; however it is shown, as text
// or as a diagram, is for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/replay.h"
#include "scenarios/scenario.h"
#include "sim/base/cycles.h"
#include "sim/trace/trace.h"

namespace ipcsim::scenario {

// What a lane is doing beside a row.
enum class LaneState : std::uint8_t {
  kAway,    // has not begun, or has ended
  kAwake,   // runs, or waits for a CPU
  kAsleep,  // waits for somebody
  kHeld,    // the schedule keeps its CPU from going on
};

enum class StoryMoment : std::uint8_t {
  kEvent,      // a thing that the lane does
  kDeviation,  // the schedule departs from the reference here
  kFinding,    // what went wrong
  kLeftOut,    // stands for `left_out` rows, the first of them at `cycle`
};

struct StoryRow {
  StoryMoment moment = StoryMoment::kEvent;
  Cycle cycle = 0;
  std::size_t column = 0;               // whose row it is
  std::string text;                     // "wakeup(-1)"
  std::optional<std::size_t> arrow_to;  // the column that it reaches
  std::uint32_t line = 0;               // of the scenario; 0: none
  bool critical = false;                // the first row behind which it cannot end well
  std::size_t left_out = 0;             // of kLeftOut
  std::vector<LaneState> lanes;         // of each column, once the row has happened
};

struct Story {
  std::vector<std::string> lanes;  // the columns, in the order in which they first appear
  std::vector<StoryRow> rows;
  std::size_t lanes_left_out = 0;  // threads that took part in nothing told here
  std::size_t arrows() const;
};

struct StoryBounds {
  std::size_t rows = 60;  // longer stories are told from before the first deviation on, and cut
  std::size_t lanes = 5;
};

// `trace` has all kinds of events recorded.
Story make_story(const trace::Trace& trace, const ScheduleEffect& effect,
                 const std::vector<Finding>& findings, const StoryBounds& bounds);

}  // namespace ipcsim::scenario
