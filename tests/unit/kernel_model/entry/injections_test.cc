// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/injections.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel_model/entry/kernel_rig.h"

namespace ipcsim::kernel {
namespace {

Injection injection(InjectionKind kind, TaskId task, Cycle at) {
  Injection made;
  made.kind = kind;
  made.task = task;
  made.at = at;
  return made;
}

// Lets one injection happen at one of the steps at which it may.
class Injector final : public engine::Chooser {
 public:
  Injector(std::uint64_t answer, int question) : answer_(answer), question_(question) {}
  engine::ChoiceKinds asked() const override {
    return engine::kinds_of(engine::ChoiceKind::kInject);
  }
  std::uint64_t choose(const engine::Choice& choice) override {
    ways = choice.count;
    const int question = asked_times++;
    return question == question_ || question == question_ + 3 ? answer_ : 0;
  }
  std::uint64_t ways = 0;
  int asked_times = 0;

 private:
  std::uint64_t answer_;
  int question_;
};

TEST_CASE("one with a cycle happens then: a task or a thread is killed") {
  for (const bool whole : {false, true}) {
    KernelRig rig(1);
    const trace::LaneId lane = rig.engine().add_lane("injection");
    const TaskId task = rig.task("task");
    const ThreadId victim =
        rig.thread(task, "task.one", [](UserThread& self) { CHECK_FALSE(self.poll_all()); });
    rig.thread(task, "task.two", [&](UserThread& self) {
      CHECK(self.sleep(60'000).ok() == !whole);
      CHECK(rig.ended(victim));
    });
    Injection made =
        injection(whole ? InjectionKind::kKillTask : InjectionKind::kKillThread, task, 20'000);
    made.thread = victim;
    rig.injections().add(made, lane);
    CHECK_FALSE(rig.injections().open());
    CHECK(rig.run().end == engine::RunEnd::kFinished);
    CHECK(rig.ended(task));
    CHECK((rig.engine().now() < 60'000) == whole);
    CHECK(rig.violation().empty());
  }
}

TEST_CASE("one without a cycle is a choice after every step, and happens once") {
  Injector injector(1, 4);
  KernelRig rig(1, {}, &injector);
  const TaskId task = rig.task("task");
  rig.thread(task, "task.main", [&](UserThread& self) {
    while (self.new_port(Scope::kFullTask)) {
    }
    CHECK(rig.state().tasks[task].exhausted != 0);
    rig.state().tasks[task].exhausted = 0;  // a second one would set it again
    for (int times = 0; times < 5; ++times) CHECK(self.new_port(Scope::kFullTask));
  });
  Injection made = injection(InjectionKind::kExhaust, task, kNever);
  made.limit = LimitName::ports;
  rig.injections().add(made, trace::LaneId::none());
  CHECK(rig.injections().open());
  rig.run();
  CHECK_FALSE(rig.injections().open());
  CHECK(injector.ways == 2);
  CHECK(rig.violation().empty());
}

TEST_CASE("the reference lets none without a cycle happen") {
  KernelRig rig(1);
  const TaskId task = rig.task("task");
  rig.thread(task, "task.main", [](UserThread& self) { CHECK(self.sleep(1'000)); });
  rig.injections().add(injection(InjectionKind::kKillTask, task, kNever), trace::LaneId::none());
  rig.run();
  CHECK(rig.injections().open());
  CHECK(rig.state().tasks[task].end_cause == EndCause::kExit);
}

TEST_CASE("nothing happens to a task that has ended") {
  KernelRig rig(1);
  const trace::LaneId lane = rig.engine().add_lane("injection");
  const TaskId early = rig.task("early");
  rig.thread(early, "early.main", [](UserThread&) {});
  rig.thread(rig.task("late"), "late.main", [](UserThread& self) { CHECK(self.sleep(90'000)); });
  for (const InjectionKind kind : {InjectionKind::kKillTask, InjectionKind::kSpuriousWakeup}) {
    rig.injections().add(injection(kind, early, 50'000), lane);
  }
  CHECK(rig.run().end == engine::RunEnd::kFinished);
  CHECK(rig.state().tasks[early].end_cause == EndCause::kExit);
  CHECK(rig.violation().empty());
}

TEST_CASE("a spurious wakeup goes to an end that is polled, though it is not the first") {
  KernelRig rig(1);
  const trace::LaneId lane = rig.engine().add_lane("injection");
  const TaskId server = rig.task("server");
  rig.thread(server, "server.main", [](UserThread& self) {
    for (int ports = 0; ports < 2; ++ports) {
      const auto port = self.new_port(Scope::kFullTask);
      REQUIRE(port);
      CHECK(self.push_to_listen_queue(*port));
      const Descriptor set[] = {*port};
      CHECK(self.poll(set)->kind == EventKind::kOpened);
    }
    const Descriptor second[] = {{1}};
    const auto event = self.poll(second, 90'000);
    REQUIRE(event);
    CHECK(event->kind == EventKind::kSignaled);
    const Descriptor first[] = {{0}};
    CHECK(self.poll(first, 0)->kind == EventKind::kTimedOut);
  });
  rig.thread(rig.task("client"), "client.main", [&](UserThread& self) {
    for (int made = 0; made < 2;) {
      if (self.connect(server, Scope::kThreadLocal)) ++made;
      if (!self.sleep(500)) return;
    }
    CHECK(self.sleep(120'000));
  });
  rig.injections().add(injection(InjectionKind::kSpuriousWakeup, server, 40'000), lane);
  rig.run();
  CHECK(rig.violation().empty());
}

}  // namespace
}  // namespace ipcsim::kernel
