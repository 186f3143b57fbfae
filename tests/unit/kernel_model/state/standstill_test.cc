// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/state/standstill.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

using Details = std::vector<std::string>;

TEST_CASE("a deadlock names every foreground thread and whom it waits for") {
  RestingKernel rig;
  rig.poll(0, rig.server_end());
  rig.poll(2, rig.client_end());
  rig.thread(1).background = true;
  const engine::Finding finding = explain_standstill(rig.state());
  CHECK(finding.name == "deadlock");
  CHECK(finding.message == "2 threads can never run again");
  CHECK(finding.details == Details{"server.one polls 0 (its other end belongs to client.main)",
                                   "client.main polls -1 (its other end belongs to server)"});
  REQUIRE(finding.lanes.size() == 2);
  CHECK(finding.lanes[0] == rig.thread(0).lane);
  CHECK(finding.lanes[1] == rig.thread(2).lane);
}

TEST_CASE("each kind of wait has its words") {
  RestingKernel rig;
  End& port = *rig.state().ipc.make_port(rig.thread(0), Scope::kThreadLocal);
  rig.poll(0, port);
  rig.wait_for_port(1, rig.client());
  rig.poll_all(2);
  CHECK(explain_standstill(rig.state()).details ==
        Details{"server.one polls -1 (a port that is not on offer)",
                "server.two waits for a port of client",
                "client.main polls all 0 full-task ends of client"});
  rig.state().ipc.offer(port);
  rig.thread(1).state = RunState::kAwaiting;
  rig.thread(2).state = RunState::kSleeping;
  CHECK(explain_standstill(rig.state()).details ==
        Details{"server.one polls -1 (a port that waits for a client)",
                "server.two awaits a condition of the scenario", "client.main sleeps"});
  rig.thread(1).state = RunState::kReady;
  rig.thread(2).state = RunState::kRunning;
  CHECK(explain_standstill(rig.state()).details[1] == "server.two is ready, but no CPU takes it");
  CHECK(explain_standstill(rig.state()).details[2] == "client.main runs");
}

TEST_CASE("who spins for a lock is named with the holder, also in the background") {
  RestingKernel rig;
  KernelLock& lock = rig.state().task_table_lock;
  rig.run(1, 0);
  rig.thread(1).wanted_lock = &lock;
  rig.thread(1).background = true;
  CHECK(explain_standstill(rig.state()).details[1] ==
        "server.two spins on a kernel lock held by nobody");
  lock.holder = ThreadId(0);
  CHECK(explain_standstill(rig.state()).details[1] ==
        "server.two spins on a kernel lock held by server.one");
}

TEST_CASE("a poller that sleeps on news is a lost wakeup, and its lane is named alone") {
  RestingKernel rig;
  rig.poll(1, rig.server_end());
  CHECK(overlooked_pollers(rig.state()).empty());
  rig.server_end().readiness.signaled = true;
  rig.state().ipc.enter_ready_list(rig.server_end());
  const auto overlooked = overlooked_pollers(rig.state());
  REQUIRE(overlooked.size() == 1);
  CHECK(overlooked.front() == &rig.thread(1));
  rig.thread(1).source = {.file = 0, .line = 12};
  const engine::Finding finding = explain_standstill(rig.state());
  CHECK(finding.name == "lost_wakeup");
  CHECK(finding.message == "server.two sleeps in a poll of an end that has something to tell");
  CHECK(finding.source.line == 12);
  REQUIRE(finding.lanes.size() == 1);
  CHECK(finding.lanes.front() == rig.thread(1).lane);
  CHECK(finding.details[1] ==
        "server.two polls 0 (its other end belongs to client.main; it has signaled)");
}

TEST_CASE("who has ended is not named") {
  RestingKernel rig;
  rig.close_both();
  rig.end(rig.server());
  const engine::Finding finding = explain_standstill(rig.state());
  CHECK(finding.message == "1 thread can never run again");
  CHECK(finding.details == Details{"client.main sleeps"});
}

}  // namespace
}  // namespace ipcsim::kernel
