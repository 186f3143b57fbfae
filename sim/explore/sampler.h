// SPDX-License-Identifier: BSD-2-Clause
// Sampler: one worker of a search: a program of its own, and the strategies. What a run gives
// depends on its order alone, never on the runs before it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/schedule.h"
#include "sim/explore/portfolio.h"
#include "sim/explore/program.h"
#include "sim/explore/sampling_chooser.h"

namespace ipcsim::explore {

// One run to be made.
struct Order {
  std::uint64_t number = 0;  // of the run, from 1
  Way way = Way::kReference;
  std::uint64_t seed = 0;
  const engine::Schedule* given = nullptr;  // of kGiven
};

// What all runs of a round know: what the rounds before it have shown.
struct Knowledge {
  Profile profile;
  KeySet covered;               // by a run at least
  KeySet common;                // by two runs at least
  std::vector<Answers> corpus;  // of runs that showed something new
  bool learning = true;         // the profile still wants to be taught
  bool keeping = false;         // schedules that show something new are wanted
};

struct Sample {
  bool made = false;  // the search was not stopped before it
  RunResult result;
  std::vector<std::uint64_t> rare_keys;       // that it covered, and that are not common
  Answers answers;                            // if one of them is new
  RunCount count;                             // while learning
  bool fits = true;                           // of kGiven: the run was what the schedule says
  std::vector<engine::Deviation> deviations;  // if something was found, or is new and is to be kept
};

class Sampler {
 public:
  // The program outlives it, and is used by nobody else.
  Sampler(Program& program, const Bounds& bounds);

  Sample run(const Order& order, const Knowledge& knowledge);

 private:
  Sample run_given(const Order& order, const Knowledge& knowledge);
  Sample make(const Knowledge& knowledge);
  Answers mutated(const std::vector<Answers>& corpus, Random& random) const;

  Program& program_;
  SamplingChooser chooser_;
  std::array<std::unique_ptr<Strategy>, kWays> strategies_;
};

}  // namespace ipcsim::explore
