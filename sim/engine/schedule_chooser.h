// SPDX-License-Identifier: BSD-2-Clause
// ScheduleChooser: replays a schedule. It answers 0 except where a deviation applies; what never
// applied is told afterwards, for then the schedule does not fit the program.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/engine/chooser.h"
#include "sim/engine/schedule.h"

namespace ipcsim::engine {

// Gives the name of a lane and the number of steps it has taken; the engine does.
class LaneDirectory {
 public:
  virtual std::string_view lane_name(trace::LaneId lane) const = 0;
  virtual std::uint32_t steps_taken(trace::LaneId lane) const = 0;
  virtual trace::LaneId find_lane(std::string_view name) const = 0;  // none() when there is none

 protected:
  ~LaneDirectory() = default;
};

class ScheduleChooser final : public Chooser {
 public:
  // `schedule` and `lanes` outlive the run.
  ScheduleChooser(const Schedule& schedule, const LaneDirectory& lanes);

  ChoiceKinds asked() const override { return asked_; }
  std::uint64_t choose(const Choice& choice) override;

  // Cycles for which the step is to be held (`hold LANE#n for D cy`), once; else 0.
  Cycles hold_for(StepName step) override;

  // The deviations that never applied, in order.
  std::vector<Deviation> unused() const;

 private:
  // The deviations that may be at the step, in their order: those with its number.
  std::span<const std::uint32_t> candidates(StepName step) const;
  bool names(const StepText& text, StepName step) const;
  bool holds(StepName step);
  std::uint64_t choose_order(const Choice& choice);

  const Schedule& schedule_;
  const LaneDirectory& lanes_;
  ChoiceKinds asked_ = kNoChoices;
  std::vector<std::uint32_t> by_number_;  // indices of deviations, by the number of their step
  std::vector<bool> used_;                // per deviation: it applied
  std::vector<bool> over_;                // per deviation: it applies no more
};

}  // namespace ipcsim::engine
