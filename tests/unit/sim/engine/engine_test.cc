// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/engine.h"

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"
#include "tests/unit/sim/engine/toy_program.h"

namespace ipcsim::engine {
namespace {

using Words = std::vector<std::string>;

// An engine whose agents take steps at given cycles; what happens is written down as words.
class Bench final : public EventHandler, public StepObserver {
 public:
  explicit Bench(std::uint32_t agents, const Limits& limits = {}) {
    engine.reset(limits, reference, agents);
    device = engine.add_lane("device");
  }

  // An agent that steps at these cycles, and then has no step any more.
  void add_agent(std::uint32_t agent, std::vector<Cycle> cycles) {
    Walk& walk = walks_.emplace_back();
    walk.bench = this;
    walk.agent = AgentId(agent);
    walk.cycles = std::move(cycles);
    walk.lane = engine.add_lane(walk.name = "cpu" + std::to_string(agent));
    engine.start_agent(walk.agent, walk.lane, walk.cycles.front(),
                       engine.fibers().start(&Walk::run, &walk));
  }
  void add_event(Cycle at, std::uint64_t payload) { engine.schedule(at, device, *this, payload); }

  void note(std::string word) { words.push_back(std::move(word)); }
  void note_step() {
    const StepName step = engine.current_step();
    note(std::string(engine.lane_name(step.lane)) + "#" + std::to_string(step.number) + "@" +
         std::to_string(engine.now()));
  }

  void happen(std::uint64_t payload) override {
    note_step();
    if (on_event) on_event(payload);
  }
  void step_ended() override {
    note("ended");
    if (on_step_end) on_step_end();
  }
  void deadline_reached() override {
    note("deadline@" + std::to_string(engine.now()));
    if (on_deadline) on_deadline();
  }

  RunOutcome finished() const {
    RunOutcome outcome;
    outcome.end = RunEnd::kFinished;
    return outcome;
  }
  RunOutcome finding(std::string name) const {
    RunOutcome outcome;
    outcome.end = RunEnd::kFinding;
    outcome.finding.name = std::move(name);
    return outcome;
  }

  Engine engine;
  ReferenceChooser reference;
  trace::LaneId device;
  Words words;
  std::function<void(std::uint64_t)> on_event;
  std::function<void()> on_step_end;
  std::function<void()> on_deadline;
  std::function<void()> on_step;  // in every agent's step

 private:
  struct Walk {
    Bench* bench = nullptr;
    AgentId agent;
    trace::LaneId lane;
    std::string name;
    std::vector<Cycle> cycles;

    static void run(void* argument) {
      const Walk& self = *static_cast<Walk*>(argument);
      Bench& bench = *self.bench;
      for (std::size_t i = 1; i <= self.cycles.size(); ++i) {
        bench.note_step();
        if (bench.on_step) bench.on_step();
        if (bench.engine.unwinding()) break;
        if (i < self.cycles.size()) bench.engine.step(self.agent, self.lane, self.cycles[i]);
      }
      bench.engine.halt(self.agent, self.lane);
      bench.note("left");
      bench.engine.fibers().finish(bench.engine.fibers().main());
    }
  };

