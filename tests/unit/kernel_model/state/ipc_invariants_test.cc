// SPDX-License-Identifier: BSD-2-Clause
// Each test breaks one thing of a kernel at rest and expects to be told so.
#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

TEST_CASE("an open end stands under its descriptor") {
  RestingKernel rig;
  rig.server().descriptors.remove(rig.server_end().fd);
  CHECK(rig.violation() == "invariant: end 0 of server is open, but its descriptor names another");
}

TEST_CASE("an end is in its ready list exactly while it has a bit") {
  RestingKernel with_bit;
  with_bit.server_end().readiness.signaled = true;
  CHECK(with_bit.violation() ==
        "invariant: end 0 of server has bits set and is not in a ready list");
  RestingKernel without;
  without.state().ipc.set_bit(without.server_end(), Bit::kSignaled, Reason::kSignal, 0);
  CHECK(without.violation().empty());
  without.server_end().readiness.signaled = false;
  CHECK(without.violation() == "invariant: end 0 of server has no bits set and is in a ready list");
}

TEST_CASE("a port is in the listen queue exactly while it is on offer, and has no news") {
  RestingKernel rig;
  End& port = *rig.state().ipc.make_port(rig.thread(0), Scope::kFullTask);
  CHECK(rig.violation().empty());
  port.state = EndState::kQueued;
  CHECK(rig.violation() ==
        "invariant: end 1 of server is not in the listen queue against its state");
  rig.state().ipc.offer(port);
  CHECK(rig.violation().empty());
  port.state = EndState::kPort;
  CHECK(rig.violation() == "invariant: end 1 of server is in the listen queue against its state");
  port.state = EndState::kQueued;
  rig.state().ipc.set_bit(port, Bit::kSignaled, Reason::kSignal, 0);
  CHECK(rig.violation() == "invariant: end 1 of server has news, but no client");
}

TEST_CASE("a dead port is not offered, and nobody waits where ports are offered") {
  RestingKernel dead;
  dead.state().ipc.service_of(dead.server().id).ports.push_back(dead.server_end().id);
  dead.close_both();
  CHECK(dead.violation() == "invariant: server offers a dead port");
  RestingKernel both;
  both.state().ipc.offer(*both.state().ipc.make_port(both.thread(0), Scope::kFullTask));
  both.wait_for_port(2, both.server());
  CHECK(both.violation() == "invariant: server offers ports while clients wait");
}

TEST_CASE("a claim stands at the end and at the thread") {
  RestingKernel at_end;
  at_end.server_end().poller = ThreadId(1);
  CHECK(at_end.violation() ==
        "invariant: end 0 of server is claimed by server.two, which does not poll it");
  RestingKernel at_thread;
  at_thread.poll(1, at_thread.server_end());
  CHECK(at_thread.violation().empty());
  at_thread.server_end().poller = ThreadId::none();
  CHECK(at_thread.violation() == "invariant: server.two polls end 0 of server without a claim");
}

TEST_CASE("both ends know their connection, and whoever is left was told of the close") {
  RestingKernel side;
  side.server_end().side = 0;
  CHECK(side.violation().starts_with("invariant: end 0 of server is not an end of its connection"));
  RestingKernel untold;
  untold.state().ipc.close(untold.client_end());
  CHECK(untold.violation() ==
        "invariant: the other end of end 0 of server is closed, and it was not told");
  untold.state().ipc.set_bit(untold.server_end(), Bit::kClosed, Reason::kClosed, 0);
  CHECK(untold.violation().empty());
  RestingKernel half;
  half.client_end().state = EndState::kPort;
  half.client().connections = 0;
  half.client().ports = 1;
  CHECK(half.violation() == "invariant: the other end of end 0 of server is a port");
}

TEST_CASE("ports and connections are counted") {
  RestingKernel ports;
  ++ports.server().ports;
  CHECK(ports.violation() ==
        "invariant: server has 0 ports and 0 connections, but 1 and 0 are counted");
  RestingKernel connections;
  connections.client().connections = 0;
  CHECK(connections.violation() ==
        "invariant: client has 0 ports and 1 connections, but 0 and 0 are counted");
}

TEST_CASE("who waits for a port stands once in the queue of that task, and is counted") {
  RestingKernel rig;
  rig.wait_for_port(2, rig.server());
  CHECK(rig.violation().empty());
  auto& clients = rig.state().ipc.service_of(rig.server().id).clients;
  clients.push_back(ThreadId(2));
  CHECK(rig.violation() ==
        "invariant: client.main waits for a port of server and stands 2 times in its queue");
  clients.clear();
  CHECK(rig.violation() ==
        "invariant: client.main waits for a port of server and stands 0 times in its queue");
  clients.push_back(ThreadId(1));
  CHECK(rig.violation() ==
        "invariant: server.two stands in the queue of server and does not wait for it");
  clients.front() = ThreadId(2);
  rig.client().waiting_connects = 0;
  CHECK(rig.violation() ==
        "invariant: client has 1 threads that wait for a port, but 0 are counted");
}

TEST_CASE("nobody sleeps in a poll of an end that has something to tell") {
  for (const bool all : {false, true}) {
    RestingKernel rig;
    if (all) {
      rig.poll_all(1);
    } else {
      rig.poll(1, rig.server_end());
    }
    CHECK(rig.violation().empty());
    rig.server_end().readiness.signaled = true;
    rig.state().ipc.enter_ready_list(rig.server_end());
    CHECK(rig.violation() ==
          "lost_wakeup: server.two sleeps in a poll of an end that has something to tell");
  }
}

}  // namespace
}  // namespace ipcsim::kernel
