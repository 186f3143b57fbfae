// SPDX-License-Identifier: BSD-2-Clause
// Choices as the engine puts them: menus, holds, deviations and their replay.
#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/engine.h"
#include "tests/support/child_process.h"
#include "tests/unit/sim/engine/toy_program.h"

namespace ipcsim::engine {
namespace {

using Words = std::vector<std::string>;

// Answers by a function, and writes down the menus that it is shown.
class AskedChooser final : public Chooser {
 public:
  explicit AskedChooser(const Engine& engine, ChoiceKinds asked = kAllChoices)
      : engine_(engine), asked_(asked) {}

  ChoiceKinds asked() const override { return asked_; }
  std::uint64_t choose(const Choice& choice) override {
    std::string menu = std::string(name_of(choice.kind)) + " " + text_of(choice.at) + ":";
    for (const Option& option : choice.options) {
      menu += " " + text_of(option.step) + "@" + std::to_string(option.cycle);
      if (!option.can_be_held) menu += "!";
    }
    menus.push_back(menu);
    return answer ? answer(choice) : 0;
  }
  Cycles hold_for(StepName step) override { return hold ? hold(text_of(step)) : 0; }

  std::string text_of(StepName step) const {
    return std::string(engine_.lane_name(step.lane)) + "#" + std::to_string(step.number);
  }

  std::function<std::uint64_t(const Choice&)> answer;
  std::function<Cycles(const std::string&)> hold;
  Words menus;

 private:
  const Engine& engine_;
  ChoiceKinds asked_;
};

// Agents that step at given cycles.
class Walks final : public EventHandler {
 public:
  Walks(Engine& engine, Chooser& chooser, std::vector<std::vector<Cycle>> cycles)
      : engine_(engine) {
    engine.reset({}, chooser, static_cast<std::uint32_t>(cycles.size()));
    device_ = engine.add_lane("device");
    walks_.reserve(cycles.size());
    for (std::uint32_t i = 0; i < cycles.size(); ++i) {
      walks_.push_back({this, AgentId(i), {}, std::move(cycles[i])});
      walks_[i].lane = engine.add_lane(kNames[i]);
      engine.start_agent(AgentId(i), walks_[i].lane, walks_[i].cycles.front(),
                         engine.fibers().start(&Walk::run, &walks_[i]));
    }
  }
  void add_event(Cycle at) { engine_.schedule(at, device_, *this, 0); }
  void happen(std::uint64_t) override { note(); }

  Words words;

 private:
  static constexpr std::string_view kNames[] = {"a", "b", "c", "d"};
  struct Walk {
    Walks* all = nullptr;
    AgentId agent;
    trace::LaneId lane;
    std::vector<Cycle> cycles;

    static void run(void* argument) {
      const Walk& self = *static_cast<Walk*>(argument);
      Engine& engine = self.all->engine_;
      for (std::size_t i = 1;; ++i) {
        self.all->note();
        const bool over = i >= self.cycles.size();
        const Cycle at = over ? kNever : std::max(self.cycles[i], engine.now() + 1);
        engine.step(self.agent, self.lane, at);
      }
    }
  };

  void note() {
    const StepName step = engine_.current_step();
    words.push_back(std::string(engine_.lane_name(step.lane)) + "#" + std::to_string(step.number) +
                    "@" + std::to_string(engine_.now()));
  }

