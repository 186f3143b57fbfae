// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/story.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/explored_scenario.h"
#include "scenarios/loaded_scenario.h"
#include "scenarios/replay.h"
#include "sim/explore/shrinker.h"
#include "sim/trace/text_reader.h"

namespace ipcsim::scenario {
namespace {

// `late` looks at the flag long after `early` has set it, unless `early` is held.
const std::string kRace =
    "scenario 1\n"
    "machine { cpus 2; cost unit }\n"
    "memory flag 1 page of early, late\n"
    "task early {\n"
    "  thread main cpu 0 {\n"
    "    compute 100\n"
    "    store64(flag, 1)\n"
    "  }\n"
    "}\n"
    "task late {\n"
    "  thread main cpu 1 {\n"
    "    compute 500\n"
    "    expect load64(flag) == 1\n"
    "  }\n"
    "}\n";

std::shared_ptr<const Scenario> race() { return load_text(kRace, "race.scn", {}).scenario; }

// What a random walk finds, shrunk.
explore::Shrunk shrunk_race(const Scenario& scenario) {
  RunSettings settings;
  settings.rules.cycle_bounds = CycleBounds::kIgnored;
  ExploredScenario program(scenario, settings);
  for (std::uint64_t seed = 1; seed < 1'000; ++seed) {
    engine::RandomChooser chooser(seed);
    const explore::RunResult result = program.run(chooser);
    if (result.signature.empty()) continue;
    return explore::shrink(program, program.deviations(), result.signature);
  }
  return {};
}

RunOptions options_of(const Scenario& scenario, const explore::Shrunk& shrunk) {
  RunOptions options;
  options.schedule = Schedule::kGiven;
  options.schedule_text = engine::to_text({scenario.name(), scenario.digest(), shrunk.deviations});
  return options;
}

Story story_of(const Scenario& scenario, const RunOptions& options, const StoryBounds& bounds) {
  const RunReport report = run(scenario, options);
  const auto trace = trace::read_text(report.trace);
  return make_story(*trace, effect_of_schedule(scenario, options), report.findings, bounds);
}

const StoryRow* find_row(const Story& story, const std::string& text) {
  const auto found = std::ranges::find_if(story.rows, [&text](const StoryRow& row) {
    return row.text.find(text) != std::string::npos;
  });
  return found == story.rows.end() ? nullptr : &*found;
}

std::size_t column_of(const Story& story, const std::string& lane) {
  const auto found = std::ranges::find(story.lanes, lane);
  REQUIRE(found != story.lanes.end());
  return static_cast<std::size_t>(found - story.lanes.begin());
}

TEST_CASE("a race of a scenario shrinks to one hold with its window") {
  const auto scenario = race();
  const explore::Shrunk shrunk = shrunk_race(*scenario);
  REQUIRE(shrunk.deviations.size() == 1);
  CHECK(shrunk.minimum == explore::Minimum::kProved);
  CHECK(shrunk.deviations[0].at.lane == "early.main");
  REQUIRE(shrunk.windows.size() == 1);
  REQUIRE(shrunk.windows[0].intervals.size() == 1);
  const explore::DelayInterval window = shrunk.windows[0].intervals[0];
  CHECK(window.least >= 350);
  CHECK(window.least <= 450);
  CHECK(window.most == shrunk.windows[0].longest);
}

TEST_CASE("a replay makes the run twice and says what it found") {
  const auto scenario = race();
  const RunOptions options = options_of(*scenario, shrunk_race(*scenario));
  const Replay again = replay(*scenario, options);
  CHECK(again.report.schedule_error.empty());
  CHECK(again.difference.empty());
  REQUIRE(again.report.findings.size() == 1);
  CHECK(again.report.findings[0].name == "failed_expectation");
  CHECK(again.report.trace == run(*scenario, options).trace);
}

TEST_CASE("the effect of a schedule: how long its holds last, and the critical step") {
  const auto scenario = race();
  const explore::Shrunk shrunk = shrunk_race(*scenario);
  const ScheduleEffect effect = effect_of_schedule(*scenario, options_of(*scenario, shrunk));
  REQUIRE(effect.deviations.size() == 1);
  CHECK(effect.deviations[0].held == shrunk.price.held);
  CHECK(effect.deviations[0].step.lane == "early.main");
  REQUIRE(effect.critical.has_value());
  CHECK(effect.critical->lane == "late.main");
  CHECK(effect_of_schedule(*scenario, {}).deviations.empty());
}

TEST_CASE("a story has a column for each thread, the hold, the critical step and the finding") {
  const auto scenario = race();
  const Story story = story_of(*scenario, options_of(*scenario, shrunk_race(*scenario)), {});
  CHECK(column_of(story, "early.main") + column_of(story, "late.main") == 1);
  CHECK(story.lanes_left_out == 0);
  const StoryRow* const hold = find_row(story, "HELD ");
  REQUIRE(hold != nullptr);
  CHECK(hold->moment == StoryMoment::kDeviation);
  CHECK(story.lanes[hold->column] == "early.main");
  CHECK(hold->lanes[hold->column] == LaneState::kHeld);
  CHECK(std::ranges::count(story.rows, true, &StoryRow::critical) == 1);
  CHECK(story.rows.back().moment == StoryMoment::kFinding);
  CHECK(story.rows.back().text.starts_with("failed_expectation: "));
  const StoryRow* const load = find_row(story, "load(");
  REQUIRE(load != nullptr);
  CHECK(load->line == 13);
  for (const StoryRow& row : story.rows) CHECK(row.lanes.size() == 2);
}

TEST_CASE("wakeups are arrows, and sleepers are seen to sleep") {
  const auto scenario =
      load_text(
          "scenario 1\n"
          "machine { cpus 2; cost unit }\n"
          "task server { thread main { let port = new_port(); push_to_listen_queue(port); mark "
          "ready\n"
          "  poll(port) expect opened; poll(port) expect signaled; poll(port) expect closed } }\n"
          "task client { thread main { await server.main passed ready\n"
          "  let fd = connect(server, thread_local); wakeup(fd); compute 5_000; close(fd) } }\n",
          "two.scn", {})
          .scenario;
  REQUIRE(scenario != nullptr);
  RunOptions options;
  const auto trace = trace::read_text(run(*scenario, options).trace);
  const Story story = make_story(*trace, {}, {}, {});
  const std::size_t server = column_of(story, "server.main");
  const std::size_t client = column_of(story, "client.main");
  const StoryRow* const connect = find_row(story, "connect(");
  const StoryRow* const close = find_row(story, "close(");
  const StoryRow* const mark = find_row(story, "mark(ready)");
  REQUIRE(connect != nullptr);
  REQUIRE(close != nullptr);
  REQUIRE(mark != nullptr);
  CHECK(connect->arrow_to == server);
  CHECK(find_row(story, "wakeup(")->arrow_to == server);
  CHECK(mark->arrow_to == client);
  const auto before_close = std::prev(story.rows.begin() + (close - story.rows.data()));
  CHECK(before_close->lanes[server] == LaneState::kAsleep);
  CHECK(close->lanes[server] == LaneState::kAwake);
  CHECK(story.arrows() == 4);
}

TEST_CASE("a long story is cut where nothing departs from the reference") {
  const auto scenario = race();
  const RunOptions options = options_of(*scenario, shrunk_race(*scenario));
  const std::size_t whole = story_of(*scenario, options, {}).rows.size();
  REQUIRE(whole >= 3);
  const Story cut = story_of(*scenario, options, {2, 1});
  CHECK(cut.lanes.size() == 1);
  CHECK(cut.lanes_left_out == 1);
  std::string long_program = kRace;
  for (int n = 0; n < 100; ++n)
    long_program.insert(long_program.find("    compute 500"),
                        "    mark m" + std::to_string(n) + "\n");
  const auto marked = load_text(long_program, "race.scn", {}).scenario;
  REQUIRE(marked != nullptr);
  const Story story = story_of(*marked, options_of(*marked, shrunk_race(*marked)), {20, 5});
  CHECK(story.rows.size() <= 26);
  CHECK(find_row(story, "HELD ") != nullptr);
  CHECK(std::ranges::count(story.rows, true, &StoryRow::critical) == 1);
  const auto left_out = std::ranges::find(story.rows, StoryMoment::kLeftOut, &StoryRow::moment);
  REQUIRE(left_out != story.rows.end());
  CHECK(left_out->left_out > 50);
}

}  // namespace
}  // namespace ipcsim::scenario
