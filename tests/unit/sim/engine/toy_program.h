// SPDX-License-Identifier: BSD-2-Clause
// ToyProgram: something for an engine to run that has no kernel: agents with two fibers each that
// step, hand over to each other, wait for each other, leave events and put choices, all drawn from
// a seed. What it does depends on the seed and on the answers of the chooser, on nothing else.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/base/random.h"
#include "sim/engine/engine.h"

namespace ipcsim::engine {

// One step as it was taken.
struct ToyStep {
  Cycle cycle = 0;
  std::string lane;
  std::uint32_t number = 0;
  friend bool operator==(const ToyStep&, const ToyStep&) = default;
};

struct ToyShape {
  std::uint32_t agents = 3;
  int steps = 30;     // of each agent, about
  bool waits = true;  // agents halt and are released by others
  bool events = true;
  bool choices = true;  // values, picks, preemptions, injections
};

class ToyProgram final : public EventHandler {
 public:
  ToyProgram(Engine& engine, std::uint64_t seed, const ToyShape& shape = {})
      : engine_(engine), seed_(seed), shape_(shape) {}

  // One run. Everything that was logged by the run before is forgotten.
  const RunOutcome& run(Chooser& chooser, const Limits& limits = {}, bool by_pass = true);

  const std::vector<ToyStep>& steps() const { return steps_; }

  void happen(std::uint64_t agent) override;

 private:
  struct Flow {
    ToyProgram* program = nullptr;
    std::uint32_t agent = 0;
    trace::LaneId lane;
    Fiber* fiber = nullptr;
  };
  struct Agent {
    Random random{0};
    std::uint32_t flows[2] = {0, 0};
    std::uint32_t running = 0;  // which of its flows
    int left = 0;
    bool halted = false;
    Cycle next = 0;  // of the step it waits for
  };

  static void main_of(void* flow);
  void act(Flow& flow);
  void step(Flow& flow, Cycle at);
  void release_one();
  void log();

  Engine& engine_;
  std::uint64_t seed_;
  ToyShape shape_;
  trace::LaneId device_;
  std::vector<Agent> agents_;
  std::deque<Flow> flows_;
  std::deque<std::string> names_;
  std::vector<ToyStep> steps_;
};

inline const RunOutcome& ToyProgram::run(Chooser& chooser, const Limits& limits, bool by_pass) {
  engine_.reset(limits, chooser, shape_.agents);
  engine_.use_by_pass(by_pass);
  steps_.clear();
  flows_.clear();
  names_.clear();
  agents_.assign(shape_.agents, {});
  device_ = engine_.add_lane(names_.emplace_back("device"));
  for (std::uint32_t index = 0; index < shape_.agents; ++index) {
    Agent& agent = agents_[index];
    agent.random = Random(seed_ * 100 + index);
    agent.left = shape_.steps;
    for (std::uint32_t side = 0; side < 2; ++side) {
      const std::string& name =
          names_.emplace_back("agent" + std::to_string(index) + (side == 0 ? ".a" : ".b"));
      agent.flows[side] = static_cast<std::uint32_t>(flows_.size());
      Flow& flow = flows_.emplace_back(Flow{this, index, engine_.add_lane(name), nullptr});
      flow.fiber = &engine_.fibers().start(&ToyProgram::main_of, &flow);
    }
    const Flow& first = flows_[agent.flows[0]];
    engine_.start_agent(AgentId(index), first.lane, agent.random.below(3), *first.fiber);
  }
  return engine_.run();
}

inline void ToyProgram::log() {
  const StepName step = engine_.current_step();
  steps_.push_back({engine_.now(), std::string(engine_.lane_name(step.lane)), step.number});
}

inline void ToyProgram::main_of(void* argument) {
  Flow& flow = *static_cast<Flow*>(argument);
  ToyProgram& program = *flow.program;
  program.log();
  for (;;) program.act(flow);
}

// One step's private code, and the announcement of the next step.
inline void ToyProgram::act(Flow& flow) {
  Agent& agent = agents_[flow.agent];
  if (agent.left-- <= 0) {
    agent.halted = false;  // for good: nobody releases it
    engine_.halt(AgentId(flow.agent), flow.lane);
    return;
  }
  const Cycle at = engine_.now() + 1 + agent.random.below(8);
  const std::uint64_t what = agent.random.below(8);
  if (what == 0 && shape_.events) {
    engine_.schedule(engine_.now() + agent.random.below(12), device_, *this,
                     agent.random.below(shape_.agents));
  } else if (what == 1 && shape_.choices) {
    agent.left += static_cast<int>(engine_.choose(ChoiceKind::kValue, 3, engine_.current_step()));
  } else if (what == 2 && shape_.choices) {
    const Option options[] = {{{flow.lane, 0}, 0, false}, {{device_, 0}, 0, false}};
    if (engine_.choose(ChoiceKind::kPick, 2, engine_.current_step(), options) == 1) release_one();
  } else if (what == 3 && shape_.choices) {
    engine_.choose(ChoiceKind::kInject, 4, engine_.current_step());
    if (engine_.choose(ChoiceKind::kPreempt, 2, engine_.next_step_of(flow.lane)) == 1) {
      agent.left += 1;
    }
  } else if (what == 4 && shape_.waits) {
    release_one();
    agent.halted = true;
    step(flow, kNever);
    return;
  } else if (what == 5) {
    agent.running = 1 - agent.running;
    const Flow& other = flows_[agent.flows[agent.running]];
    agent.next = at;
    engine_.hand_over(AgentId(flow.agent), other.lane, at, *other.fiber);
    log();
    return;
  }
  step(flow, at);
}

inline void ToyProgram::step(Flow& flow, Cycle at) {
  agents_[flow.agent].next = at;
  engine_.step(AgentId(flow.agent), flow.lane, at);
  log();
}

// Gives the first halted agent a step.
inline void ToyProgram::release_one() {
  for (std::uint32_t index = 0; index < agents_.size(); ++index) {
    if (!agents_[index].halted) continue;
    agents_[index].halted = false;
    agents_[index].next = engine_.now() + 2;
    engine_.move_step(AgentId(index), engine_.now() + 2);
    return;
  }
}

// An interrupt: the agent's next step comes now, or it is released; sometimes it has another event.
inline void ToyProgram::happen(std::uint64_t index) {
  log();
  Agent& agent = agents_[index];
  if (agent.halted || agent.next > engine_.now()) {
    if (agent.left > 0)
      engine_.move_step(AgentId(static_cast<std::uint32_t>(index)), engine_.now());
    agent.halted = false;
    agent.next = engine_.now();
  }
  if (agent.random.one_in(3)) {
    engine_.schedule(engine_.now() + 5, device_, *this, (index + 1) % agents_.size());
  }
}

}  // namespace ipcsim::engine
