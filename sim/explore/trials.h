// SPDX-License-Identifier: BSD-2-Clause
// Trials: runs of a program under deviations that are tried, each asked whether it fails the same
// way as the finding does. Counts the runs, and makes none when they are used up or nobody wants
// more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/schedule.h"
#include "sim/explore/measured_replay.h"
#include "sim/explore/price.h"
#include "sim/explore/program.h"

namespace ipcsim::explore {

class ShrinkObserver;

// A hold by the names that schedules use.
struct TriedHold {
  engine::StepText held;
  Cycles cycles = 0;
  std::vector<engine::StepText> passing;  // steps taken in its place, in order
};

// A step by the names that schedules use.
struct TriedStep {
  engine::StepText step;
  Cycle cycle = 0;
};

struct Trial {
  bool fails_alike = false;
  // Only of runs that do:
  std::vector<engine::Deviation> made;  // the deviations that it really made, up to its end
  Price price;
  std::vector<TriedHold> holds;
  // Only where they are watched:
  std::vector<TriedStep> steps;
  std::uint64_t last_departure = 0;  // see MeasuredReplay
};

class Trials {
 public:
  // Program and observer are borrowed; the observer may be null.
  Trials(Program& program, std::string signature, std::uint64_t budget, ShrinkObserver* observer)
      : program_(program), signature_(std::move(signature)), budget_(budget), observer_(observer) {}

  // Nothing when there is no run left. `follow_until`: see MeasuredReplay.
  std::optional<Trial> run(const std::vector<engine::Deviation>& deviations,
                           Watch watch = Watch::kNothing, std::uint64_t follow_until = UINT64_MAX);

  std::uint64_t runs() const { return runs_; }
  std::uint64_t left() const { return stopped_ ? 0 : budget_ - runs_; }
  void set_shortest(std::size_t deviations) { shortest_ = deviations; }

 private:
  engine::StepText text_of(engine::StepName step) const;

  Program& program_;
  const std::string signature_;
  std::uint64_t budget_;
  ShrinkObserver* observer_;
  std::uint64_t runs_ = 0;
  std::size_t shortest_ = 0;
  bool stopped_ = false;
};

}  // namespace ipcsim::explore
