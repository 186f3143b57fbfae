// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/agent_queue.h"

#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::engine {
namespace {

TEST_CASE("nobody has a step at first") {
  AgentQueue queue;
  for (const std::uint32_t agents : {1U, 2U, 3U, 64U}) {
    queue.reset(agents);
    CHECK(queue.first_cycle() == kNever);
    for (std::uint32_t i = 0; i < agents; ++i) CHECK(queue.cycle_of(AgentId(i)) == kNever);
  }
}

TEST_CASE("the least cycle is first, among equals the lowest agent") {
  AgentQueue queue;
  queue.reset(3);
  queue.set(AgentId(2), 10);
  CHECK(queue.first() == AgentId(2));
  queue.set(AgentId(1), 10);
  CHECK(queue.first() == AgentId(1));
  queue.set(AgentId(0), 11);
  CHECK(queue.first() == AgentId(1));
  queue.set(AgentId(1), kNever);
  CHECK(queue.first() == AgentId(2));
  CHECK(queue.first_cycle() == 10);
  queue.set(AgentId(2), 12);
  CHECK(queue.first() == AgentId(0));
  CHECK(queue.first_cycle() == 11);
}

TEST_CASE("reset forgets the steps, whatever the number of agents was") {
  AgentQueue queue;
  queue.reset(8);
  queue.set(AgentId(7), 1);
  queue.reset(8);
  CHECK(queue.first_cycle() == kNever);
  queue.set(AgentId(3), 2);
  queue.reset(2);
  CHECK(queue.first_cycle() == kNever);
  queue.set(AgentId(1), 5);
  CHECK(queue.first() == AgentId(1));
}

TEST_CASE("the first of any sequence of changes is what a linear scan finds") {
  for (std::uint32_t agents = 1; agents <= 17; ++agents) {
    CAPTURE(agents);
    Random random(agents);
    AgentQueue queue;
    queue.reset(agents);
    std::vector<Cycle> cycles(agents, kNever);
    for (int turn = 0; turn < 1000; ++turn) {
      const auto agent = static_cast<std::uint32_t>(random.below(agents));
      const Cycle cycle = random.one_in(5) ? kNever : random.below(20);
      cycles[agent] = cycle;
      queue.set(AgentId(agent), cycle);
      std::uint32_t first = 0;
      for (std::uint32_t i = 1; i < agents; ++i) {
        if (cycles[i] < cycles[first]) first = i;
      }
      REQUIRE(queue.cycle_of(AgentId(agent)) == cycle);
      REQUIRE(queue.first_cycle() == cycles[first]);
      REQUIRE(queue.first() == AgentId(first));
    }
  }
}

}  // namespace
}  // namespace ipcsim::engine
