// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/critical_step.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/sim/explore/toy_races.h"

namespace ipcsim::explore {
namespace {

std::string critical_step(Program& program, const std::string& signature,
                          const std::string& schedule, std::uint64_t budget = 1'000) {
  Trials trials(program, signature, budget, nullptr);
  const std::optional<TriedStep> step = find_critical_step(trials, deviations_of(schedule));
  if (!step.has_value()) return "none";
  return step->step.lane + "#" + std::to_string(step->step.number) + " at " +
         std::to_string(step->cycle);
}

TEST_CASE("the step that passes a hold last is the one that cannot be taken back") {
  BrokenForAWhile broken;
  CHECK(critical_step(broken, "acted while broken", "hold a#2 until b#1") == "b#1 at 30");
  CHECK(critical_step(broken, "acted while broken", "hold a#2 until b#3") == "b#3 at 70");
  AllLate late(2);
  CHECK(critical_step(late, "all late", "hold a#2 until c#7; hold b#2 until c#7") == "c#7 at 160");
}

TEST_CASE("what the schedule says behind it does not count") {
  BrokenForAWhile broken;
  CHECK(critical_step(broken, "acted while broken", "hold a#2 until b#1; hold b#2 for 400 cy") ==
        "b#1 at 30");
}

TEST_CASE("an injection is critical in the step in which it happens") {
  FaultAndHold program;
  CHECK(critical_step(program, "hurt and seen", "hold a#2 until b#2; inject 1 b#2") == "b#2 at 24");
}

TEST_CASE("there is none where nothing departs from the reference, or nothing fails") {
  AllLate always(0);
  CHECK(critical_step(always, "all late", "") == "none");
  CHECK(critical_step(always, "all late", "hold a#2 for 5 cy") == "none");
  BrokenForAWhile broken;
  CHECK(critical_step(broken, "acted while broken", "") == "none");
  CHECK(critical_step(broken, "acted while broken", "hold a#2 until b#1", 1) == "none");
}

}  // namespace
}  // namespace ipcsim::explore