  std::deque<Walk> walks_;
};

TEST_CASE("with nothing to do a run is over at once and has no end") {
  Bench bench(2);
  const RunOutcome& outcome = bench.engine.run();
  CHECK(outcome.end == RunEnd::kRunning);
  CHECK(bench.engine.steps() == 0);
  CHECK(bench.engine.now() == 0);
  CHECK_FALSE(bench.engine.current_step().lane.valid());
}

TEST_CASE("steps come by cycle, at the same cycle by ascending agent") {
  Bench bench(3);
  bench.add_agent(2, {0, 10, 20});
  bench.add_agent(0, {5, 10, 15});
  bench.add_agent(1, {10, 11, 20});
  bench.engine.run();
  CHECK(bench.words == Words{"cpu2#1@0", "cpu0#1@5", "cpu0#2@10", "cpu1#1@10", "cpu2#2@10",
                             "cpu1#2@11", "cpu0#3@15", "cpu1#3@20", "cpu2#3@20"});
  CHECK(bench.engine.steps() == 9);
  CHECK(bench.engine.now() == 20);
}

TEST_CASE("events come before agents at the same cycle, in the order of putting them in") {
  Bench bench(1);
  bench.add_agent(0, {0, 10, 11});
  bench.add_event(10, 1);
  bench.add_event(11, 2);
  bench.add_event(10, 3);
  std::vector<std::uint64_t> payloads;
  bench.on_event = [&payloads](std::uint64_t payload) { payloads.push_back(payload); };
  bench.engine.run();
  CHECK(bench.words ==
        Words{"cpu0#1@0", "device#1@10", "device#2@10", "cpu0#2@10", "device#3@11", "cpu0#3@11"});
  CHECK(payloads == std::vector<std::uint64_t>{1, 3, 2});
}

TEST_CASE("an event that is left in a step comes before the agent's next step") {
  for (const bool by_pass : {true, false}) {
    Bench bench(1);
    bench.engine.use_by_pass(by_pass);
    bench.add_agent(0, {0, 1, 2, 10, 20});
    bench.on_step = [&bench] {
      if (bench.engine.now() == 2) bench.add_event(10, 0);
      if (bench.engine.now() == 10) bench.add_event(15, 0);
    };
    bench.engine.run();
    CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@1", "cpu0#3@2", "device#1@10", "cpu0#4@10",
                               "device#2@15", "cpu0#5@20"});
  }
}

TEST_CASE("a cancelled event does not come") {
  Bench bench(1);
  bench.add_agent(0, {0, 10});
  bench.add_event(3, 0);
  const EventHandle cancelled = bench.engine.schedule(5, bench.device, bench, 1);
  bench.engine.cancel(cancelled);
  bench.engine.run();
  CHECK(bench.words == Words{"cpu0#1@0", "device#1@3", "cpu0#2@10"});
}

TEST_CASE("a waiting agent's step can be moved, forward and back, also to never") {
  for (const bool by_pass : {true, false}) {
    Bench bench(2);
    bench.engine.use_by_pass(by_pass);
    bench.add_agent(0, {0, 1, 2, 3, 9, 10});
    bench.add_agent(1, {0, 5, 16});
    bench.on_step = [&bench] {
      const Cycle now = bench.engine.now();
      if (bench.engine.current_step().lane != trace::LaneId(1)) return;
      if (now == 1) bench.engine.move_step(AgentId(1), 8);
      if (now == 2) bench.engine.move_step(AgentId(1), kNever);
      if (now == 3) bench.engine.move_step(AgentId(1), 9);
    };
    bench.engine.run();
    CHECK(bench.words == Words{"cpu0#1@0", "cpu1#1@0", "cpu0#2@1", "cpu0#3@2", "cpu0#4@3",
                               "cpu0#5@9", "cpu1#2@9", "cpu0#6@10", "cpu1#3@16"});
  }
}

TEST_CASE("the by-pass changes nothing") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const ToyShape shape{.agents = 1 + static_cast<std::uint32_t>(seed % 5), .steps = 60};
    Engine engine;
    ReferenceChooser reference;
    ToyProgram program(engine, seed, shape);
    const RunEnd end = program.run(reference, {}, true).end;
    const std::vector<ToyStep> fast = program.steps();
    CHECK(fast.size() == engine.steps());
    CHECK(program.run(reference, {}, false).end == end);
    REQUIRE(program.steps() == fast);
  }
}

TEST_CASE("a second run on the same engine is the same") {
  Engine engine;
  ReferenceChooser reference;
  ToyProgram program(engine, 5);
  program.run(reference);
  const std::vector<ToyStep> first = program.steps();
  RandomChooser random(1);
  program.run(random);  // other orders in between, left in the middle
  program.run(random, {.steps = 17});
  program.run(reference);
  CHECK(program.steps() == first);
}

TEST_CASE("steps are named by lane and number, each from 1 without a gap") {
  Engine engine;
  ReferenceChooser reference;
  ToyProgram program(engine, 3);
  program.run(reference);
  std::vector<std::uint32_t> counted(engine.lanes());
  for (const ToyStep& step : program.steps()) {
    const trace::LaneId lane = engine.find_lane(step.lane);
    REQUIRE(lane.valid());
    REQUIRE(step.number == ++counted[lane.value()]);
  }
  for (std::uint32_t lane = 0; lane < engine.lanes(); ++lane) {
    CHECK(engine.steps_taken(trace::LaneId(lane)) == counted[lane]);
    CHECK(engine.next_step_of(trace::LaneId(lane)) ==
          StepName{trace::LaneId(lane), counted[lane] + 1});
  }
}

