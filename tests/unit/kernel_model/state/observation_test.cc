// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/state/observation.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("it counts what a task has: connections, ports, its queue, who waits for it") {
  RestingKernel rig;
  const Observation seen(rig.state());
  const TaskId server = rig.server().id;
  const TaskId client = rig.client().id;
  CHECK(seen.connections(client) == 1);
  CHECK(seen.connections(server) == 0);
  CHECK(seen.ports(server) == 0);
  End& port = *rig.state().ipc.make_port(rig.thread(0), Scope::kFullTask);
  CHECK(seen.ports(server) == 1);
  CHECK(seen.listen_queue(server) == 0);
  rig.state().ipc.offer(port);
  CHECK(seen.listen_queue(server) == 1);
  CHECK(seen.waiting_connects(client) == 0);
  rig.wait_for_port(0, rig.client());
  CHECK(seen.waiting_connects(client) == 1);
}

TEST_CASE("it says how a thread is and whether and why something ended") {
  RestingKernel rig;
  const Observation seen(rig.state());
  CHECK(seen.run_state(ThreadId(0)) == RunState::kSleeping);
  CHECK_FALSE(seen.ended(ThreadId(0)));
  CHECK_FALSE(seen.end_cause(ThreadId(0)));
  CHECK_FALSE(seen.end_cause(rig.server().id));
  rig.server().end_cause = EndCause::kKill;
  rig.thread(0).end_cause = EndCause::kKill;
  rig.server().state = TaskState::kDying;
  CHECK_FALSE(seen.ended(rig.server().id));  // dying is not ended
  rig.end(rig.server());
  CHECK(seen.ended(rig.server().id));
  CHECK(seen.ended(ThreadId(0)));
  CHECK(seen.end_cause(rig.server().id) == EndCause::kKill);
  CHECK(seen.end_cause(ThreadId(0)) == EndCause::kKill);
  CHECK(seen.end_cause(ThreadId(1)) == EndCause::kExit);
}

TEST_CASE("it sees the bits of an end through the descriptor of its owner alone") {
  RestingKernel rig;
  const Observation seen(rig.state());
  const Descriptor fd = rig.server_end().fd;
  CHECK_FALSE(seen.signaled(ThreadId(0), fd));
  rig.state().ipc.set_bit(rig.server_end(), Bit::kSignaled, Reason::kSignal, 0);
  CHECK(seen.signaled(ThreadId(0), fd));
  CHECK(seen.signaled(ThreadId(1), fd));
  CHECK_FALSE(seen.signaled(ThreadId(2), fd));
  CHECK_FALSE(seen.closed(ThreadId(0), fd));
  rig.state().ipc.set_bit(rig.server_end(), Bit::kClosed, Reason::kClosed, 0);
  CHECK(seen.closed(ThreadId(0), fd));
}

}  // namespace
}  // namespace ipcsim::kernel
