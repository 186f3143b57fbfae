// SPDX-License-Identifier: BSD-2-Clause
// SamplingChooser: answers every choice of a run so that the run is a sample. A strategy says who
// goes on; values, jitter and injections are drawn here, the same way for every strategy; the
// bounds hold whatever they say. All answers are written down, and a run may begin with the answers
// of another, some of them changed: that is how schedules that showed something new breed others.
// Or it follows another chooser as far as the bounds allow: that is how a schedule becomes answers.
//
// Every run is fair in the end: behind a few times the decisions that runs usually take, all go on
// in the order of time. Else a lane that asks again and again for what a lane that is held back
// should do would ask for ever.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.h"
#include "sim/engine/chooser.h"
#include "sim/explore/bounds.h"
#include "sim/explore/coverage.h"
#include "sim/explore/profile.h"
#include "sim/explore/strategy.h"

namespace ipcsim::explore {

// The answers of a run, in the order of its choices.
using Answers = std::vector<std::uint64_t>;

class SamplingChooser final : public engine::Chooser {
 public:
  explicit SamplingChooser(const Bounds& bounds) : bounds_(bounds) {}

  // The next run: `strategy` decides, and all chance comes from `random`. `first` are answers to
  // begin with; what does not fit a choice is answered by the greatest answer that does.
  void begin(Strategy& strategy, Random random, const Profile& profile,
             std::span<const std::uint64_t> first = {});

  // Said behind begin(): all answers of this run come from `leader`, which outlives it.
  void follow(engine::Chooser& leader) { leader_ = &leader; }

  engine::ChoiceKinds asked() const override { return bounds_.vary; }
  std::uint64_t choose(const engine::Choice& choice) override;
  Cycles hold_for(engine::StepName step) override;
  bool watches_steps() const override { return true; }
  void lane_added(trace::LaneId lane, trace::LaneId by) override;
  void taking(const engine::Option& step) override;
  void stepped(const engine::Option& taken, const engine::Footprint& touched) override;

  // --- About the run so far.
  const Answers& answers() const { return answers_; }
  const Coverage& coverage() const { return coverage_; }
  const RunCount& count() const { return count_; }
  // The bounds allowed all that the leader wanted.
  bool could_follow() const { return could_follow_; }

 private:
  // How many answers, from 0 on, the bounds allow.
  std::uint64_t allowed(const engine::Choice& choice) const;
  std::uint64_t led(const engine::Choice& choice, std::uint64_t allowed);
  std::uint64_t fresh(const engine::Choice& choice, std::uint64_t allowed);
  std::uint64_t fresh_order(const engine::Choice& choice, std::uint64_t allowed);
  std::size_t who_goes_on(std::span<const engine::Option> options);
  std::uint64_t fresh_pick(const engine::Choice& choice);
  std::uint64_t fresh_injection(std::uint64_t allowed);
  std::uint64_t fresh_jitter(std::uint64_t allowed);
  void plan_injections(const Profile& profile);
  void account(const engine::Choice& choice, std::uint64_t answer);

  Bounds bounds_;
  Strategy* strategy_ = nullptr;
  Random random_{0};
  std::span<const std::uint64_t> first_;
  engine::Chooser* leader_ = nullptr;
  bool could_follow_ = true;
  Answers answers_;
  Coverage coverage_;
  RunCount count_;
  Cycles held_ = 0;
  std::uint64_t fair_after_ = 0;  // so many decisions
  std::uint64_t preemptions_ = 0;
  std::uint64_t injections_ = 0;
  std::vector<std::uint64_t> planned_;  // the injection points at which one happens; descending
  trace::LaneId preempting_;            // for whom a thread has just been preempted
};

}  // namespace ipcsim::explore