TEST_CASE("lanes are found by name; what is no lane has none") {
  Engine engine;
  ReferenceChooser reference;
  engine.reset({}, reference, 1);
  const trace::LaneId one = engine.add_lane("one");
  const trace::LaneId two = engine.add_lane("two");
  CHECK(engine.lanes() == 2);
  CHECK(engine.find_lane("two") == two);
  CHECK(engine.lane_name(one) == "one");
  CHECK_FALSE(engine.find_lane("three").valid());
  CHECK(engine.lane_name(trace::LaneId::none()) == "-");
}

// --- Limits.

TEST_CASE("a run that reaches its limit of steps ends without a verdict") {
  for (const bool by_pass : {true, false}) {
    Bench bench(1, {.steps = 3});
    bench.engine.use_by_pass(by_pass);
    bench.add_agent(0, {0, 1, 2, 3, 4});
    const RunOutcome& outcome = bench.engine.run();
    CHECK(outcome.end == RunEnd::kLimit);
    CHECK(outcome.limit == "3 steps");
    CHECK(outcome.cycle == 2);
    CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@1", "cpu0#3@2"});
  }
}

TEST_CASE("as many steps as the limit allows are no limit reached") {
  Bench bench(1, {.steps = 5});
  bench.add_agent(0, {0, 1, 2, 3, 4});
  CHECK(bench.engine.run().end == RunEnd::kRunning);
}

TEST_CASE("a run stops before a step later than its limit of cycles, and then it is that late") {
  for (const bool by_pass : {true, false}) {
    Bench bench(2, {.cycles = 15});
    bench.engine.use_by_pass(by_pass);
    bench.add_agent(0, {0, 10, 15, 16, 30});
    bench.add_agent(1, {2, 40});
    const RunOutcome& outcome = bench.engine.run();
    CHECK(outcome.end == RunEnd::kLimit);
    CHECK(outcome.limit == "cycle 15");
    CHECK(outcome.cycle == 15);
    CHECK(bench.engine.now() == 15);
    CHECK(bench.words == Words{"cpu0#1@0", "cpu1#1@2", "cpu0#2@10", "cpu0#3@15"});
  }
}

TEST_CASE("events count as steps and keep to the limits too") {
  Bench bench(1, {.steps = 4});
  for (Cycle at = 1; at <= 9; ++at) bench.add_event(at, 0);
  CHECK(bench.engine.run().limit == "4 steps");
  CHECK(bench.words.back() == "device#4@4");
}

TEST_CASE("too many lanes are our defect") {
  const test::ChildEnding ending = test::in_child([] {
    Engine engine;
    ReferenceChooser reference;
    engine.reset({.lanes = 2}, reference, 1);
    for (const char* name : {"one", "two", "three"}) engine.add_lane(name);
  });
  CHECK(ending.aborted());
}

// --- The end of a run.

TEST_CASE("stop ends the run at the next announcement, and the first stop stands") {
  for (const bool by_pass : {true, false}) {
    Bench bench(2);
    bench.engine.use_by_pass(by_pass);
    bench.add_agent(0, {0, 1, 2, 3});
    bench.add_agent(1, {0, 4});
    bench.on_step = [&bench] {
      if (bench.engine.now() != 2) return;
      bench.engine.stop(bench.finished());
      CHECK(bench.engine.stopped());
      RunOutcome late;
      late.end = RunEnd::kLimit;
      bench.engine.stop(late);
    };
    const RunOutcome& outcome = bench.engine.run();
    CHECK(outcome.end == RunEnd::kFinished);
    CHECK(outcome.cycle == 2);
    CHECK(bench.words == Words{"cpu0#1@0", "cpu1#1@0", "cpu0#2@1", "cpu0#3@2"});
  }
}