  Engine& engine_;
  trace::LaneId device_;
  std::vector<Walk> walks_;
};

Words texts_of(const std::vector<Deviation>& deviations) {
  Words texts;
  for (const Deviation& deviation : deviations) texts.push_back(to_text(deviation));
  return texts;
}

TEST_CASE("the menu is the first event and who may step until then, in reference order") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  Walks walks(engine, chooser, {{5}, {3}, {5}, {9}});
  walks.add_event(5);
  walks.add_event(6);
  engine.run();
  CHECK(chooser.menus == Words{
                             "order b#1: b#1@3 device#1@5!",
                             "order a#1: a#1@5 c#1@5 device#2@6!",
                             "order c#1: c#1@5 device#2@6!",
                         });
  CHECK(walks.words == Words{"b#1@3", "device#1@5", "a#1@5", "c#1@5", "device#2@6", "d#1@9"});
}

TEST_CASE("only those who want to be asked about order are, and others cost nothing") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kValue));
  Walks walks(engine, chooser, {{5}, {3}});
  engine.run();
  CHECK(chooser.menus.empty());
  CHECK(engine.asks(ChoiceKind::kValue));
  CHECK_FALSE(engine.asks(ChoiceKind::kOrder));
}

TEST_CASE("choosing a step holds everyone before it until then") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  Walks walks(engine, chooser, {{1, 2}, {2, 30}, {10, 11}});
  chooser.answer = [&chooser](const Choice& choice) -> std::uint64_t {
    for (std::uint64_t i = 0; i < choice.count; ++i) {
      if (chooser.text_of(choice.options[i].step) == "c#1") return i;
    }
    return 0;
  };
  engine.run();
  CHECK(walks.words == Words{"c#1@10", "a#1@10", "b#1@10", "a#2@11", "c#2@11", "b#2@30"});
  CHECK(texts_of(engine.deviations()) == Words{"hold a#1 until c#1", "hold b#1 until c#1"});
}

TEST_CASE("a held step stays held over several choices as one deviation") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  Walks walks(engine, chooser, {{1}, {2, 3, 4}});
  chooser.answer = [&chooser](const Choice& choice) -> std::uint64_t {
    return chooser.text_of(choice.options[0].step) == "a#1" && choice.count > 1 ? 1 : 0;
  };
  engine.run();
  CHECK(walks.words == Words{"b#1@2", "b#2@3", "b#3@4", "a#1@4"});
  CHECK(texts_of(engine.deviations()) == Words{"hold a#1 until b#3"});
}

TEST_CASE("events are not held, and hold whoever is before them when chosen") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  Walks walks(engine, chooser, {{1, 20}, {7}});
  walks.add_event(7);
  walks.add_event(8);
  chooser.answer = [&engine](const Choice& choice) {
    return engine.steps() < 2 ? choice.count - 1 : 0;  // the events of 7 and 8
  };
  engine.run();
  CHECK(walks.words == Words{"device#1@7", "device#2@8", "a#1@8", "b#1@8", "a#2@20"});
  CHECK(texts_of(engine.deviations()) ==
        Words{"hold a#1 until device#2", "hold b#1 until device#2"});
}

TEST_CASE("a hold for a time ends by itself, and the step is asked about once") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  int asked = 0;
  chooser.hold = [&asked](const std::string& step) -> Cycles {
    return step == "a#2" && ++asked == 1 ? 10 : 0;
  };
  Walks walks(engine, chooser, {{1, 5, 6}, {8, 9, 30}});
  engine.run();
  CHECK(walks.words == Words{"a#1@1", "b#1@8", "b#2@9", "a#2@15", "a#3@16", "b#3@30"});
  CHECK(texts_of(engine.deviations()) == Words{"hold a#2 for 10 cy"});
}

TEST_CASE("a step that is held is not moved to before the end of its hold") {
  Engine engine;
  AskedChooser chooser(engine, kinds_of(ChoiceKind::kOrder));
  Walks walks(engine, chooser, {{1}, {5, 6, 7}});
  class Mover final : public EventHandler {
   public:
    explicit Mover(Engine& engine) : engine_(engine) {}
    void happen(std::uint64_t at) override { engine_.move_step(AgentId(0), at); }

   private:
    Engine& engine_;
  } mover(engine);
  const trace::LaneId lane = engine.add_lane("mover");
  engine.schedule(3, lane, mover, 3);   // into the hold
  engine.schedule(6, lane, mover, 12);  // behind it
  chooser.hold = [](const std::string& step) -> Cycles { return step == "a#1" ? 9 : 0; };
  bool held = false;
  chooser.hold = [&held](const std::string& step) -> Cycles {
    if (step != "a#1" || held) return 0;
    held = true;
    return 9;
  };
  engine.run();
  CHECK(walks.words == Words{"b#1@5", "b#2@6", "b#3@7", "a#1@12"});
}

