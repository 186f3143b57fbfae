// SPDX-License-Identifier: BSD-2-Clause
// ScriptedProgram: a program of agents that each take a list of steps, some cycles apart, and do
// something to what they share; small enough that the schedules under which it fails are known.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/explore/program.h"
#include "sim/explore/race_window.h"

namespace ipcsim::explore {

class ScriptedProgram : public Program {
 public:
  RunResult run(engine::Chooser& chooser) override {
    ++runs;
    engine_.reset({}, chooser, static_cast<std::uint32_t>(agents_.size()));
    failure_.clear();
    begin();
    for (std::uint32_t index = 0; index < agents_.size(); ++index) {
      Agent& agent = agents_[index];
      agent.lane = engine_.add_lane(agent.name);
      engine::Fiber& fiber = engine_.fibers().start(&ScriptedProgram::main_of, &agent);
      engine_.start_agent(engine::AgentId(index), agent.lane, agent.acts.front().cost, fiber);
    }
    const engine::RunOutcome& outcome = engine_.run();
    if (failure_.empty()) failure_ = judge();
    const bool failed = !failure_.empty();
    return {failed ? engine::RunEnd::kFinding : engine::RunEnd::kFinished, failure_, outcome.cycle,
            engine_.steps()};
  }

  std::vector<engine::Deviation> deviations() const override { return engine_.deviations(); }
  const engine::LaneDirectory& lanes() const override { return engine_; }

  std::uint64_t runs = 0;

 protected:
  using Does = std::function<void()>;

  // The agent's next step comes `cost` cycles behind its last one.
  void add(std::uint32_t agent, Cycles cost, Does does) {
    while (agents_.size() <= agent) {
      Agent& added = agents_.emplace_back();
      added.program = this;
      added.index = static_cast<std::uint32_t>(agents_.size() - 1);
      added.name = std::string(1, static_cast<char>('a' + added.index));
    }
    agents_[agent].acts.push_back({cost, std::move(does)});
  }

  // Ends the run.
  void fail(const std::string& signature) {
    failure_ = signature;
    engine_.stop({engine::RunEnd::kFinding, 0, {}, {}});
  }

  // Whether the injection happens in this step.
  bool injected() {
    return engine_.choose(engine::ChoiceKind::kInject, 2, engine_.current_step()) == 1;
  }

  virtual void begin() = 0;                   // forgets the run before
  virtual std::string judge() { return ""; }  // what is wrong at the end, if anything

 private:
  struct Act {
    Cycles cost;
    Does does;
  };
  struct Agent {
    ScriptedProgram* program = nullptr;
    std::uint32_t index = 0;
    std::string name;
    trace::LaneId lane;
    std::vector<Act> acts;
  };

  static void main_of(void* argument) {
    Agent& agent = *static_cast<Agent*>(argument);
    engine::Engine& simulated = agent.program->engine_;
    agent.acts.front().does();
    for (std::size_t next = 1; next < agent.acts.size(); ++next) {
      simulated.step(engine::AgentId(agent.index), agent.lane,
                     simulated.now() + agent.acts[next].cost);
      agent.acts[next].does();
    }
    for (;;) simulated.halt(engine::AgentId(agent.index), agent.lane);
  }

  engine::Engine engine_;
  std::deque<Agent> agents_;
  std::string failure_;
};

// Runs under schedules of a random walk until it fails so; gives the deviations.
inline std::vector<engine::Deviation> fail_at_random(Program& program, const std::string& signature,
                                                     std::uint64_t first_seed = 1) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 10'000; ++seed) {
    engine::RandomChooser chooser(seed);
    if (program.run(chooser).signature == signature) return program.deviations();
  }
  return {};
}

inline std::vector<engine::Deviation> deviations_of(const std::string& lines) {
  return engine::parse_schedule("schedule 1 a.scn 1\n" + lines).value().deviations;
}

inline std::string text_of(const std::vector<engine::Deviation>& deviations) {
  std::string text;
  for (const engine::Deviation& deviation : deviations) {
    std::string line = engine::to_text(deviation);
    while (line.ends_with('\n')) line.pop_back();
    text += (text.empty() ? "" : "; ") + line;
  }
  return text;
}

inline std::string text_of(const std::vector<DelayInterval>& intervals) {
  std::string text;
  for (const DelayInterval& interval : intervals) {
    text += "[" + std::to_string(interval.least) + ".." + std::to_string(interval.most) + "]";
  }
  return text;
}

}  // namespace ipcsim::explore
