// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/schedule_chooser.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::engine {
namespace {

// Lanes a, b, c and device, whose steps are counted by hand.
class Lanes final : public LaneDirectory {
 public:
  std::string_view lane_name(trace::LaneId lane) const override {
    return lane.valid() ? kNames[lane.value()] : "-";
  }
  std::uint32_t steps_taken(trace::LaneId lane) const override { return taken[lane.value()]; }
  trace::LaneId find_lane(std::string_view name) const override {
    for (std::uint32_t i = 0; i < std::size(kNames); ++i) {
      if (kNames[i] == name) return trace::LaneId(i);
    }
    return trace::LaneId::none();
  }

  std::array<std::uint32_t, 4> taken{};

 private:
  static constexpr std::array<std::string_view, 4> kNames = {"a", "b", "c", "device"};
};

constexpr trace::LaneId kA{0};
constexpr trace::LaneId kB{1};
constexpr trace::LaneId kC{2};
constexpr trace::LaneId kDevice{3};

// A chooser for some lines of a schedule.
class Replay {
 public:
  explicit Replay(std::string_view lines)
      : schedule_(parse_schedule("schedule 1 a.scn 1\n" + std::string(lines)).value()),
        chooser(schedule_, lanes) {}

  // The lane that is chosen of the steps that come next, in reference order.
  trace::LaneId order(std::vector<trace::LaneId> next) {
    std::vector<Option> options;
    for (const trace::LaneId lane : next) {
      options.push_back({{lane, lanes.taken[lane.value()] + 1}, 10, lane != kDevice});
    }
    const Choice choice{ChoiceKind::kOrder, options.size(), options[0].step, options};
    const trace::LaneId chosen = next[chooser.choose(choice)];
    ++lanes.taken[chosen.value()];
    return chosen;
  }
  std::uint64_t choose(ChoiceKind kind, std::uint64_t count, StepName at) {
    return chooser.choose(Choice{kind, count, at, {}});
  }
  std::vector<std::string> unused() const {
    std::vector<std::string> texts;
    for (const Deviation& deviation : chooser.unused()) texts.push_back(to_text(deviation));
    return texts;
  }

 private:
  Schedule schedule_;

