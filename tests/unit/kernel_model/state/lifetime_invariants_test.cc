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
  REQUIRE(end.state().ipc.make_port(end.thread(1), Scope::kThreadLocal));
  end.end(end.thread(1));
  CHECK(end.violation() == "leak: server.two has ended and still has open ends");
  end.server().state = TaskState::kDying;  // then its last thread closes them
  CHECK(end.violation().empty());
  RestingKernel lock;
  lock.end(lock.thread(1));
  KernelLock& held = lock.state().task_table_lock;
  held.owner = CpuId(0);
  held.holder = ThreadId(1);
  lock.thread(1).held_locks.push_back(&held);
  CHECK(lock.violation() == "leak: server.two has ended and holds a kernel lock");
}

TEST_CASE("a thread that has ended waits for no timer") {
  RestingKernel rig;
  Thread& sleeper = rig.thread(1);
  sleeper.wait.timer_cpu = CpuId(0);
  sleeper.wait.timer = rig.cpu(0).timers->push(1'000, sleeper.id);
  CHECK(rig.violation().empty());
  rig.end(sleeper);
  CHECK(rig.violation() == "leak: server.two has ended and a timer still runs for it");
}

TEST_CASE("a task ends with its last thread") {
  RestingKernel rig;
  rig.close_both();
  rig.end(rig.thread(0));
  CHECK(rig.violation().empty());
  rig.end(rig.thread(1));
  CHECK(rig.violation() == "leak: server has no thread left and has not ended");
}

TEST_CASE("a frame that is not free is held by somebody who lives, or mapped") {
  RestingKernel rig;
  rig.close_both();
  const auto frame = rig.state().frames.take(FrameUse::kData, rig.client().id);
  REQUIRE(frame);
  CHECK(rig.violation().empty());
  rig.end(rig.client());
  CHECK(rig.violation() == "leak: frame 1 belongs to client, which has ended");
  RestingKernel nobody;
  REQUIRE(nobody.state().frames.take(FrameUse::kData, TaskId::none()));
  CHECK(nobody.violation() == "leak: frame 1 belongs to nobody and is not free");
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
