// SPDX-License-Identifier: BSD-2-Clause
// RacingProgram: lanes that each do a list of operations on shared variables, one a step, one cycle
// apart; and a question about the variables that is asked at the end. The smallest thing that has
// races.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/explore/program.h"

namespace ipcsim::explore {

using Variables = std::vector<int>;

struct Operation {
  std::uint32_t variable = 0;
  engine::Access access = engine::Access::kWrite;
  std::function<void(Variables&)> act;
};

struct Race {
  std::vector<std::vector<Operation>> agents;
  std::size_t variables = 0;
  // Gives a signature when the variables are as they must not be.
  std::function<std::string(const Variables&)> wrong;
};

class RacingProgram final : public Program {
 public:
  explicit RacingProgram(Race race)
      : agents_(std::move(race.agents)),
        variables_(race.variables),
        wrong_(std::move(race.wrong)) {}

  RunResult run(engine::Chooser& chooser) override {
    const auto count = static_cast<std::uint32_t>(agents_.size());
    engine_.reset({}, chooser, count);
    variables_.assign(variables_.size(), 0);
    flows_.clear();
    order_.clear();
    for (std::uint32_t index = 0; index < count; ++index) {
      Flow& flow = flows_.emplace_back();
      flow.program = this;
      flow.agent = engine::AgentId(index);
      flow.name = "lane" + std::to_string(index);
      flow.lane = engine_.add_lane(flow.name);
      announce(flow, 0);
      engine_.start_agent(flow.agent, flow.lane, 1, engine_.fibers().start(&Flow::run, &flow));
    }
    engine_.run();
    RunResult result;
    result.signature = wrong_(variables_);
    result.end = result.signature.empty() ? engine::RunEnd::kFinished : engine::RunEnd::kFinding;
    result.cycle = engine_.now();
    result.steps = engine_.steps();
    return result;
  }

  std::vector<engine::Deviation> deviations() const override { return engine_.deviations(); }
  const engine::LaneDirectory& lanes() const override { return engine_; }

  // The numbers of the lanes, in the order of their steps.
  const std::vector<std::uint32_t>& order() const { return order_; }

 private:
  struct Flow {
    RacingProgram* program = nullptr;
    engine::AgentId agent;
    trace::LaneId lane;
    std::string name;

    static void run(void* argument) {
      Flow& flow = *static_cast<Flow*>(argument);
      RacingProgram& program = *flow.program;
      const std::vector<Operation>& operations = program.agents_[flow.agent.value()];
      for (std::size_t index = 0; index < operations.size(); ++index) {
        const Operation& operation = operations[index];
        program.engine_.touch({0, operation.variable}, operation.access);
        operation.act(program.variables_);
        program.order_.push_back(flow.agent.value());
        if (index + 1 == operations.size()) break;
        program.announce(flow, index + 1);
        program.engine_.step(flow.agent, flow.lane, program.engine_.now() + 1);
      }
      for (;;) program.engine_.halt(flow.agent, flow.lane);
    }
  };

  void announce(const Flow& flow, std::size_t index) {
    const Operation& operation = agents_[flow.agent.value()][index];
    engine_.announce(flow.lane, {0, operation.variable}, operation.access);
  }

  engine::Engine engine_;
  std::vector<std::vector<Operation>> agents_;
  Variables variables_;
  std::function<std::string(const Variables&)> wrong_;
  std::deque<Flow> flows_;
  std::vector<std::uint32_t> order_;
};

inline Operation store(std::uint32_t variable, int value) {
  return {variable, engine::Access::kWrite, [=](Variables& all) { all[variable] = value; }};
}

inline Operation copy(std::uint32_t from, std::uint32_t to) {
  return {from, engine::Access::kRead, [=](Variables& all) { all[to] = all[from]; }};
}

// `setters` lanes that set a and then b, and one that looks at a and then at b: wrong when it sees
// the first store without a second (reorder_N of SCTBench).
inline Race reorder(std::uint32_t setters) {
  enum : std::uint32_t { kA, kB, kSeenA, kSeenB, kVariables };
  std::vector<std::vector<Operation>> agents;
  for (std::uint32_t setter = 0; setter < setters; ++setter) {
    agents.push_back({store(kA, 1), store(kB, -1)});
  }
  agents.push_back({copy(kA, kSeenA), copy(kB, kSeenB)});
  return {std::move(agents), kVariables, [](const Variables& all) {
            return std::string(all[kSeenA] == 1 && all[kSeenB] == 0 ? "half set" : "");
          }};
}

}  // namespace ipcsim::explore
