// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/race_window.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/explore/trials.h"
#include "tests/unit/sim/explore/toy_races.h"

namespace ipcsim::explore {
namespace {

// The window, from every single delay.
std::string by_brute_force(Program& program, const std::string& signature,
                           std::vector<engine::Deviation> deviations, std::size_t index,
                           Cycles longest) {
  std::vector<DelayInterval> intervals;
  bool goes_on = false;
  for (Cycles delay = 1; delay <= longest; ++delay) {
    deviations[index] = {engine::DeviationKind::kHoldFor, deviations[index].at, {}, delay, {}};
    MeasuredReplay replay(deviations, program.lanes());
    const bool fails = program.run(replay).signature == signature;
    if (fails && !goes_on) intervals.push_back({delay, delay});
    if (fails) intervals.back().most = delay;
    goes_on = fails;
  }
  return text_of(intervals);
}

// What the search finds equals what all delays say.
RaceWindow checked_window(Program& program, const std::string& signature,
                          const std::string& schedule, std::size_t index) {
  const auto deviations = deviations_of(schedule);
  Trials trials(program, signature, 10'000, nullptr);
  const RaceWindow window = find_race_window(trials, deviations, index);
  CHECK(window.complete);
  CHECK(window.deviation == index);
  CHECK(text_of(window.intervals) ==
        by_brute_force(program, signature, deviations, index, window.longest));
  return window;
}

TEST_CASE("the window of a race that comes and goes has an interval for each time") {
  BrokenForAWhile program;
  const RaceWindow window = checked_window(program, "acted while broken", "hold a#2 until b#3", 0);
  CHECK(text_of(window.intervals) == "[11..30][51..70]");
  CHECK(window.tried < 30);
}

TEST_CASE("a delay that may be of any length has a window that ends where the trying did") {
  AllLate program(2);
  const RaceWindow window =
      checked_window(program, "all late", "hold a#2 until c#7; hold b#2 until c#7", 0);
  REQUIRE(window.intervals.size() == 1);
  CHECK(window.intervals[0].least == 151);
  CHECK(window.intervals[0].most == window.longest);
}

TEST_CASE("the other deviations stay as they are") {
  AllLate program(2);
  const RaceWindow window =
      checked_window(program, "all late", "hold a#2 until c#7; hold b#2 for 400 cy", 1);
  CHECK(window.intervals.front().least == 150);
}

TEST_CASE("steps that follow the held one count too") {
  // a#1 alone decides nothing: it is a#2, 10 cycles behind it, that must not come too early.
  BrokenForAWhile program;
  const RaceWindow window = checked_window(program, "acted while broken", "hold a#1 until b#1", 0);
  CHECK(text_of(window.intervals) == "[11..30][51..70]");
}

TEST_CASE("a search that may not run to its end says so") {
  BrokenForAWhile program;
  const auto deviations = deviations_of("hold a#2 until b#1");
  Trials trials(program, "acted while broken", 10'000, nullptr);
  find_race_window(trials, deviations, 0);
  for (std::uint64_t budget = 0; budget <= trials.runs(); ++budget) {
    Trials few(program, "acted while broken", budget, nullptr);
    CHECK(find_race_window(few, deviations, 0).complete == (budget == trials.runs()));
    CHECK(few.runs() == budget);
  }
}

}  // namespace
}  // namespace ipcsim::explore
