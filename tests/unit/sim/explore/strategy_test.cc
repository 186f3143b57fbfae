// SPDX-License-Identifier: BSD-2-Clause
// Every strategy: it samples what it should, and the same seed gives the same run.
#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/explore/portfolio.h"
#include "sim/explore/sampling_chooser.h"
#include "tests/unit/sim/explore/racing_program.h"

namespace ipcsim::explore {
namespace {

constexpr Way kStrategies[] = {Way::kRandom, Way::kPct2, Way::kPct3,
                               Way::kPct4,   Way::kPos,  Way::kSurw};

using LaneOrder = std::vector<std::uint32_t>;

// How often each order of the lanes came.
std::map<LaneOrder, unsigned> orders(Way way, RacingProgram& program, unsigned runs) {
  const std::unique_ptr<Strategy> strategy = make_strategy(way);
  SamplingChooser chooser({});
  Profile profile;
  std::map<LaneOrder, unsigned> seen;
  for (unsigned run = 0; run < runs; ++run) {
    chooser.begin(*strategy, Random(run), profile);
    program.run(chooser);
    if (run < 8) profile.learn(chooser.count());
    ++seen[program.order()];
  }
  return seen;
}

Race three_by_three() {
  std::vector<std::vector<Operation>> agents(3, {store(0, 1), store(0, 2), store(0, 3)});
  return {std::move(agents), 1, [](const Variables&) { return std::string(); }};
}

TEST_CASE("the same seed gives the same run, whatever was run before") {
  RacingProgram program(reorder(4));
  const Profile profile;
  for (const Way way : kStrategies) {
    CAPTURE(name_of(way));
    const std::unique_ptr<Strategy> strategy = make_strategy(way);
    SamplingChooser chooser({});
    std::vector<LaneOrder> first;
    for (unsigned seed = 0; seed < 20; ++seed) {
      chooser.begin(*strategy, Random(seed), profile);
      program.run(chooser);
      first.push_back(program.order());
    }
    for (unsigned seed = 20; seed-- > 0;) {
      chooser.begin(*strategy, Random(seed), profile);
      program.run(chooser);
      CHECK(program.order() == first[seed]);
    }
  }
}

TEST_CASE("the uniform walk makes all orders of conflicting steps about equally likely") {
  // 9!/(3!)^3 = 1680 orders; in 16 800 runs each comes 10 times on average. With 10 expected, 40
  // is eight standard deviations away. A plain random walk goes far beyond that.
  RacingProgram program(three_by_three());
  const auto uniform = orders(Way::kSurw, program, 16'800);
  unsigned most = 0;
  for (const auto& [order, count] : uniform) most = std::max(most, count);
  CHECK(uniform.size() > 1600);
  CHECK(most < 40);
  const auto plain = orders(Way::kRandom, program, 16'800);
  most = 0;
  for (const auto& [order, count] : plain) most = std::max(most, count);
  CHECK(most > 40);
}

TEST_CASE("priorities that change once reach what needs one change") {
  // Lane 0 must stop between its two steps for both of lane 1: one change of priority.
  std::vector<std::vector<Operation>> agents{{store(0, 1), store(1, 1)}, {copy(0, 2), copy(1, 3)}};
  RacingProgram program({std::move(agents), 4, [](const Variables& all) {
                           return std::string(all[2] == 1 && all[3] == 0 ? "torn" : "");
                         }});
  const std::unique_ptr<Strategy> two = make_strategy(Way::kPct2);
  SamplingChooser chooser({});
  Profile profile;
  unsigned found = 0;
  for (unsigned run = 0; run < 200; ++run) {
    chooser.begin(*two, Random(run), profile);
    if (!program.run(chooser).signature.empty()) ++found;
    if (run < 8) profile.learn(chooser.count());
  }
  // At least 1/(n k) = 1/(2 * 4) of the runs.
  CHECK(found >= 200 / 8);
}

TEST_CASE("strategies find what is rare among many lanes") {
  // A plain walk as well, for here all lanes start at once.
  RacingProgram program(reorder(10));
  for (const Way way : {Way::kRandom, Way::kPos, Way::kSurw}) {
    CAPTURE(name_of(way));
    const std::unique_ptr<Strategy> strategy = make_strategy(way);
    SamplingChooser chooser({});
    Profile profile;
    unsigned found = 0;
    for (unsigned run = 0; run < 300; ++run) {
      chooser.begin(*strategy, Random(run), profile);
      if (!program.run(chooser).signature.empty()) ++found;
      if (run < 8) profile.learn(chooser.count());
    }
    CHECK(found > 0);
  }
}

TEST_CASE("a hold is never longer than the bounds allow") {
  Bounds bounds;
  bounds.hold = 2;
  RacingProgram program(reorder(3));
  SamplingChooser chooser(bounds);
  const Profile profile;
  const std::unique_ptr<Strategy> strategy = make_strategy(Way::kRandom);
  for (unsigned run = 0; run < 200; ++run) {
    chooser.begin(*strategy, Random(run), profile);
    program.run(chooser);
    // Four lanes take a step each cycle, so at most two cycles were added.
    CHECK(program.run(chooser).cycle <= 4);
  }
}

TEST_CASE("answers that are given go before those of the strategy") {
  RacingProgram program(reorder(3));
  SamplingChooser chooser({});
  const Profile profile;
  const std::unique_ptr<Strategy> strategy = make_strategy(Way::kRandom);
  chooser.begin(*strategy, Random(1), profile);
  program.run(chooser);
  const Answers answers = chooser.answers();
  const LaneOrder order = program.order();
  chooser.begin(*strategy, Random(99), profile, answers);
  program.run(chooser);
  CHECK(program.order() == order);
  CHECK(chooser.answers() == answers);
  // What does not fit is answered by the greatest answer that does.
  const Answers wild(answers.size(), 1000);
  chooser.begin(*strategy, Random(1), profile, wild);
  program.run(chooser);
  CHECK(std::ranges::all_of(chooser.answers(), [](std::uint64_t answer) { return answer < 4; }));
}

TEST_CASE("names lead to ways, and pct to all of its kind") {
  CHECK(ways_called("surw") == std::vector<Way>{Way::kSurw});
  CHECK(ways_called("pct") == std::vector<Way>{Way::kPct2, Way::kPct3, Way::kPct4});
  CHECK(ways_called("no such way").empty());
  for (const Way way : kStrategies) CHECK(make_strategy(way)->name() == name_of(way));
}

TEST_CASE("a portfolio gives every way its share, and more to those that show more") {
  Portfolio portfolio({});
  std::array<unsigned, kWays> turns{};
  for (unsigned turn = 0; turn < 1000; ++turn) {
    ++turns[static_cast<std::size_t>(portfolio.next(true))];
  }
  CHECK(turns[static_cast<std::size_t>(Way::kReference)] == 0);
  CHECK(turns[static_cast<std::size_t>(Way::kSurw)] == 400);
  CHECK(turns[static_cast<std::size_t>(Way::kPos)] == 250);
  CHECK(turns[static_cast<std::size_t>(Way::kMutation)] == 100);

  std::array<Portfolio::Yield, kWays> round{};
  for (const Way way : kStrategies) round[static_cast<std::size_t>(way)] = {1, 1000};
  round[static_cast<std::size_t>(Way::kRandom)] = {100, 1000};
  portfolio.learn(round);
  turns = {};
  for (unsigned turn = 0; turn < 1000; ++turn) {
    ++turns[static_cast<std::size_t>(portfolio.next(false))];
  }
  CHECK(turns[static_cast<std::size_t>(Way::kRandom)] > 400);
  CHECK(turns[static_cast<std::size_t>(Way::kSurw)] > 50);
  CHECK(turns[static_cast<std::size_t>(Way::kMutation)] == 0);
}

}  // namespace
}  // namespace ipcsim::explore
