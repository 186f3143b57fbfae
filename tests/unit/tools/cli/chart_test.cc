// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/chart.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tools/cli/mermaid.h"

namespace ipcsim::cli {
namespace {

using scenario::LaneState;
using scenario::Story;
using scenario::StoryMoment;
using scenario::StoryRow;

StoryRow row(Cycle cycle, std::size_t column, std::string text) {
  StoryRow row;
  row.cycle = cycle;
  row.column = column;
  row.text = std::move(text);
  row.lanes = {LaneState::kAwake, LaneState::kAwake};
  return row;
}

// One of each kind of row.
Story small_story() {
  Story story;
  story.lanes = {"a.main", "b.main"};
  story.rows.push_back(row(5, 0, "poll(-1) -> blocks"));
  story.rows.back().line = 12;
  story.rows.back().lanes[0] = LaneState::kAsleep;
  story.rows.push_back(row(1'200, 1, "wakeup(-1)"));
  story.rows.back().arrow_to = 0;
  story.rows.push_back(row(2'000, 0, "HELD for 900 cy, before step 4"));
  story.rows.back().moment = StoryMoment::kDeviation;
  story.rows.back().lanes[0] = LaneState::kHeld;
  story.rows.push_back(row(2'500, 0, "write(-1)"));
  story.rows.back().arrow_to = 1;
  story.rows.back().critical = true;
  StoryRow left_out = row(2'600, 0, "");
  left_out.moment = StoryMoment::kLeftOut;
  left_out.left_out = 7;
  story.rows.push_back(left_out);
  story.rows.push_back(row(3'000'000, 0, "deadlock: nobody can go on"));
  story.rows.back().moment = StoryMoment::kFinding;
  return story;
}

TEST_CASE("a chart in plain letters") {
  CHECK("\n" + chart(small_story(), Letters::kAscii, Painter(Colours::kOff)) == R"(
      cycle   a.main                             b.main
          5   o poll(-1) -> blocks  :12          |
      1_200   |<---------------------------------o wakeup(-1)
      2_000   # HELD for 900 cy, before step 4   |
=>    2_500   o write(-1) ---------------------->|
      2_600  ... 7 lines left out ...
  3_000_000  deadlock: nobody can go on

| awake, : asleep, # held or changed by the schedule
=> behind this it fails even if the rest of the schedule is left out
)");
}

TEST_CASE("boxes and colours change no word") {
  const std::string boxes = chart(small_story(), Letters::kBoxes, Painter(Colours::kOn));
  CHECK(boxes.find("│◀───") != std::string::npos);
  CHECK(boxes.find("──▶│") != std::string::npos);
  CHECK(boxes.find("\x1b[1;31m  3_000_000  deadlock: nobody can go on\x1b[0m") !=
        std::string::npos);
}

TEST_CASE("words that are too long for their column are cut, except in the last one") {
  Story story;
  story.lanes = {"a.main", "b.main"};
  const std::string words(100, 'x');
  story.rows.push_back(row(5, 0, words));
  story.rows.push_back(row(6, 1, words));
  const std::string text = chart(story, Letters::kAscii, Painter(Colours::kOff));
  CHECK(text.find("x..") != std::string::npos);
  CHECK(text.find("o " + words + "\n") != std::string::npos);
}

TEST_CASE("a diagram for Mermaid") {
  Story story = small_story();
  story.rows[0].text = "mark(a;b#c)";
  CHECK("\n" + mermaid(story).value() == R"(
sequenceDiagram
  participant p0 as a.main
  participant p1 as b.main
  Note over p0: mark(a#59;b#35;c) @5
  p1->>p0: wakeup(-1) @1200
  Note over p0: HELD for 900 cy, before step 4 @2000
  rect rgb(255, 235, 205)
  p0->>p1: write(-1) @2500
  end
  Note over p0,p1: 7 lines left out
  Note over p0,p1: deadlock: nobody can go on @3000000
)");
}

TEST_CASE("a diagram that no page could draw is refused") {
  Story story;
  story.lanes = {"a.main", "b.main"};
  for (int arrow = 0; arrow < 500; ++arrow) {
    story.rows.push_back(row(5, 0, "wakeup(-1)"));
    story.rows.back().arrow_to = 1;
  }
  CHECK(mermaid(story).ok());
  story.rows.push_back(story.rows.back());
  CHECK(mermaid(story).error().message.find("501 arrows") != std::string::npos);
}

}  // namespace
}  // namespace ipcsim::cli
