// SPDX-License-Identifier: BSD-2-Clause
// Chooser: answers choices. The seam between a run and whoever explores its schedules: strategies,
// replay, a person. One chooser serves one run at a time.
#pragma once

#include <cstdint>

#include "sim/base/random.h"
#include "sim/engine/choice.h"
#include "sim/engine/footprint.h"

namespace ipcsim::engine {

class Chooser {
 public:
  virtual ~Chooser() = default;

  // The kinds it wants to be asked about; every other choice gets answer 0 without a call.
  virtual ChoiceKinds asked() const = 0;

  // An answer below choice.count.
  virtual std::uint64_t choose(const Choice& choice) = 0;

  // Cycles by which a CPU about to take `step` is held, at most once a step; asked of choosers
  // that are asked about order. Replays of a race window use it.
  virtual Cycles hold_for(StepName step) {
    static_cast<void>(step);
    return 0;
  }

  // Whether it wants to be told of every step, and what the steps it chooses from will touch.
  virtual bool watches_steps() const { return false; }

  // A lane that was not there when the run began: `by` takes the step that made it.
  virtual void lane_added(trace::LaneId lane, trace::LaneId by) {
    static_cast<void>(lane);
    static_cast<void>(by);
  }

  // A step begins; with what was announced for it.
  virtual void taking(const Option& step) { static_cast<void>(step); }

  // A step has ended, which was taken at its cycle; with what was announced, and what it touched.
  virtual void stepped(const Option& taken, const Footprint& touched) {
    static_cast<void>(taken);
    static_cast<void>(touched);
  }
};

// The reference schedule: answer 0 to everything, so it is never asked.
class ReferenceChooser final : public Chooser {
 public:
  ChoiceKinds asked() const override { return kNoChoices; }
  std::uint64_t choose(const Choice&) override { return 0; }
};

// A random walk: every answer is equally likely, but preemptions and injections come with odds of
// one in sixteen, for else they would drown the rest.
class RandomChooser final : public Chooser {
 public:
  explicit RandomChooser(std::uint64_t seed) : random_(seed) {}
  ChoiceKinds asked() const override { return kAllChoices; }
  std::uint64_t choose(const Choice& choice) override;

 private:
  Random random_;
};

}  // namespace ipcsim::engine
