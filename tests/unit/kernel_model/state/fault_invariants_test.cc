// SPDX-License-Identifier: BSD-2-Clause
// Each test breaks one thing of the faults of a kernel at rest and expects to be told so.
#include <doctest/doctest.h>

#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

// The server handles page faults; the client's thread waits for it.
class FaultedKernel : public RestingKernel {
 public:
  FaultedKernel() {
    server().privileged = true;
    End* const socket = state().ipc.make_kernel_socket(thread(0), Scope::kThreadLocal);
    state().faults.open(*socket, 0);
    thread(2).state = RunState::kFaulted;
    PageFault fault;
    fault.task = client().id;
    fault.thread = ThreadId(2);
    fault.page = 0x1000;
    state().faults.queue(thread(2), fault);
  }
  FaultRecord& record() { return *state().faults.records().front(); }
};

TEST_CASE("a kernel with a fault is whole") {
  FaultedKernel rig;
  CHECK(rig.violation().empty());
  rig.state().faults.take(rig.record());
  CHECK(rig.violation().empty());
}

TEST_CASE("a faulted thread waits for exactly one record, and it for the thread") {
  FaultedKernel missing;
  missing.record().waiters.front() = ThreadId(1);
  CHECK(missing.violation() == "invariant: server.two stands at fault 1 and does not wait for it");
  FaultedKernel twice;
  twice.record().waiters.push_back(ThreadId(2));
  CHECK(twice.violation() == "invariant: client.main is faulted and stands at 2 faults");
  FaultedKernel nobody;
  nobody.record().waiters.clear();
  CHECK(nobody.violation() == "invariant: nobody waits for fault 1");
  FaultedKernel awake;
  awake.record().waiters.push_back(ThreadId(1));
  CHECK(awake.violation() == "invariant: server.two stands at fault 1 and does not wait for it");
  FaultedKernel remembers;
  remembers.thread(1).wait.fault = 1;
  CHECK(remembers.violation() == "invariant: server.two is sleeping and remembers a fault");
}

TEST_CASE("queued faults are counted") {
  FaultedKernel rig;
  rig.client().queued_faults = 0;
  CHECK(rig.violation() == "invariant: client has 1 queued faults, but 0 are counted");
}

TEST_CASE("the daemon is privileged, and its end open") {
  FaultedKernel rig;
  rig.server().privileged = false;
  CHECK(rig.violation() ==
        "invariant: server hears of page faults by an end that is no socket of a privileged task");
}

TEST_CASE("a task that has ended leaves no fault") {
  FaultedKernel rig;
  rig.close_both();
  rig.end(rig.client());
  CHECK(rig.violation() == "leak: client has ended and left fault 1");
}

TEST_CASE("a kernel socket has no news but signals") {
  FaultedKernel rig;
  IpcState& ipc = rig.state().ipc;
  ipc.set_bit(ipc[rig.state().faults.end()], Bit::kClosed, Reason::kClosed, 0);
  CHECK(rig.violation() == "invariant: end -1 of server.one has news that the kernel never sends");
}

}  // namespace
}  // namespace ipcsim::kernel