TEST_CASE("other choices are put when asked for, and count 1 is none") {
  Engine engine;
  AskedChooser chooser(engine);
  engine.reset({}, chooser, 1);
  const trace::LaneId lane = engine.add_lane("a");
  const StepName at{lane, 1};
  chooser.answer = [](const Choice& choice) { return choice.count - 1; };
  CHECK(engine.choose(ChoiceKind::kValue, 1, at) == 0);
  CHECK(chooser.menus.empty());
  CHECK(engine.choose(ChoiceKind::kValue, 4, at) == 3);
  CHECK(engine.choose(ChoiceKind::kPreempt, 2, at) == 1);
  CHECK(engine.choose(ChoiceKind::kInject, 3, at) == 2);
  const Option options[] = {{{lane, 0}, 0, false}, {{lane, 0}, 0, false}};
  CHECK(engine.choose(ChoiceKind::kPick, 2, at, options) == 1);
  CHECK(texts_of(engine.deviations()) ==
        Words{"value a#1 3", "preempt a#1", "inject 2 a#1", "pick a#1 a"});
  chooser.answer = nullptr;
  CHECK(engine.choose(ChoiceKind::kValue, 4, at) == 0);
  CHECK(engine.deviations().size() == 4);  // the reference is no deviation
}

TEST_CASE("an answer outside the menu is a defect of the chooser") {
  const test::ChildEnding ending = test::in_child([] {
    Engine engine;
    AskedChooser chooser(engine);
    chooser.answer = [](const Choice& choice) { return choice.count; };
    engine.reset({}, chooser, 1);
    engine.choose(ChoiceKind::kValue, 4, {engine.add_lane("a"), 1});
  });
  CHECK(ending.aborted());
}

// --- Walks at random.

TEST_CASE("whoever always answers 0 gets the reference run") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Engine engine;
    ReferenceChooser reference;
    ToyProgram program(engine, seed);
    program.run(reference);
    const std::vector<ToyStep> expected = program.steps();
    AskedChooser chooser(engine);
    program.run(chooser);
    CHECK(program.steps() == expected);
    CHECK(engine.deviations().empty());
  }
}

TEST_CASE("time never runs backwards, whatever the order") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Engine engine;
    RandomChooser random(seed);
    ToyProgram program(engine, seed / 4, {.agents = 2 + static_cast<std::uint32_t>(seed % 4)});
    program.run(random);
    const std::vector<ToyStep>& steps = program.steps();
    CHECK(std::is_sorted(steps.begin(), steps.end(), [](const ToyStep& one, const ToyStep& other) {
      return one.cycle < other.cycle;
    }));
  }
}

TEST_CASE("the deviations of a random walk replay to the same steps") {
  std::size_t deviations = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Engine engine;
    RandomChooser random(seed);
    const ToyShape shape{.agents = 2 + static_cast<std::uint32_t>(seed % 4), .steps = 25};
    ToyProgram program(engine, seed / 4, shape);
    program.run(random);
    const std::vector<ToyStep> walked = program.steps();
    Schedule schedule;
    schedule.deviations = engine.deviations();
    deviations += schedule.deviations.size();
    const std::string text = to_text(schedule);
    CAPTURE(text);
    ScheduleChooser replay(schedule, engine);
    program.run(replay);
    REQUIRE(program.steps() == walked);
    REQUIRE(texts_of(replay.unused()).empty());
    CHECK(to_text(Schedule{{}, 0, engine.deviations()}) == text);
  }
  CHECK(deviations > 3000);  // the walks did depart from the reference
}

}  // namespace
}  // namespace ipcsim::engine
