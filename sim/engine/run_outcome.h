// SPDX-License-Identifier: BSD-2-Clause
// RunOutcome: how a run ended. Exactly one end per run: the first that is reported stands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/trace/record.h"

namespace ipcsim::engine {

enum class RunEnd : std::uint8_t {
  kRunning,   // no end yet
  kFinished,  // every lane that the run waits for has ended
  kFinding,   // something is wrong with the program under test; `finding` says what
  kLimit,     // a bound was reached: no verdict; `limit` names it
};

// What is wrong, by a fixed name ("deadlock", "failed_expectation", ...) and in words.
struct Finding {
  std::string name;
  std::string message;               // one line
  std::vector<std::string> details;  // further lines, for instance a wait-for graph
  std::vector<trace::LaneId> lanes;  // who is involved
  trace::SourceLine source;
  Cycle cycle = 0;
};

struct RunOutcome {
  RunEnd end = RunEnd::kRunning;
  Cycle cycle = 0;    // when
  Finding finding;    // of kFinding
  std::string limit;  // of kLimit: "10_000_000 steps"
};

}  // namespace ipcsim::engine
