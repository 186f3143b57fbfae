// SPDX-License-Identifier: BSD-2-Clause
// Engine: the run loop. Agents (CPUs) announce steps, devices leave events; the engine decides
// which comes next, moves the clock there and goes on in the fiber that takes the step.
//
// What always holds:
// - Time never runs backwards. A step is atomic and happens at one cycle.
// - The reference order takes the least cycle; at the same cycle events first, in the order in
// which
//   they were put in, then agents ascending. Any other order is an answer of the Chooser.
// - Every step belongs to one lane, and the lane counts it: LANE#n names it in schedules and
// traces.
// - When the running agent's next step is the first anyway, nothing is queued (step_at_once).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/agent_queue.h"
#include "sim/engine/chooser.h"
#include "sim/engine/event_handler.h"
#include "sim/engine/event_queue.h"
#include "sim/engine/fiber.h"
#include "sim/engine/footprint.h"
#include "sim/engine/limits.h"
#include "sim/engine/run_outcome.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"
#include "sim/engine/step_observer.h"

namespace ipcsim::engine {

class Engine final : public LaneDirectory {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Forgets the run before, keeps its memory. `chooser` outlives the run.
  void reset(const Limits& limits, Chooser& chooser, std::uint32_t agents);

  trace::LaneId add_lane(std::string_view name);  // the name is borrowed
  void observe(StepObserver* observer) { observer_ = observer; }
  // From the end of the current step on. Whoever does not need to be told lets the run be faster.
  void tell_step_ends(bool on) {
    tells_step_ends_ = on;
    horizon_ = 0;
  }
  void record_footprints(bool on) { footprints_ = on || watched_; }
  // Off: every step goes through the queue. Changes no trace; tests prove it.
  void use_by_pass(bool on) {
    by_pass_ = on && !asks(ChoiceKind::kOrder);
    horizon_ = 0;
  }

  // The observer is told when the clock passes `at`, or would stand still before it; kNever: not.
  // A deadline that has been told is over.
  void set_deadline(Cycle at);

  // Runs from the main flow until stop(), or until nothing can happen any more: then the outcome's
  // end is still kRunning, and whoever knows the program says what that means.
  const RunOutcome& run();

  // Ends the run after the current step's private code. The first call stands.
  void stop(RunOutcome outcome);
  // The same for a finding, which also replaces a finished end.
  void fail(RunOutcome outcome);
  bool stopped() const { return outcome_.end != RunEnd::kRunning; }
  const RunOutcome& outcome() const { return outcome_; }

  // After run(): lets a suspended fiber run to its end. Meanwhile announcements return at once and
  // change nothing, so that its code can leave.
  void unwind(Fiber& fiber);
  bool unwinding() const { return unwinding_; }

  Cycle now() const { return now_; }
  StepName current_step() const { return {current_lane_, current_number_}; }
  AgentId running_agent() const { return running_; }  // who takes the step; none: it is an event
  std::uint64_t steps() const { return steps_; }
  const Footprint& footprint() const { return footprint_; }
  FiberSet& fibers() { return fibers_; }

  // --- Announcements, on the fiber that runs for the agent.

  // The agent's next step comes at `at` (> now, unless it is the agent's first) for `lane`.
  // Returns when it is taken; now() may be earlier (an interrupt pulled it forward) or later (it
  // was held).
  void step(AgentId agent, trace::LaneId lane, Cycle at) {
    if (!step_at_once(lane, at)) step_in_turn(agent, lane, at);
  }

  // The first half of step(): takes the running agent's next step if it is known that nothing
  // comes before it. Then it happens exactly at `at`. False, and nothing has changed, if not.
  bool step_at_once(trace::LaneId lane, Cycle at) {
    if (at >= horizon_ || steps_ >= limits_.steps) return false;
    now_ = at;
    count_step(lane);
    return true;
  }
  // The other half.
  void step_in_turn(AgentId agent, trace::LaneId lane, Cycle at);

  // The agent has no step until move_step() gives it one, which then is of `lane`.
  void halt(AgentId agent, trace::LaneId lane) { step(agent, lane, kNever); }

  // The agent's next step, at `at` for `lane`, is taken by fiber `to`; the calling fiber waits
  // until somebody hands over to it.
  void hand_over(AgentId agent, trace::LaneId lane, Cycle at, Fiber& to);

  // The calling fiber has ended; its agent goes on in `to`.
  [[noreturn]] void hand_over_and_finish(AgentId agent, trace::LaneId lane, Cycle at, Fiber& to);

  // Gives an agent its first step before run().
  void start_agent(AgentId agent, trace::LaneId lane, Cycle at, Fiber& fiber);

  // Moves the next step of a waiting agent to `at` (kNever: it has none); to the end of its hold
  // when the agent is held beyond that. While the observer is told of a step, the agent that took
  // it waits already.
  void move_step(AgentId agent, Cycle at);

