// SPDX-License-Identifier: BSD-2-Clause
// AgentQueue: which CPU steps next. Each agent has at most one next step; the first is the one with
// the least cycle, and among equals the agent with the lowest number.
//
// A tournament over the agents: the leaves hold the cycles (kNever: no step), every inner node the
// winner of its two children, the root the winner of all. A change walks one path to the root.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/cycles.h"
#include "sim/base/strong_id.h"

namespace ipcsim::engine {

using AgentId = StrongId<struct AgentTag>;

class AgentQueue {
 public:
  // For `agents` agents (at least one), none of which has a step.
  void reset(std::uint32_t agents) {
    leaves_ = 1;
    while (leaves_ < agents) leaves_ *= 2;
    cycles_.assign(leaves_, kNever);
    winners_.assign(leaves_, 0);
    for (std::uint32_t node = leaves_ - 1; node >= 1; --node) winners_[node] = contest(node);
  }

  void set(AgentId agent, Cycle cycle) {
    cycles_[agent.value()] = cycle;
    for (std::uint32_t node = (leaves_ + agent.value()) / 2; node >= 1; node /= 2) {
      winners_[node] = contest(node);
    }
  }

  Cycle cycle_of(AgentId agent) const { return cycles_[agent.value()]; }

  AgentId first() const { return AgentId(leaves_ == 1 ? 0 : winners_[1]); }
  Cycle first_cycle() const { return cycles_[first().value()]; }  // kNever: nobody has a step

 private:
  // Nodes are numbered from 1 (the root); the children of n are 2n and 2n+1; leaves follow.
  std::uint32_t agent_at(std::uint32_t node) const {
    return node >= leaves_ ? node - leaves_ : winners_[node];
  }
  std::uint32_t contest(std::uint32_t node) const {
    const std::uint32_t left = agent_at(2 * node);
    const std::uint32_t right = agent_at(2 * node + 1);
    return cycles_[right] < cycles_[left] ? right : left;
  }

  std::uint32_t leaves_ = 1;
  std::vector<Cycle> cycles_{kNever};
  std::vector<std::uint32_t> winners_{0};
};

}  // namespace ipcsim::engine
