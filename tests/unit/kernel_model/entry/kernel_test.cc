// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/kernel.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel_model/entry/kernel_rig.h"

namespace ipcsim::kernel {
namespace {

Configuration with_lock(std::string_view value) {
  Configuration config;
  REQUIRE(config.set_policy("kernel_lock", value));
  return config;
}

TEST_CASE("a call commits after entry and `before`, and is back after `after` and exit") {
  for (const std::string_view lock : {"big", "fine"}) {
    KernelRig rig(1, with_lock(lock));
    Cycle began = 0;
    Cycle back = 0;
    rig.thread(rig.task("task"), "task.main", [&](UserThread& self) {
      began = self.now();
      CHECK(self.new_port(Scope::kFullTask));
      back = self.now();
    });
    rig.run();
    const machine::CostModel& cost = rig.cost();
    CHECK(began == cost.address_space_switch + cost.system_call_exit);
    const auto commits = rig.cycles_of(EventCode(SystemCall::new_port));
    REQUIRE(commits.size() == 1);
    CHECK(commits[0] == began + cost.system_call_entry + cost.new_port_before);
    CHECK(back == commits[0] + cost.new_port_after + cost.system_call_exit);
  }
}

TEST_CASE("code that returns ends its thread, the last thread its task, the last task the run") {
  KernelRig rig(1);
  const TaskId task = rig.task("task");
  const ThreadId one = rig.thread(task, "task.one", [](UserThread&) {});
  const ThreadId two = rig.thread(task, "task.two", [&](UserThread& self) {
    CHECK(self.sleep(50'000));
    CHECK(rig.ended(one));
    CHECK_FALSE(rig.ended(task));
  });
  CHECK(rig.run().end == engine::RunEnd::kFinished);
  CHECK(rig.ended(two));
  CHECK(rig.ended(task));
  CHECK(rig.violation().empty());
}

TEST_CASE("a thread that is killed before its first run never runs its code") {
  KernelRig rig(1);
  const TaskId task = rig.task("task");
  bool ran = false;
  rig.thread(task, "task.busy", [](UserThread& self) { CHECK(self.compute(100'000)); });
  const ThreadId victim = rig.thread(task, "task.victim", [&](UserThread&) { ran = true; });
  rig.kernel().kill_from_outside(victim);
  rig.run();
  CHECK_FALSE(ran);
  CHECK(rig.ended(victim));
}

TEST_CASE("killing a task from outside ends all its threads and no other") {
  KernelRig rig(2);
  const TaskId victim = rig.task("victim");
  const TaskId other = rig.task("other");
  bool went_on = false;
  rig.thread(victim, "victim.one", [](UserThread& self) { CHECK_FALSE(self.poll_all()); });
  rig.thread(victim, "victim.two", [](UserThread& self) { CHECK_FALSE(self.sleep(900'000)); });
  rig.thread(other, "other.main", [&](UserThread& self) {
    CHECK(self.sleep(30'000));
    rig.kernel().kill_from_outside(victim);
    CHECK(self.sleep(30'000));
    CHECK(rig.ended(victim));
    went_on = true;
  });
  rig.run();
  CHECK(went_on);
  CHECK(rig.state().tasks[victim].end_cause == EndCause::kKill);
  CHECK(rig.state().tasks[other].end_cause == EndCause::kExit);
  CHECK(rig.engine().now() < 200'000);
}

TEST_CASE("what is computed passes with the next call, or in catch_up") {
  KernelRig rig(1);
  rig.thread(rig.task("task"), "task.main", [&](UserThread& self) {
    const Cycle began = rig.engine().now();
    CHECK(self.compute(500));
    CHECK(rig.engine().now() == began);
    CHECK(self.now() == began + 500);
    CHECK(self.catch_up());
    CHECK(rig.engine().now() == began + 500);
    CHECK(self.catch_up());
    CHECK(rig.engine().now() == began + 500);
    CHECK(self.compute(70));
    CHECK(self.new_port(Scope::kFullTask));
  });
  rig.run();
  CHECK(rig.violation().empty());
}

TEST_CASE("whoever ends a task first says why it ends") {
  KernelRig rig(2);
  const TaskId task = rig.task("task");
  rig.thread(
      task, "task.killer",
      [&](UserThread& self) {
        CHECK(self.compute(20'000));
        CHECK_FALSE(self.kill(task));
      },
      CpuId(0));
  // Comes to the same lock a little later, and exits from inside the call that it is in.
  rig.thread(
      task, "task.exits",
      [](UserThread& self) {
        CHECK(self.compute(20'010));
        CHECK_FALSE(self.exit_task());
      },
      CpuId(1));
  rig.run();
  CHECK(rig.ended(task));
  CHECK(rig.cycles_of(EventCode(SystemCall::kill)).size() == 1);
  CHECK(rig.cycles_of(EventCode(SystemCall::exit_task)).size() == 1);
  CHECK(rig.state().tasks[task].end_cause == EndCause::kKill);
}

TEST_CASE("every call of a thread that has ended gives killed and changes nothing") {
  KernelRig rig(1);
  const TaskId task = rig.task("task");
  rig.thread(task, "task.main", [&](UserThread& self) {
    CHECK_FALSE(self.exit_thread());
    const auto killed = [](const auto& result) {
      return !result && result.error() == KernelError::killed;
    };
    CHECK(killed(self.new_port(Scope::kFullTask)));
    CHECK(killed(self.connect(task, Scope::kFullTask)));
    CHECK(killed(self.poll_all()));
    CHECK(killed(self.sleep(5)));
    CHECK(killed(self.yield()));
    CHECK(killed(self.compute(5)));
    CHECK(killed(self.catch_up()));
    CHECK(killed(self.random(5)));
    CHECK(killed(self.exit_task()));
    CHECK(killed(self.kill(task)));
  });
  rig.run();
  CHECK(rig.state().ipc.ends().empty());
  CHECK(rig.violation().empty());
}

}  // namespace
}  // namespace ipcsim::kernel
