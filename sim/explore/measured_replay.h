// SPDX-License-Identifier: BSD-2-Clause
// MeasuredReplay: replays deviations, and notes what they cost: how long each hold lasted, and
// which steps were taken meanwhile. Serves one run.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"

namespace ipcsim::explore {

// A step as it was taken.
struct TakenStep {
  engine::StepName step;
  Cycle cycle = 0;
};

// What became of one hold.
struct MeasuredHold {
  engine::StepName held;
  Cycles cycles = 0;                      // for which it was held, all in all
  std::vector<engine::StepName> passing;  // steps that were taken in its place, in order
};

enum class Watch : std::uint8_t { kNothing, kSteps };

class MeasuredReplay final : public engine::Chooser {
 public:
  // `lanes` outlives the run. `kSteps`: keeps every step of the run, which makes it slower.
  MeasuredReplay(std::vector<engine::Deviation> deviations, const engine::LaneDirectory& lanes,
                 Watch watch = Watch::kNothing);
  MeasuredReplay(const MeasuredReplay&) = delete;
  MeasuredReplay& operator=(const MeasuredReplay&) = delete;

  // Only the first `steps` steps, of all lanes together, are chosen and taken as the deviations
  // say; behind them all goes on as in the reference. For this the steps must be watched.
  void follow_until(std::uint64_t steps) { last_step_ = steps; }

  engine::ChoiceKinds asked() const override { return replay_.asked(); }
  std::uint64_t choose(const engine::Choice& choice) override;
  Cycles hold_for(engine::StepName step) override;
  bool watches_steps() const override { return watch_ == Watch::kSteps; }
  void stepped(const engine::Option& taken, const engine::Footprint& touched) override;

  // The holds in the order in which they began.
  const std::vector<MeasuredHold>& holds() const { return holds_; }
  Cycles cycles_held() const;
  std::vector<engine::Deviation> unused() const { return replay_.unused(); }

  // Of kSteps: so many of the first steps suffice to follow for the same run; 0 when nothing
  // departed from the reference.
  std::uint64_t last_departure() const { return last_departure_; }

  // Of kSteps: all steps in the order in which they were taken.
  const std::vector<TakenStep>& steps() const { return steps_; }

 private:
  // The step, counted over all lanes from 1, which such a choice is about.
  std::uint64_t step_of(engine::ChoiceKind kind) const;
  MeasuredHold& hold_of(engine::StepName step);

  const engine::Schedule schedule_;
  engine::ScheduleChooser replay_;
  Watch watch_;
  std::uint64_t last_step_ = UINT64_MAX;
  std::uint64_t last_departure_ = 0;
  std::vector<MeasuredHold> holds_;
  std::vector<TakenStep> steps_;
};

}  // namespace ipcsim::explore