 public:
  Lanes lanes;
  ScheduleChooser chooser;
};

TEST_CASE("it wants to be asked about what the schedule deviates in, and nothing else") {
  struct Case {
    const char* lines;
    ChoiceKinds kinds;
  };
  const Case cases[] = {
      {"", kNoChoices},
      {"hold a#1 until b#1", kinds_of(ChoiceKind::kOrder)},
      {"hold a#1 for 5 cy", kinds_of(ChoiceKind::kOrder)},
      {"preempt a#1", kinds_of(ChoiceKind::kPreempt)},
      {"pick a#1 b", kinds_of(ChoiceKind::kPick)},
      {"value a#1 2", kinds_of(ChoiceKind::kValue)},
      {"inject 1 a#1; value a#1 2", kinds_of(ChoiceKind::kInject) | kinds_of(ChoiceKind::kValue)},
  };
  for (const Case& asked : cases) {
    CAPTURE(asked.lines);
    CHECK(Replay(asked.lines).chooser.asked() == asked.kinds);
  }
}

TEST_CASE("a hold until a step lets all others go on until it is taken") {
  Replay replay("hold a#2 until b#2");
  CHECK(replay.order({kA, kB, kC}) == kA);
  CHECK(replay.order({kA, kB, kC}) == kB);
  CHECK(replay.order({kA, kC, kB}) == kC);
  CHECK(replay.order({kA, kC, kB}) == kC);
  CHECK(replay.order({kA, kB, kC}) == kB);
  CHECK(replay.order({kA, kB, kC}) == kA);  // b#2 is taken
  CHECK(replay.order({kA, kB, kC}) == kA);  // the hold was of a#2 alone
  CHECK(replay.unused().empty());
}

TEST_CASE("several holds at once") {
  Replay replay("hold a#1 until c#1; hold b#1 until c#2");
  CHECK(replay.order({kA, kB, kC}) == kC);
  CHECK(replay.order({kA, kB, kC}) == kA);
  CHECK(replay.order({kB, kA, kC}) == kA);
  CHECK(replay.order({kB, kC, kA}) == kC);
  CHECK(replay.order({kB, kC, kA}) == kB);
  CHECK(replay.unused().empty());
}

TEST_CASE("a hold ends early when nothing else can step") {
  Replay replay("hold a#1 until b#5; hold b#1 until a#1; hold b#2 until a#3");
  CHECK(replay.order({kA, kB}) == kA);  // both are held: the reference step goes
  CHECK(replay.order({kA, kB}) == kA);
  CHECK(replay.order({kB, kA}) == kB);
  CHECK(replay.order({kB, kA}) == kA);  // a#3, until which b#2 is held
  CHECK(replay.order({kB, kA}) == kB);
  CHECK(replay.unused().empty());
}

TEST_CASE("events cannot be held") {
  Replay replay("hold device#1 until a#1; hold a#1 until device#2");
  CHECK(replay.order({kDevice, kA}) == kDevice);
  CHECK(replay.order({kA, kDevice}) == kDevice);
  CHECK(replay.order({kA, kDevice}) == kA);
  CHECK(replay.unused() == std::vector<std::string>{"hold device#1 until a#1"});
}

TEST_CASE("a hold until a step that is taken already never applies") {
  Replay replay("hold a#3 until b#1");
  CHECK(replay.order({kB, kA}) == kB);
  CHECK(replay.order({kA, kB}) == kA);
  CHECK(replay.order({kA, kB}) == kA);
  CHECK(replay.order({kA, kB}) == kA);
  CHECK(replay.unused() == std::vector<std::string>{"hold a#3 until b#1"});
}

TEST_CASE("a hold until a step of a lane that does not exist yet waits for the lane") {
  Replay replay("hold a#1 until nobody#1");
  CHECK(replay.order({kA, kB}) == kB);
  CHECK(replay.order({kA, kC}) == kC);
}

TEST_CASE("a hold for a time is given once") {
  Replay replay("hold a#2 for 400 cy");
  CHECK(replay.chooser.hold_for({kA, 1}) == 0);
  CHECK(replay.chooser.hold_for({kB, 2}) == 0);
  CHECK(replay.unused().size() == 1);
  CHECK(replay.chooser.hold_for({kA, 2}) == 400);
  CHECK(replay.chooser.hold_for({kA, 2}) == 0);
  CHECK(replay.unused().empty());
}

TEST_CASE("preemptions, values and injections are answered at their step, once") {
  Replay replay("preempt a#2; value a#2 3; inject 2 b#1");
  CHECK(replay.choose(ChoiceKind::kPreempt, 2, {kA, 1}) == 0);
  CHECK(replay.choose(ChoiceKind::kPreempt, 2, {kB, 2}) == 0);
  CHECK(replay.choose(ChoiceKind::kPreempt, 2, {kA, 2}) == 1);
  CHECK(replay.choose(ChoiceKind::kPreempt, 2, {kA, 2}) == 0);
  CHECK(replay.choose(ChoiceKind::kValue, 5, {kA, 2}) == 3);
  CHECK(replay.choose(ChoiceKind::kValue, 5, {kA, 2}) == 0);
  CHECK(replay.choose(ChoiceKind::kInject, 3, {kB, 1}) == 2);
  CHECK(replay.unused().empty());
}

TEST_CASE("an answer that the choice does not have never applies") {
  Replay replay("value a#1 5; inject 3 a#1");
  CHECK(replay.choose(ChoiceKind::kValue, 5, {kA, 1}) == 0);
  CHECK(replay.choose(ChoiceKind::kInject, 3, {kA, 1}) == 0);
  CHECK(replay.unused() == std::vector<std::string>{"value a#1 5", "inject 3 a#1"});
}

TEST_CASE("a pick names the thread's lane; one that is not ready never applies") {
  Replay replay("pick a#1 c; pick a#2 device");
  const Option options[] = {{{kB, 0}, 0, false}, {{kC, 0}, 0, false}};
  const auto pick = [&](std::uint32_t number) {
    return replay.chooser.choose(Choice{ChoiceKind::kPick, 2, {kA, number}, options});
  };
  CHECK(pick(1) == 1);
  CHECK(pick(1) == 0);
  CHECK(pick(2) == 0);
  CHECK(replay.unused() == std::vector<std::string>{"pick a#2 device"});
}

}  // namespace
}  // namespace ipcsim::engine