TEST_CASE("a finding replaces a finished end, but neither another finding nor a limit") {
  Bench bench(1);
  bench.engine.stop(bench.finished());
  bench.engine.fail(bench.finding("first"));
  CHECK(bench.engine.outcome().finding.name == "first");
  bench.engine.fail(bench.finding("second"));
  CHECK(bench.engine.outcome().finding.name == "first");

  Bench other(1);
  RunOutcome limit;
  limit.end = RunEnd::kLimit;
  other.engine.stop(limit);
  other.engine.fail(other.finding("late"));
  CHECK(other.engine.outcome().end == RunEnd::kLimit);
}

TEST_CASE("a run that was stopped before it began takes no step") {
  Bench bench(1);
  bench.add_agent(0, {0, 1});
  bench.engine.stop(bench.finished());
  CHECK(bench.engine.run().end == RunEnd::kFinished);
  CHECK(bench.words.empty());
}

TEST_CASE("a fiber that is unwound announces without effect until it has left") {
  Engine engine;
  ReferenceChooser reference;
  engine.reset({}, reference, 2);
  struct Leaver {
    Engine* engine;
    AgentId agent;
    trace::LaneId lane;
    Fiber* other;
    int turns = 0;
    static void run(void* argument) {
      Leaver& self = *static_cast<Leaver*>(argument);
      Engine& engine = *self.engine;
      engine.step(self.agent, self.lane, 5);
      while (!engine.unwinding()) engine.step(self.agent, self.lane, engine.now() + 5);
      for (; self.turns < 10; ++self.turns) {
        engine.step(self.agent, self.lane, engine.now() + 1);
        engine.hand_over(self.agent, self.lane, engine.now() + 1, *self.other);
        CHECK(engine.choose(ChoiceKind::kValue, 5, engine.current_step()) == 0);
      }
      engine.hand_over_and_finish(self.agent, self.lane, engine.now() + 1, *self.other);
    }
  };
  std::array<Leaver, 2> leavers{};
  std::array<Fiber*, 2> fibers{};
  for (std::uint32_t i = 0; i < 2; ++i) {
    leavers[i] = {&engine, AgentId(i), engine.add_lane("leaver"), nullptr};
    fibers[i] = &engine.fibers().start(&Leaver::run, &leavers[i]);
    engine.start_agent(AgentId(i), leavers[i].lane, 0, *fibers[i]);
  }
  for (std::uint32_t i = 0; i < 2; ++i) leavers[i].other = fibers[1 - i];
  CHECK_FALSE(engine.unwinding());
  class Stopper final : public EventHandler {
   public:
    explicit Stopper(Engine& engine) : engine_(engine) {}
    void happen(std::uint64_t) override {
      RunOutcome outcome;
      outcome.end = RunEnd::kFinished;
      engine_.stop(outcome);
    }

   private:
    Engine& engine_;
  } stopper(engine);
  engine.schedule(100, leavers[0].lane, stopper, 0);
  engine.run();
  const std::uint64_t steps = engine.steps();
  const Cycle now = engine.now();
  for (Fiber* const fiber : fibers) engine.unwind(*fiber);
  CHECK(engine.unwinding());
  CHECK(leavers[0].turns == 10);
  CHECK(leavers[1].turns == 10);
  CHECK(engine.steps() == steps);
  CHECK(engine.now() == now);
}

// --- Observers.

TEST_CASE("an observer is told of the end of every step, while it wants to be") {
  for (const bool by_pass : {true, false}) {
    Bench bench(1);
    bench.engine.use_by_pass(by_pass);
    bench.engine.observe(&bench);
    bench.add_agent(0, {0, 1, 2, 3, 4, 5});
    bench.on_step = [&bench] {
      if (bench.engine.now() == 1) bench.engine.tell_step_ends(true);
      if (bench.engine.now() == 4) bench.engine.tell_step_ends(false);
    };
    bench.engine.run();
    CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@1", "ended", "cpu0#3@2", "ended", "cpu0#4@3",
                               "ended", "cpu0#5@4", "cpu0#6@5"});
  }
}

