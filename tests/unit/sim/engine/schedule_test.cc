// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/schedule.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::engine {
namespace {

constexpr std::string_view kText =
    "schedule 1 doorbell.scn 41c2d9e0aa17b3f4\n"
    "hold consumer.main#5 until producer.main#3\n"
    "hold cpu1#2 for 400 cy\n"
    "preempt producer.main#7\n"
    "pick cpu0#4 producer.main\n"
    "value client.main#9 3\n"
    "inject 1 client.main#12\n"
    "jitter nic#2 350\n"
    "tlb reader.main#40\n";

Schedule parsed(std::string_view text) {
  const Result<Schedule, ScheduleError> result = parse_schedule(text);
  REQUIRE_MESSAGE(result.ok(), (result.ok() ? std::string() : result.error().message));
  return *result;
}

ScheduleError error_of(std::string_view text) {
  const Result<Schedule, ScheduleError> result = parse_schedule(text);
  REQUIRE_FALSE(result.ok());
  return result.error();
}

TEST_CASE("a schedule is read as it is documented") {
  const Schedule schedule = parsed(kText);
  CHECK(schedule.scenario == "doorbell.scn");
  CHECK(schedule.digest == 0x41c2d9e0aa17b3f4U);
  REQUIRE(schedule.deviations.size() == 8);
  const Deviation& until = schedule.deviations[0];
  CHECK(until.kind == DeviationKind::kHoldUntil);
  CHECK(until.at == StepText{"consumer.main", 5});
  CHECK(until.until == StepText{"producer.main", 3});
  const Deviation& span = schedule.deviations[1];
  CHECK(span.kind == DeviationKind::kHoldFor);
  CHECK(span.at == StepText{"cpu1", 2});
  CHECK(span.amount == 400);
  CHECK(schedule.deviations[2].kind == DeviationKind::kPreempt);
  CHECK(schedule.deviations[2].at == StepText{"producer.main", 7});
  const Deviation& pick = schedule.deviations[3];
  CHECK(pick.kind == DeviationKind::kPick);
  CHECK(pick.at == StepText{"cpu0", 4});
  CHECK(pick.picked == "producer.main");
  const Deviation& value = schedule.deviations[4];
  CHECK(value.kind == DeviationKind::kValue);
  CHECK(value.at == StepText{"client.main", 9});
  CHECK(value.amount == 3);
  const Deviation& injection = schedule.deviations[5];
  CHECK(injection.kind == DeviationKind::kInject);
  CHECK(injection.at == StepText{"client.main", 12});
  CHECK(injection.amount == 1);
  const Deviation& jitter = schedule.deviations[6];
  CHECK(jitter.kind == DeviationKind::kJitter);
  CHECK(jitter.at == StepText{"nic", 2});
  CHECK(jitter.amount == 350);
  CHECK(schedule.deviations[7].kind == DeviationKind::kTlb);
  CHECK(schedule.deviations[7].at == StepText{"reader.main", 40});
}

TEST_CASE("what is read is printed as it was") { CHECK(to_text(parsed(kText)) == kText); }

TEST_CASE("lines are cut by semicolons too; comments, blanks and line ends of any kind go") {
  const Schedule schedule = parsed(
      "\n// found by fuzz\n  schedule  1\tdoorbell.scn 41c2d9e0aa17b3f4;"
      "hold consumer.main#5 until producer.main#3; ;\r\n"
      "hold cpu1#2 for 400 cy   // a long one\r\n"
      "preempt producer.main#7;pick cpu0#4 producer.main\n\n"
      "value client.main#9 3\n"
      "inject 1 client.main#12;jitter nic#2 350;tlb reader.main#40");
  CHECK(schedule == parsed(kText));
}

TEST_CASE("a schedule may be the reference itself") {
  const Schedule schedule = parsed("schedule 1 hello.scn 0000000000000000");
  CHECK(schedule.deviations.empty());
  CHECK(to_text(schedule) == "schedule 1 hello.scn 0000000000000000\n");
}

std::string drawn_name(Random& random) {
  constexpr std::string_view kLetters = "abz.A_-#09/";
  std::string name;
  do {
    name += kLetters[random.below(kLetters.size())];
  } while (!random.one_in(6));
  return name.find("//") == std::string::npos ? name : "lane";  // that would be a comment
}

Deviation drawn_deviation(Random& random) {
  Deviation deviation;
  deviation.kind = static_cast<DeviationKind>(random.below(8));
  const auto number = [&random] {
    return static_cast<std::uint32_t>(1 + (random.next() >> 32)) | 1;
  };
  deviation.at = {drawn_name(random), number()};
  switch (deviation.kind) {
    case DeviationKind::kHoldUntil:
      deviation.until = {drawn_name(random), number()};
      break;
    case DeviationKind::kPick:
      deviation.picked = drawn_name(random);
      break;
    case DeviationKind::kPreempt:
    case DeviationKind::kTlb:
      break;
    case DeviationKind::kHoldFor:
    case DeviationKind::kValue:
    case DeviationKind::kInject:
    case DeviationKind::kJitter:
      deviation.amount = random.next() | 1;
      break;
  }
  return deviation;
}

TEST_CASE("every schedule is read back as it was printed") {
  Random random(1);
  for (int turn = 0; turn < 500; ++turn) {
    Schedule schedule;
    schedule.scenario = drawn_name(random);
    schedule.digest = random.next();
    for (std::uint64_t left = random.below(6); left > 0; --left) {
      schedule.deviations.push_back(drawn_deviation(random));
    }
    const std::string text = to_text(schedule);
    CAPTURE(text);
    REQUIRE(parsed(text) == schedule);
    REQUIRE(to_text(parsed(text)) == text);
  }
}

TEST_CASE("the first line must say what this is") {
  CHECK(error_of("").message == "the schedule is empty");
  CHECK(error_of("\n// nothing\n;;\n").message == "the schedule is empty");
  for (const std::string_view text :
       {"preempt a#1", "schedule", "schedule 1 a.scn", "schedule 1 a.scn 12g",
        "schedule 1 a.scn -1", "schedule 1 a.scn 11112222333344445", "schedule 1 a.scn 1 2",
        "Schedule 1 a.scn 1"}) {
    CAPTURE(text);
    const ScheduleError error = error_of(text);
    CHECK(error.line == 1);
    CHECK(error.message == "expected `schedule 1 FILE DIGEST` first");
  }
}

TEST_CASE("another version is refused by its number") {
  CHECK(error_of("\nschedule 2 a.scn 1").message ==
        "schedule version 2 is not known here (this is version 1)");
  CHECK(error_of("\nschedule 2 a.scn 1").line == 2);
}

TEST_CASE("a line that is no deviation is named, with its number") {
  for (const std::string_view line : {"hold",
                                      "hold a#1",
                                      "hold a#1 until",
                                      "hold a#1 until b",
                                      "hold a#1 until b#0",
                                      "hold a#1 until b#1 now",
                                      "hold a#1 for 5",
                                      "hold a#1 for 5 us",
                                      "hold a#1 for 0 cy",
                                      "hold a#1 for -5 cy",
                                      "hold a#1 for 5x cy",
                                      "hold a for 5 cy",
                                      "hold #1 for 5 cy",
                                      "hold a#1 upto b#1",
                                      "preempt",
                                      "preempt a",
                                      "preempt a#",
                                      "preempt a#0",
                                      "preempt a#1 b",
                                      "preempt a#4294967296",
                                      "pick a#1",
                                      "pick a b",
                                      "pick a#1 b c",
                                      "value a#1",
                                      "value a#1 0",
                                      "value a#1 x",
                                      "value 3 a#1",
                                      "inject a#1",
                                      "inject 0 a#1",
                                      "inject a#1 1",
                                      "inject 1 a",
                                      "jump a#1 1"}) {
    CAPTURE(line);
    const std::string text = "schedule 1 a.scn 1\npreempt a#1\n" + std::string(line) + "\n";
    const ScheduleError error = error_of(text);
    CHECK(error.line == 3);
    CHECK(error.message ==
          "`" + std::string(line) +
              "` is no deviation; expected hold, preempt, pick, value, inject, jitter or tlb");
  }
}

TEST_CASE("the line of an error counts line ends, not semicolons") {
  CHECK(error_of("schedule 1 a.scn 1; preempt a#1; jump;\npreempt a#2").line == 1);
  CHECK(error_of("schedule 1 a.scn 1; preempt a#1;\npreempt a#2; jump").line == 2);
}

}  // namespace
}  // namespace ipcsim::engine
