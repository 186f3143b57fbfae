// SPDX-License-Identifier: BSD-2-Clause
// Each test breaks one thing of a kernel at rest and expects to be told so.
#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("a task that has ended leaves nothing") {
  RestingKernel nothing;
  nothing.close_both();
  nothing.end(nothing.server());
  CHECK(nothing.violation().empty());
  RestingKernel open;
  open.end(open.server());
  CHECK(open.violation() == "leak: server has ended and still has open ends");
}

TEST_CASE("a task that has ended is in no queue") {
  RestingKernel waiting;
  waiting.close_both();
  waiting.end(waiting.server());
  waiting.wait_for_port(2, waiting.server());
  CHECK(waiting.violation() == "leak: server has ended and clients still wait for it");
  RestingKernel polled;
  polled.close_both();
  polled.end(polled.server());
  polled.server().poll_all_thread = ThreadId(1);
  CHECK(polled.violation() == "leak: server has ended and is still polled");
  RestingKernel connecting;
  connecting.close_both();
  connecting.end(connecting.client());
  connecting.client().waiting_connects = 1;
  // The queues disagree as well; the books of the ended task alone say whose they are.
  const auto found = check_lifetimes(connecting.state());
  REQUIRE(found);
  CHECK(found->message == "client has ended and still waits for a port");
}

TEST_CASE("a task that has ended offers no port") {
  RestingKernel rig;
  rig.close_both();
  rig.end(rig.server());
  rig.state().ipc.service_of(rig.server().id).ports.push_back(rig.server_end().id);
  const auto found = check_lifetimes(rig.state());
  REQUIRE(found);
  CHECK(found->finding == "leak");
  CHECK(found->message == "server has ended and still offers a port");
}

TEST_CASE("a thread that has ended leaves no end and no lock, while its task lives") {
  RestingKernel end;
  end.thread(2).state = RunState::kEnded;
  end.thread(2).wait.state = WaitState::kNone;
  --end.state().foreground_threads;
  CHECK(end.violation() == "leak: client.main has ended and still has open ends");
  end.client().state = TaskState::kDying;  // then its last thread closes them
  CHECK(end.violation().empty());
  RestingKernel lock;
  lock.thread(1).state = RunState::kEnded;
  lock.thread(1).wait.state = WaitState::kNone;
  --lock.state().foreground_threads;
  KernelLock& held = lock.state().task_table_lock;
  held.owner = CpuId(0);
  held.holder = ThreadId(1);
  lock.thread(1).held_locks.push_back(&held);
  CHECK(lock.violation() == "leak: server.two has ended and holds a kernel lock");
}

TEST_CASE("no descriptor reaches an end of another task or thread") {
  RestingKernel task;
  const auto fd = task.client().descriptors.add(task.server_end().id);
  REQUIRE(fd);
  CHECK(task.violation() == "isolation: descriptor 0 of client reaches an end of another");
  RestingKernel thread;
  End& own = *thread.state().ipc.make_port(thread.thread(0), Scope::kThreadLocal);
  REQUIRE(thread.thread(1).descriptors.add(own.id));
  CHECK(thread.violation() == "isolation: descriptor -1 of server.two reaches an end of another");
}

}  // namespace
}  // namespace ipcsim::kernel