TEST_CASE("an event's step is told too, and the observer may end the run") {
  Bench bench(1);
  bench.engine.observe(&bench);
  bench.engine.tell_step_ends(true);
  bench.add_agent(0, {0, 9});
  bench.add_event(4, 0);
  bench.add_event(5, 0);
  bench.on_step_end = [&bench] {
    if (bench.engine.now() == 4) bench.engine.fail(bench.finding("enough"));
  };
  CHECK(bench.engine.run().finding.name == "enough");
  CHECK(bench.words == Words{"cpu0#1@0", "ended", "device#1@4", "ended"});
}

TEST_CASE("an observer may turn itself off in the step that it is told of") {
  Bench bench(1);
  bench.engine.observe(&bench);
  bench.engine.tell_step_ends(true);
  bench.add_agent(0, {0, 1, 2, 3});
  bench.on_step_end = [&bench] { bench.engine.tell_step_ends(bench.engine.now() < 1); };
  bench.engine.run();
  CHECK(bench.words == Words{"cpu0#1@0", "ended", "cpu0#2@1", "ended", "cpu0#3@2", "cpu0#4@3"});
}

TEST_CASE("a deadline is told when all up to it is done, before what is later") {
  for (const bool by_pass : {true, false}) {
    Bench bench(1);
    bench.engine.use_by_pass(by_pass);
    bench.engine.observe(&bench);
    bench.engine.set_deadline(10);
    bench.add_agent(0, {0, 10, 11, 12});
    bench.engine.run();
    CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@10", "deadline@10", "cpu0#3@11", "cpu0#4@12"});
  }
}

TEST_CASE("deadlines follow each other, and one may end the run") {
  Bench bench(1);
  bench.engine.observe(&bench);
  bench.engine.set_deadline(3);
  bench.add_agent(0, {0, 20, 40});
  bench.on_deadline = [&bench] {
    if (bench.engine.now() < 9) {
      bench.engine.set_deadline(bench.engine.now() + 3);
    } else {
      bench.engine.fail(bench.finding("late"));
    }
  };
  CHECK(bench.engine.run().finding.name == "late");
  CHECK(bench.words == Words{"cpu0#1@0", "deadline@3", "deadline@6", "deadline@9"});
  CHECK(bench.engine.outcome().cycle == 9);
}

TEST_CASE("a deadline comes although nothing else does") {
  Bench bench(1);
  bench.engine.observe(&bench);
  bench.engine.set_deadline(50);
  bench.add_agent(0, {0, 1});
  CHECK(bench.engine.run().end == RunEnd::kRunning);
  CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@1", "deadline@50"});
  CHECK(bench.engine.now() == 50);
}

TEST_CASE("a deadline that is set when it has passed is told at once, and time does not go back") {
  Bench bench(1);
  bench.engine.observe(&bench);
  bench.add_agent(0, {0, 10, 20});
  bench.on_step = [&bench] {
    if (bench.engine.now() == 10) bench.engine.set_deadline(4);
  };
  bench.engine.run();
  CHECK(bench.words == Words{"cpu0#1@0", "cpu0#2@10", "deadline@10", "cpu0#3@20"});
}

TEST_CASE("a deadline beyond the limit of cycles is not waited for") {
  Bench bench(1, {.cycles = 30});
  bench.engine.observe(&bench);
  bench.engine.set_deadline(40);
  bench.add_agent(0, {0, 50});
  CHECK(bench.engine.run().limit == "cycle 30");
  CHECK(bench.words == Words{"cpu0#1@0"});
}

// --- Footprints.

TEST_CASE("a footprint is of one step, and is kept only when asked for") {
  for (const bool recorded : {true, false}) {
    for (const bool by_pass : {true, false}) {
      Bench bench(2);
      bench.engine.use_by_pass(by_pass);
      bench.engine.record_footprints(recorded);
      bench.add_agent(0, {0, 1, 2});
      bench.add_agent(1, {1, 3});
      bench.on_step = [&bench, recorded] {
        CHECK(bench.engine.footprint().entries().empty());
        const auto index = static_cast<std::uint32_t>(bench.engine.steps());
        bench.engine.touch({1, index}, Access::kWrite);
        bench.engine.touch({1, index}, Access::kRead);
        CHECK(bench.engine.footprint().entries().size() == (recorded ? 1 : 0));
      };
      bench.engine.run();
    }
  }
}

}  // namespace
}  // namespace ipcsim::engine