  // --- Events.
  EventHandle schedule(Cycle at, trace::LaneId lane, EventHandler& handler, std::uint64_t payload);
  void cancel(EventHandle event) { events_.cancel(event); }

  // --- Choices and footprints of the current step.
  bool asks(ChoiceKind kind) const { return (asked_ & kinds_of(kind)) != 0; }
  // The answer to a choice of `count` ways (0 when nobody asks, or count is 1). A preemption or
  // injection is put before the step `at`, the others in it.
  std::uint64_t choose(ChoiceKind kind, std::uint64_t count, StepName at,
                       std::span<const Option> options = {});
  void touch(ObjectName object, Access access) {
    if (footprints_) footprint_.add(object, access);
  }
  // What the lane's next step will touch first; for choosers that watch steps.
  bool announces() const { return watched_; }
  void announce(trace::LaneId lane, ObjectName object, Access access) {
    if (watched_) lanes_[lane.value()].announced = {object, access};
  }
  // An option that stands for the lane's next step.
  Option option_of(trace::LaneId lane, Cycle at, bool can_be_held) const;

  // The deviations of this run from the reference so far, in the order in which they were made.
  std::vector<Deviation> deviations() const;

  std::string_view lane_name(trace::LaneId lane) const override;
  std::uint32_t steps_taken(trace::LaneId lane) const override;
  trace::LaneId find_lane(std::string_view name) const override;
  std::size_t lanes() const { return lanes_.size(); }
  StepName next_step_of(trace::LaneId lane) const { return {lane, steps_taken(lane) + 1}; }

 private:
  struct Agent {
    Fiber* fiber = nullptr;
    trace::LaneId lane;
    Cycle held_until = 0;  // the chooser lets it take no step earlier
  };
  struct Lane {
    std::string_view name;
    std::uint32_t steps = 0;
    Footprint::Entry announced{kUnknownObject, Access::kWrite};  // of the next step
  };
  struct Event {
    EventHandler* handler = nullptr;
    std::uint64_t payload = 0;
    trace::LaneId lane;
  };
  struct LoggedDeviation {
    DeviationKind kind = DeviationKind::kPreempt;
    StepName at;
    StepName until;
    std::uint64_t amount = 0;
    trace::LaneId picked;
  };
  // What comes next: an agent's step, or the first event.
  struct Next {
    AgentId agent;  // none(): the event
    Cycle cycle = kNever;
  };

  void count_step(trace::LaneId lane) {
    ++steps_;
    if (footprints_) begin_footprint(lane);
    current_lane_ = lane;
    current_number_ = ++lanes_[lane.value()].steps;
  }
  void begin_footprint(trace::LaneId next);
  void tell_chooser_of_step();
  bool end_step_and_take_next(AgentId agent, trace::LaneId lane, Cycle& at);
  Cycle horizon_of(AgentId agent) const;
  void begin(AgentId agent, Cycle at);
  void dispatch(bool finishing);
  Next reference_next() const;
  Next chosen_next();
  void build_menu();
  void hold_those_before(std::uint64_t answer);
  void hold(AgentId agent, Cycle until);
  void log_hold(StepName held, StepName until);
  bool within_limits(Cycle at);
  void pass_deadlines(Cycle next);
  void run_event();

  Limits limits_;
  Cycle deadline_ = kNever;
  Cycle bound_ = kNever;  // the lesser of the deadline and the limit of cycles
  Chooser* chooser_ = nullptr;
  StepObserver* observer_ = nullptr;
  bool tells_step_ends_ = false;
  bool footprints_ = false;
  bool watched_ = false;  // by the chooser
  bool unwinding_ = false;
  bool by_pass_ = true;  // see the last rule above; off while orders are chosen

  Cycle now_ = 0;
  // A step of the running agent before this cycle is the next thing to happen: no other step, no
  // event, no limit of time lies before it, and nobody is to be told. 0: not known.
  Cycle horizon_ = 0;
  std::uint64_t steps_ = 0;
  AgentId running_;
  AgentId announcing_;   // whose next step is being announced, while the observer is told
  Cycle announced_ = 0;  // that step
  // The current step. Its two parts do not lie side by side: they are written one by one, and a
  // read of both at once would have to wait until that has reached the cache.
  trace::LaneId current_lane_;
  ChoiceKinds asked_ = kNoChoices;
  std::uint32_t current_number_ = 0;
  RunOutcome outcome_;
  Footprint footprint_;  // of the current step
  Option taken_;         // the current step, while the chooser watches

  FiberSet fibers_;
  AgentQueue queue_;
  std::vector<Agent> agents_;
  std::vector<Lane> lanes_;
  EventQueue<Event> events_;
  std::vector<LoggedDeviation> log_;
  std::vector<Option> menu_;
  std::vector<Next> menu_next_;
};

}  // namespace ipcsim::engine
