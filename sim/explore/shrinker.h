// SPDX-License-Identifier: BSD-2-Clause
// Shrinker: the shortest and cheapest schedule under which a program still fails the same way, and
// how wide the race window of each of its holds is. The same input gives the same answer, after the
// same number of runs.
//
//   const Shrunk shrunk = shrink(program, program.deviations(), result.signature, {});
//
// Whether a minimum is certain is said in two words that are meant exactly. The candidates are the
// deviations that the failing run made up to its failure. *Proved*: every set of fewer candidates
// was tried, and none fails the same way. *Reached*: taking away any one deviation makes it pass,
// or the runs were used up; smaller sets may exist. Deviations that are no candidates can do with
// fewer in either case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/engine/schedule.h"
#include "sim/explore/price.h"
#include "sim/explore/program.h"
#include "sim/explore/race_window.h"

namespace ipcsim::explore {

struct ShrinkOptions {
  std::uint64_t runs = 20'000;  // no more than these, windows included
  bool windows = true;          // look for the race windows
};

struct ShrinkProgress {
  std::uint64_t runs = 0;      // so far
  std::size_t deviations = 0;  // of the shortest schedule so far
};

class ShrinkObserver {
 public:
  // Asked before each run. False: no more runs, the best so far is the answer.
  virtual bool go_on(const ShrinkProgress& progress) = 0;

 protected:
  ~ShrinkObserver() = default;
};

enum class Minimum : std::uint8_t { kReached, kProved };

struct Shrunk {
  // False: the program does not fail that way under the deviations given, and nothing else holds.
  bool reproduced = false;
  std::vector<engine::Deviation> deviations;
  Price price;
  Minimum minimum = Minimum::kReached;
  std::size_t candidates = 0;       // deviations of the failing run
  std::size_t sets_below = 0;       // all sets of fewer candidates than this were tried
  std::vector<RaceWindow> windows;  // of the holds among the deviations, in their order
  std::uint64_t runs = 0;           // that it took
  bool complete = true;             // false: runs were used up, or the observer said stop
};

Shrunk shrink(Program& program, const std::vector<engine::Deviation>& deviations,
              const std::string& signature, const ShrinkOptions& options = {},
              ShrinkObserver* observer = nullptr);

}  // namespace ipcsim::explore
