// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/system_call_path.h"

#include <doctest/doctest.h>

#include "tests/support/child_process.h"
#include "tests/unit/kernel_model/entry/kernel_rig.h"

namespace ipcsim::kernel {
namespace {

// A kernel with many locks and one thread, which makes a call of the test's own.
class Caller {
 public:
  using Call = std::function<void(KernelRig&, Thread&, Task&)>;

  explicit Caller(const Call& call, std::string_view lock = "fine") : rig_(1, fine(lock)) {
    const TaskId task = rig_.task("task");
    rig_.thread(task, "task.main", [this, &call, task](UserThread& self) {
      call(rig_, rig_.state().tasks[self.id()], rig_.state().tasks[task]);
    });
    rig_.run();
  }
  const std::string& violation() const { return rig_.violation(); }

 private:
  static Configuration fine(std::string_view lock) {
    Configuration config;
    REQUIRE(config.set_policy("kernel_lock", lock));
    return config;
  }
  KernelRig rig_;
};

TEST_CASE("locks are held from where they are taken to the commit, and what they cost is in it") {
  Cycle expected = 0;
  Caller caller([&](KernelRig& rig, Thread& self, Task& task) {
    const Cycle began = rig.engine().now();
    SystemCallPath path(rig.kernel(), self, SystemCall::read);
    CHECK(path.lock(task.descriptor_lock));
    CHECK(task.descriptor_lock.holder == self.id);
    CHECK(path.lock(task.ready_lock));
    CHECK(path.lock(task.ready_lock));  // a lock that is held is not taken again
    CHECK(self.held_locks.size() == 2);
    CHECK(path.commit(300));
    expected = began + rig.cost().system_call_entry + 300;
    CHECK(rig.engine().now() == expected);
    CHECK(self.held_locks.size() == 2);
    CHECK(path.leave(50));
    CHECK(self.held_locks.empty());
    CHECK_FALSE(task.descriptor_lock.owner.valid());
    CHECK(rig.engine().now() == expected + 50 + rig.cost().system_call_exit);
  });
  CHECK(expected > 0);
  CHECK(caller.violation().empty());
}

TEST_CASE("big: every lock is the one, and handing over gives nothing back") {
  Caller caller(
      [](KernelRig& rig, Thread& self, Task& task) {
        SystemCallPath path(rig.kernel(), self, SystemCall::read);
        CHECK(path.lock(task.descriptor_lock));
        CHECK(path.lock(self.wait_lock));
        CHECK(self.held_locks.size() == 1);
        CHECK(rig.state().big_lock.holder == self.id);
        path.hand_over(task.descriptor_lock);
        CHECK(rig.state().big_lock.holder == self.id);
        CHECK(path.commit(300));
        CHECK(path.leave(1));
        CHECK_FALSE(rig.state().big_lock.owner.valid());
      },
      "big");
  CHECK(caller.violation().empty());
}

TEST_CASE("fine: a lock that is handed over is free, the others stay") {
  Caller caller([](KernelRig& rig, Thread& self, Task& task) {
    SystemCallPath path(rig.kernel(), self, SystemCall::read);
    CHECK(path.lock(task.descriptor_lock));
    CHECK(path.lock(task.ready_lock));
    path.hand_over(task.descriptor_lock);
    CHECK_FALSE(task.descriptor_lock.owner.valid());
    CHECK(task.ready_lock.holder == self.id);
    path.hand_over(task.descriptor_lock);  // what is not held is left alone
    CHECK(path.lock(self.wait_lock));
    CHECK(path.commit(300));
    CHECK(path.leave(1));
  });
  CHECK(caller.violation().empty());
}

TEST_CASE("a lock of lower rank, or of a lower index in its rank, cannot be taken on top") {
  const auto ending = test::in_child([] {
    Caller([](KernelRig& rig, Thread& self, Task& task) {
      SystemCallPath path(rig.kernel(), self, SystemCall::read);
      static_cast<void>(path.lock(task.ready_lock));
      static_cast<void>(path.lock(task.descriptor_lock));
    });
  });
  CHECK(ending.aborted());
  CHECK(ending.error_output.find("against their order") != std::string::npos);
  const auto same_rank = test::in_child([] {
    Caller([](KernelRig& rig, Thread& self, Task& task) {
      SystemCallPath path(rig.kernel(), self, SystemCall::read);
      static_cast<void>(path.lock(self.ready_lock));
      static_cast<void>(path.lock(task.ready_lock));
    });
  });
  CHECK(same_rank.aborted());
}

TEST_CASE("a call that fails is counted, gives its error and holds nothing") {
  Caller caller([](KernelRig& rig, Thread& self, Task& task) {
    SystemCallPath path(rig.kernel(), self, SystemCall::read);
    CHECK(path.lock(task.descriptor_lock));
    CHECK(path.commit(300));
    const Call<Nothing> failed = path.fail(KernelError::busy, 10);
    CHECK(failed.error() == KernelError::busy);
    CHECK(rig.state().count_of(SystemCall::read).failures == 1);
    CHECK(self.held_locks.empty());
  });
  CHECK(caller.violation().empty());
}

TEST_CASE("whoever is to end gets nothing new, and runs on to the exit of its call") {
  for (const bool asks : {false, true}) {
    bool left = false;
    Caller caller([&](KernelRig& rig, Thread& self, Task& task) {
      SystemCallPath path(rig.kernel(), self, SystemCall::read);
      CHECK(path.lock(task.descriptor_lock));
      self.killed = true;
      CHECK(path.commit(300));
      CHECK(task.descriptor_lock.holder == self.id);
      if (asks) {
        CHECK(path.ends_instead());
      } else {
        CHECK_FALSE(path.leave(10));
      }
      left = true;
      CHECK(self.state == RunState::kEnded);
      CHECK(self.end_cause == EndCause::kKill);
      CHECK_FALSE(path.lock(task.descriptor_lock));
      CHECK_FALSE(path.commit(1));
    });
    CHECK(left);
    CHECK(caller.violation().empty());
  }
}

TEST_CASE("try_lock does not wait") {
  Configuration config;
  REQUIRE(config.set_policy("kernel_lock", "fine"));
  KernelRig rig(2, config);
  const TaskId task = rig.task("task");
  KernelLock& lock = rig.state().tasks[task].descriptor_lock;
  const auto call = [&](UserThread& self, Cycles after, bool free) {
    CHECK(self.compute(after));
    SystemCallPath path(rig.kernel(), rig.state().tasks[self.id()], SystemCall::read);
    bool taken = false;
    CHECK(path.try_lock(lock, taken));
    CHECK(taken == free);
    CHECK((lock.holder == self.id()) == free);
    CHECK(path.commit(1'000));
    CHECK(path.leave(1));
  };
  rig.thread(
      task, "task.one", [&](UserThread& self) { call(self, 0, true); }, CpuId(0));
  rig.thread(
      task, "task.two", [&](UserThread& self) { call(self, 100, false); }, CpuId(1));
  rig.run();
  CHECK(rig.violation().empty());
}

}  // namespace
}  // namespace ipcsim::kernel
