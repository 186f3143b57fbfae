// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/shrinker.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/explore/measured_replay.h"
#include "tests/unit/sim/explore/toy_races.h"

namespace ipcsim::explore {
namespace {

class StopAfter final : public ShrinkObserver {
 public:
  explicit StopAfter(std::uint64_t runs) : runs_(runs) {}
  bool go_on(const ShrinkProgress& progress) override {
    CHECK(progress.runs == asked_++);
    return progress.runs < runs_;
  }

 private:
  std::uint64_t runs_;
  std::uint64_t asked_ = 0;
};

TEST_CASE("a finding of a random walk comes down to the one hold that it needs") {
  BrokenForAWhile program;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto found = fail_at_random(program, "acted while broken", seed);
    const Shrunk shrunk = shrink(program, found, "acted while broken");
    CHECK(shrunk.reproduced);
    CHECK(text_of(shrunk.deviations) == "hold a#2 until b#1");
    CHECK(shrunk.price == Price{10, 0, 0});
    CHECK(shrunk.minimum == Minimum::kProved);
    CHECK(shrunk.complete);
    REQUIRE(shrunk.windows.size() == 1);
    CHECK(shrunk.windows[0].deviation == 0);
    CHECK(text_of(shrunk.windows[0].intervals) == "[11..30][51..70]");
    CHECK(shrunk.windows[0].complete);
  }
}

TEST_CASE("each of several holds that are needed is kept, and their number is proved") {
  for (const std::uint32_t readers : {1U, 2U, 3U}) {
    AllLate program(readers);
    const auto found = fail_at_random(program, "all late");
    REQUIRE(found.size() >= readers);
    const Shrunk shrunk = shrink(program, found, "all late");
    CHECK(shrunk.deviations.size() == readers);
    CHECK(shrunk.minimum == Minimum::kProved);
    CHECK(shrunk.sets_below == readers);
    CHECK(shrunk.candidates == found.size());
    CHECK(shrunk.windows.size() == readers);
    for (const engine::Deviation& deviation : shrunk.deviations) {
      CHECK(deviation.until.number == 7);
      CHECK(deviation.until.lane == std::string(1, static_cast<char>('a' + readers)));
    }
  }
}

TEST_CASE("a smaller set that delta debugging does not meet is found by looking below") {
  TwoWays program;
  const auto found =
      deviations_of("hold a#1 until c#1; hold b#1 until c#1; hold c#3 for 5 cy; hold c#2 for 3 cy");
  const Shrunk two = shrink(program, found, "one of two ways");
  CHECK(text_of(two.deviations) == "hold a#1 until c#1; hold b#1 until c#1");
  CHECK(two.minimum == Minimum::kProved);
  CHECK(two.sets_below == 2);
  CHECK(two.candidates == 4);

  // One hold is enough when it may last as long as another one does.
  const auto longer = deviations_of("hold a#1 until c#1; hold b#1 until c#3");
  const Shrunk one = shrink(program, longer, "one of two ways");
  CHECK(text_of(one.deviations) == "hold a#1 until c#3");
  CHECK(one.minimum == Minimum::kProved);
}

TEST_CASE("of several single deviations that will do, the cheapest is taken") {
  EitherLate program;
  const auto found = deviations_of("hold a#1 until c#1; hold b#1 until c#1");
  const Shrunk shrunk = shrink(program, found, "one is late");
  CHECK(text_of(shrunk.deviations) == "hold b#1 until c#1");
  CHECK(shrunk.price == Price{50, 0, 0});
}

TEST_CASE("injections count as deviations, and those that change nothing go") {
  FaultAndHold program;
  const auto found =
      deviations_of("inject 1 b#1; inject 1 b#2; hold a#2 until b#4; inject 1 b#3; inject 1 b#4");
  const Shrunk shrunk = shrink(program, found, "hurt and seen");
  CHECK(text_of(shrunk.deviations) == "hold a#2 until b#2; inject 1 b#2");
  CHECK(shrunk.price == Price{4, 0, 1});
  CHECK(shrunk.minimum == Minimum::kProved);
}

TEST_CASE("deviations that never apply, or apply behind the failure, are no candidates") {
  BrokenForAWhile program;
  const auto found = deviations_of(
      "hold z#9 until b#1; hold a#2 until b#1; hold a#7 until b#2; hold b#3 for 400 cy");
  const Shrunk shrunk = shrink(program, found, "acted while broken");
  CHECK(shrunk.candidates == 1);
  CHECK(text_of(shrunk.deviations) == "hold a#2 until b#1");
}

TEST_CASE("what does not fail that way is not shrunk") {
  BrokenForAWhile program;
  const Shrunk other = shrink(program, deviations_of("hold a#2 until b#1"), "something else");
  CHECK_FALSE(other.reproduced);
  CHECK(other.runs == 1);
  CHECK_FALSE(shrink(program, {}, "acted while broken").reproduced);
}

TEST_CASE("what fails by the reference needs no deviation") {
  AllLate program(0);
  const Shrunk shrunk = shrink(program, deviations_of("hold a#2 for 20 cy"), "all late");
  CHECK(shrunk.reproduced);
  CHECK(shrunk.deviations.empty());
  CHECK(shrunk.minimum == Minimum::kProved);
  CHECK(shrunk.windows.empty());
}

TEST_CASE("never more runs than allowed, and the answer still fails") {
  AllLate program(3);
  const auto found = fail_at_random(program, "all late");
  const Shrunk whole = shrink(program, found, "all late");
  for (std::uint64_t budget = 0; budget <= whole.runs + 1; ++budget) {
    program.runs = 0;
    const Shrunk shrunk = shrink(program, found, "all late", {budget, true});
    CHECK(program.runs <= budget);
    CHECK(shrunk.runs == program.runs);
    CHECK(shrunk.reproduced == (budget > 0));
    if (!shrunk.reproduced) continue;
    CHECK(shrunk.deviations.size() >= 3);
    if (budget <= whole.runs / 2) CHECK_FALSE(shrunk.complete);
    if (shrunk.minimum == Minimum::kProved) CHECK(shrunk.deviations.size() == 3);
    MeasuredReplay replay(shrunk.deviations, program.lanes());
    CHECK(program.run(replay).signature == "all late");
  }
}

TEST_CASE("an observer is asked before each run, and may stop it") {
  AllLate program(2);
  const auto found = fail_at_random(program, "all late");
  for (const std::uint64_t runs : {1U, 5U, 30U}) {
    StopAfter observer(runs);
    const Shrunk shrunk = shrink(program, found, "all late", {}, &observer);
    CHECK(shrunk.runs == runs);
    CHECK_FALSE(shrunk.complete);
    CHECK(shrunk.reproduced);
  }
}

TEST_CASE("the same input gives the same answer after the same number of runs") {
  AllLate one(3);
  AllLate other(3);
  const auto found = fail_at_random(one, "all late");
  const Shrunk first = shrink(one, found, "all late");
  const Shrunk second = shrink(other, found, "all late");
  CHECK(text_of(first.deviations) == text_of(second.deviations));
  CHECK(first.runs == second.runs);
}

TEST_CASE("a shrunk schedule is not shrunk any further") {
  AllLate program(3);
  const Shrunk once = shrink(program, fail_at_random(program, "all late"), "all late");
  const Shrunk twice = shrink(program, once.deviations, "all late");
  CHECK(text_of(once.deviations) == text_of(twice.deviations));
  CHECK(once.price == twice.price);
}

}  // namespace
}  // namespace ipcsim::explore
