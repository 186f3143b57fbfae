// SPDX-License-Identifier: BSD-2-Clause
// Each test breaks one thing of a kernel at rest and expects to be told so.
#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("a kernel at rest, running, waiting or ready breaks no invariant") {
  RestingKernel kernel;
  CHECK(kernel.violation().empty());
  kernel.run(0, 1);
  CHECK(kernel.violation().empty());
  kernel.state().ipc.complete(kernel.thread(1), Reason::kSleepOver, 0);
  CHECK(kernel.violation().empty());
  kernel.poll(2, kernel.client_end());
  CHECK(kernel.violation().empty());
}

TEST_CASE("a thread that is ready stands in the run queue, and nobody else does") {
  RestingKernel missing;
  missing.thread(0).state = RunState::kReady;
  missing.thread(0).wait.state = WaitState::kNone;
  CHECK(missing.violation() == "invariant: server.one is ready but not in the run queue");
  RestingKernel queued;
  queued.state().scheduler.add_at_start(queued.thread(0));
  CHECK(queued.violation() == "invariant: server.one is sleeping but in the run queue");
}

TEST_CASE("a thread that runs is on a CPU, and nobody else is") {
  RestingKernel nowhere;
  nowhere.run(0, 1);
  nowhere.cpu(1).current = &nowhere.cpu(1).idle;
  CHECK(nowhere.violation() == "invariant: server.one is running but not on a CPU");
  RestingKernel sleeps;
  sleeps.run(0, 1);
  sleeps.thread(0).state = RunState::kSleeping;
  sleeps.thread(0).wait.state = WaitState::kWaiting;
  CHECK(sleeps.violation() == "invariant: server.one is sleeping but on a CPU");
  RestingKernel elsewhere;
  elsewhere.cpu(1).current = &elsewhere.cpu(0).idle;
  CHECK(elsewhere.violation() == "invariant: CPU 1 runs a thread that is elsewhere");
}

TEST_CASE("who is blocked waits for something, and who waits is blocked") {
  RestingKernel nothing;
  nothing.thread(0).wait.state = WaitState::kNone;
  CHECK(nothing.violation() == "invariant: server.one is sleeping but waits for nothing");
  RestingKernel running;
  running.run(0, 0);
  running.thread(0).wait.state = WaitState::kWaiting;
  CHECK(running.violation() == "invariant: server.one is running but its wait has not ended");
}

TEST_CASE("a ready thread does not wait beside an idle CPU that may run it") {
  RestingKernel kernel;
  kernel.state().ipc.complete(kernel.thread(0), Reason::kSleepOver, 0);
  REQUIRE(kernel.cpu(0).told);
  CHECK(kernel.violation().empty());
  kernel.cpu(0).told = false;
  CHECK(kernel.violation() ==
        "invariant: server.one is ready, CPU 0 is idle and has not been told");
  kernel.cpu(1).awake = true;  // it looks for work anyway
  CHECK(kernel.violation().empty());
  kernel.thread(0).pinned = CpuId(0);
  CHECK_FALSE(kernel.violation().empty());
  kernel.run(1, 0);  // the only CPU that may run it is busy
  CHECK(kernel.violation().empty());
}

TEST_CASE("who blocks holds no kernel lock, and whoever holds one is known to it") {
  RestingKernel blocked;
  KernelLock& lock = blocked.state().task_table_lock;
  lock.owner = CpuId(0);
  lock.holder = ThreadId(0);
  blocked.thread(0).held_locks.push_back(&lock);
  CHECK(blocked.violation() == "invariant: server.one is sleeping and holds a kernel lock");
  blocked.run(0, 0);
  CHECK(blocked.violation().empty());
  lock.holder = ThreadId(1);
  CHECK(blocked.violation() == "invariant: server.two has left the kernel and kept a lock");
  blocked.run(1, 1);
  blocked.thread(1).wanted_lock = &lock;
  CHECK(blocked.violation() == "invariant: server.one thinks that it holds a lock of another");
}

TEST_CASE("nobody leaves the kernel with a lock, whichever it is") {
  RestingKernel rig;
  KernelState& state = rig.state();
  KernelLock* const locks[] = {
      &state.big_lock,
      &state.task_table_lock,
      &state.scheduler.lock(),
      &rig.server().descriptor_lock,
      &rig.server().ready_lock,
      &state.ipc.service_of(rig.server().id).lock,
      &state.ipc[rig.server_end().connection].lock,
      &rig.thread(2).wait_lock,
      &rig.thread(2).ready_lock,
  };
  for (KernelLock* const lock : locks) {
    lock->owner = CpuId(0);
    lock->holder = ThreadId(0);
    CHECK(rig.violation() == "invariant: server.one has left the kernel and kept a lock");
    lock->owner = CpuId::none();
    lock->holder = ThreadId::none();
  }
  CHECK(rig.violation().empty());
}

TEST_CASE("kernel locks are held and wanted in ascending order") {
  RestingKernel rig;
  rig.run(0, 0);
  Thread& thread = rig.thread(0);
  const auto hold = [&thread](KernelLock& lock) {
    lock.owner = CpuId(0);
    lock.holder = thread.id;
    thread.held_locks.push_back(&lock);
  };
  hold(rig.server().descriptor_lock);
  hold(rig.thread(1).wait_lock);
  CHECK(rig.violation().empty());
  thread.wanted_lock = &rig.thread(2).wait_lock;
  CHECK(rig.violation().empty());
  thread.wanted_lock = &rig.thread(0).wait_lock;  // the same rank, a lower index
  CHECK(rig.violation() == "invariant: server.one takes kernel locks against their order");
  thread.wanted_lock = &rig.server().ready_lock;
  CHECK(rig.violation() == "invariant: server.one takes kernel locks against their order");
  thread.wanted_lock = nullptr;
  hold(rig.state().task_table_lock);
  CHECK(rig.violation() == "invariant: server.one takes kernel locks against their order");
}

TEST_CASE("the threads that keep the run alive are counted") {
  RestingKernel rig;
  rig.thread(1).background = true;
  CHECK(rig.violation() == "invariant: 2 threads keep the run alive, but 3 are counted");
}

}  // namespace
}  // namespace ipcsim::kernel
