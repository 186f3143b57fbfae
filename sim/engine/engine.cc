// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"

namespace ipcsim::engine {

void Engine::reset(const Limits& limits, Chooser& chooser, std::uint32_t agents) {
  fibers_.abandon_all();
  limits_ = limits;
  set_deadline(kNever);
  chooser_ = &chooser;
  asked_ = chooser.asked();
  by_pass_ = !asks(ChoiceKind::kOrder);
  watched_ = chooser.watches_steps();
  footprints_ = watched_;
  observer_ = nullptr;
  tells_step_ends_ = false;
  running_ = AgentId::none();
  announcing_ = AgentId::none();
  unwinding_ = false;
  now_ = 0;
  horizon_ = 0;
  current_lane_ = trace::LaneId::none();
  current_number_ = 0;
  steps_ = 0;
  outcome_ = {};
  footprint_.clear();
  queue_.reset(agents);
  agents_.assign(agents, {});
  lanes_.clear();
  events_.clear();
  log_.clear();
}

trace::LaneId Engine::add_lane(std::string_view name) {
  SIM_CHECK(lanes_.size() < limits_.lanes, "more lanes than the limits of the run allow");
  const trace::LaneId lane(static_cast<std::uint32_t>(lanes_.size()));
  lanes_.push_back({name, 0, {}});
  if (watched_ && current_lane_.valid()) chooser_->lane_added(lane, current_lane_);
  return lane;
}

std::string_view Engine::lane_name(trace::LaneId lane) const {
  return lane.valid() ? lanes_[lane.value()].name : std::string_view("-");
}

std::uint32_t Engine::steps_taken(trace::LaneId lane) const { return lanes_[lane.value()].steps; }

trace::LaneId Engine::find_lane(std::string_view name) const {
  for (std::uint32_t index = 0; index < lanes_.size(); ++index) {
    if (lanes_[index].name == name) return trace::LaneId(index);
  }
  return trace::LaneId::none();
}

const RunOutcome& Engine::run() {
  dispatch(false);
  if (watched_) tell_chooser_of_step();
  return outcome_;
}

void Engine::stop(RunOutcome outcome) {
  if (stopped()) return;
  outcome_ = std::move(outcome);
  outcome_.cycle = now_;
  horizon_ = 0;
}

void Engine::fail(RunOutcome outcome) {
  if (outcome_.end == RunEnd::kFinding || outcome_.end == RunEnd::kLimit) return;
  outcome_ = {};
  stop(std::move(outcome));
}

Option Engine::option_of(trace::LaneId lane, Cycle at, bool can_be_held) const {
  const Footprint::Entry& announced = lanes_[lane.value()].announced;
  return {next_step_of(lane), at, can_be_held, announced.object, announced.access};
}

// The step before ends here; what was announced for the one that begins is its own affair now.
void Engine::begin_footprint(trace::LaneId next) {
  if (watched_) {
    tell_chooser_of_step();
    taken_ = option_of(next, now_, false);
    lanes_[next.value()].announced = {kUnknownObject, Access::kWrite};
    chooser_->taking(taken_);
  }
  footprint_.clear();
}

void Engine::tell_chooser_of_step() {
  if (current_lane_.valid()) chooser_->stepped(taken_, footprint_);
}

void Engine::set_deadline(Cycle at) {
  deadline_ = at;
  bound_ = std::min(limits_.cycles, deadline_);
  horizon_ = 0;
}

void Engine::unwind(Fiber& fiber) {
  unwinding_ = true;
  horizon_ = 0;
  fibers_.switch_to(fiber);
}

void Engine::start_agent(AgentId agent, trace::LaneId lane, Cycle at, Fiber& fiber) {
  agents_[agent.value()] = {&fiber, lane, 0};
  queue_.set(agent, at);
}

void Engine::step_in_turn(AgentId agent, trace::LaneId lane, Cycle at) {
  if (unwinding_ || end_step_and_take_next(agent, lane, at)) return;
  agents_[agent.value()] = {&fibers_.current(), lane, 0};
  queue_.set(agent, at);
  dispatch(false);
}

void Engine::hand_over(AgentId agent, trace::LaneId lane, Cycle at, Fiber& to) {
  if (unwinding_) return;
  if (step_at_once(lane, at) || end_step_and_take_next(agent, lane, at)) {
    fibers_.switch_to(to);
    return;
  }
  agents_[agent.value()] = {&to, lane, 0};
  queue_.set(agent, at);
  dispatch(false);
}

void Engine::hand_over_and_finish(AgentId agent, trace::LaneId lane, Cycle at, Fiber& to) {
  if (unwinding_) fibers_.finish(fibers_.main());
  if (step_at_once(lane, at) || end_step_and_take_next(agent, lane, at)) fibers_.finish(to);
  agents_[agent.value()] = {&to, lane, 0};
  queue_.set(agent, at);
  dispatch(true);
  check_failed("dispatch", __FILE__, __LINE__, "a finished fiber was resumed");
}

void Engine::move_step(AgentId agent, Cycle at) {
  if (agent == announcing_) {
    announced_ = at;
    return;
  }
  const Cycle moved = std::max(at, agents_[agent.value()].held_until);
  queue_.set(agent, moved);
  horizon_ = std::min(horizon_, moved);
}

EventHandle Engine::schedule(Cycle at, trace::LaneId lane, EventHandler& handler,
                             std::uint64_t payload) {
  horizon_ = std::min(horizon_, at);
  return events_.push(at, Event{&handler, payload, lane});
}

// The current step ends here, and the observer is told; it may move the next step to another `at`.
// True when that one, of the same agent, has begun, because nothing comes before it.
bool Engine::end_step_and_take_next(AgentId agent, trace::LaneId lane, Cycle& at) {
  if (tells_step_ends_) {
    announcing_ = agent;
    announced_ = at;
    observer_->step_ended();
    announcing_ = AgentId::none();
    at = announced_;
  }
  if (!by_pass_ || stopped()) return false;
  horizon_ = horizon_of(agent);
  const bool taken = step_at_once(lane, at);
  if (tells_step_ends_) horizon_ = 0;
  return taken;
}

// Events come first at the same cycle, then the agents in ascending order.
Cycle Engine::horizon_of(AgentId agent) const {
  Cycle horizon = queue_.first_cycle();
  if (horizon != kNever && agent < queue_.first()) ++horizon;
  horizon = std::min(horizon, events_.next_cycle());
  return bound_ < horizon ? bound_ + 1 : horizon;
}

// False, and the run is stopped, when a step at `at` would pass a limit.
bool Engine::within_limits(Cycle at) {
  if (steps_ < limits_.steps && at <= limits_.cycles) return true;
  RunOutcome outcome;
  outcome.end = RunEnd::kLimit;
  outcome.limit = steps_ < limits_.steps ? fmt::format("cycle {}", limits_.cycles)
                                         : fmt::format("{} steps", limits_.steps);
  if (steps_ < limits_.steps) now_ = std::max(now_, limits_.cycles);
  stop(std::move(outcome));
  return false;
}

// Tells the observer of every deadline that lies before the next thing to happen.
void Engine::pass_deadlines(Cycle next) {
  while (deadline_ < next && deadline_ <= limits_.cycles && observer_ != nullptr && !stopped()) {
    now_ = std::max(now_, deadline_);
    set_deadline(kNever);
    observer_->deadline_reached();
  }
}

Engine::Next Engine::reference_next() const {
  const Cycle event = events_.next_cycle();
  const Cycle first = queue_.first_cycle();
  if (event <= first) return {AgentId::none(), event};
  return {queue_.first(), first};
}

// Goes on with whatever comes next, from any flow. Returns when the calling fiber is resumed.
void Engine::dispatch(bool finishing) {
  Fiber* next_fiber = nullptr;
  for (;;) {
    if (stopped()) {
      next_fiber = &fibers_.main();
      break;
    }
    const Next next = asks(ChoiceKind::kOrder) ? chosen_next() : reference_next();
    if (deadline_ < next.cycle) pass_deadlines(next.cycle);
    if (stopped() || next.cycle == kNever) {  // or nothing can happen any more
      next_fiber = &fibers_.main();
      break;
    }
    if (!within_limits(next.cycle)) continue;
    if (!next.agent.valid()) {
      run_event();
      continue;
    }
    begin(next.agent, next.cycle);
    next_fiber = agents_[next.agent.value()].fiber;
    break;
  }
  if (finishing) fibers_.finish(*next_fiber);
  fibers_.switch_to(*next_fiber);
}

void Engine::begin(AgentId agent, Cycle at) {
  SIM_CHECK(at >= now_, "time would run backwards");
  now_ = at;
  horizon_ = 0;
  running_ = agent;
  queue_.set(agent, kNever);
  count_step(agents_[agent.value()].lane);
}

void Engine::run_event() {
  const Cycle at = events_.next_cycle();
  const Event event = events_.pop();
  now_ = at;
  running_ = AgentId::none();
  count_step(event.lane);
  event.handler->happen(event.payload);
  if (tells_step_ends_) observer_->step_ended();
}

}  // namespace ipcsim::engine
