// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/upcall/fault_socket.h"

#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

// Two daemons of one thread each, and a client with three threads. No CPU runs.
class Rig {
 public:
  Rig()
      : memory_(arena_, 16 * machine::kFrameBytes),
        frames_(memory_, arena_),
        tasks_(arena_, frames_, memory_, PolicyValue::descriptor_reuse_generation),
        scheduler_(start(), tracer_, arena_, tasks_, memory_, interrupts_, cost_, timers_, 1'000,
                   PolicyValue::wake_ipi),
        ipc_(arena_, tasks_, scheduler_, config_),
        faults_(arena_, tasks_, ipc_) {
    scheduler_.add_processor(CpuId(0), engine_.add_lane("cpu0"));
    for (int tasks = 0; tasks < 3; ++tasks) ipc_.add_service(tasks_.add_task().id);
    for (const std::uint32_t task : {0U, 1U, 2U, 2U, 2U}) {
      Thread& thread = tasks_.add_thread(tasks_[TaskId(task)]);
      thread.lane = engine_.add_lane("thread");
      thread.state = RunState::kRunning;
    }
  }

  FaultSocket& faults() { return faults_; }
  IpcState& ipc() { return ipc_; }
  Thread& daemon(std::uint32_t number) { return tasks_[ThreadId(number)]; }
  Thread& client(std::uint32_t number) { return tasks_[ThreadId(2 + number)]; }
  Task& client_task() { return tasks_[TaskId(2)]; }

  End& open(std::uint32_t number) {
    End* const end = ipc_.make_kernel_socket(daemon(number), Scope::kThreadLocal);
    REQUIRE(end != nullptr);
    faults_.open(*end, 0);
    return *end;
  }
  // As a thread of the client that faults on a page; gives the number of the record.
  std::int64_t fault(std::uint32_t number, std::uint64_t page) {
    Thread& thread = client(number);
    thread.wait.state = WaitState::kWaiting;
    thread.state = RunState::kFaulted;
    PageFault fault;
    fault.task = thread.task;
    fault.thread = thread.id;
    fault.page = fault.address = page;
    const auto [record, joined] = faults_.queue(thread, fault);
    if (!joined) faults_.tell(0);
    return record->fault.record;
  }

 private:
  engine::Engine& start() {
    engine_.reset({}, reference_, 1);
    return engine_;
  }

  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  trace::Recorder recorder_;
  Tracer tracer_{engine_, recorder_};
  Arena arena_;
  Configuration config_;
  machine::CostModel cost_;
  std::vector<engine::EventQueue<ThreadId>> timers_{1};
  machine::PhysicalMemory memory_;
  FramePool frames_;
  machine::InterruptNetwork interrupts_{engine_, arena_, 1'000};
  TaskTable tasks_;
  Scheduler scheduler_;
  IpcState ipc_;
  FaultSocket faults_;
};

TEST_CASE("records are taken oldest first, by ascending numbers, and only the first signals") {
  Rig rig;
  End& socket = rig.open(0);
  CHECK(rig.faults().is(socket));
  CHECK(rig.fault(0, 0x1000) == 1);
  CHECK(socket.readiness.signaled);
  CHECK(rig.fault(1, 0x2000) == 2);
  CHECK(rig.faults().queued() == 2);
  CHECK(rig.client_task().queued_faults == 2);
  FaultRecord* const first = rig.faults().oldest();
  REQUIRE(first != nullptr);
  CHECK(first->fault.record == 1);
  CHECK_FALSE(rig.faults().was_taken(1));
  rig.faults().take(*first);
  CHECK(rig.faults().was_taken(1));
  CHECK_FALSE(rig.faults().was_taken(2));
  CHECK_FALSE(rig.faults().was_taken(0));
  CHECK(rig.faults().find_taken(1) == first);
  CHECK(rig.faults().find_taken(2) == nullptr);
  CHECK(rig.faults().oldest()->fault.record == 2);
  CHECK(rig.client_task().queued_faults == 1);
}

TEST_CASE("who faults on the same page joins, queued or taken, and all go on together") {
  Rig rig;
  End& socket = rig.open(0);
  CHECK(rig.fault(0, 0x1000) == 1);
  CHECK(rig.fault(1, 0x1000) == 1);
  FaultRecord& taken = *rig.faults().oldest();
  rig.faults().take(taken);
  CHECK(rig.ipc().report(socket).kind == EventKind::kSignaled);
  CHECK(rig.fault(2, 0x1000) == 1);
  CHECK_FALSE(socket.readiness.any());  // no new signal
  CHECK(taken.waiters.size() == 3);
  rig.faults().answer(taken, 0);
  CHECK(rig.faults().records().empty());
  for (const std::uint32_t number : {0U, 1U, 2U}) {
    CHECK(rig.client(number).state == RunState::kReady);
    CHECK(rig.client(number).wait.fault == 0);
  }
  CHECK(rig.faults().was_taken(1));
  CHECK(rig.faults().find_taken(1) == nullptr);  // too late
}

TEST_CASE("a poll of the socket ends with the first fault") {
  Rig rig;
  End& socket = rig.open(0);
  const EndId ends[] = {socket.id};
  rig.ipc().claim(rig.daemon(0), {ends});
  rig.daemon(0).state = RunState::kPolling;
  rig.daemon(0).wait.state = WaitState::kWaiting;
  CHECK(rig.faults().listener() == &rig.daemon(0));
  rig.fault(0, 0x1000);
  CHECK(rig.daemon(0).wait.event.kind == EventKind::kSignaled);
  CHECK(rig.daemon(0).state == RunState::kReady);
  CHECK(rig.faults().listener() == nullptr);
}

TEST_CASE("a record goes with the last one who waits") {
  Rig rig;
  rig.open(0);
  rig.fault(0, 0x1000);
  rig.fault(1, 0x1000);
  rig.faults().withdraw(rig.client(0));
  CHECK(rig.faults().records().size() == 1);
  rig.faults().withdraw(rig.client(1));
  CHECK(rig.faults().records().empty());
  CHECK(rig.client_task().queued_faults == 0);
}

TEST_CASE("the daemon ends: everything is orphaned, or what nobody has taken stays") {
  for (const bool keeps : {false, true}) {
    Rig rig;
    End& socket = rig.open(0);
    rig.fault(0, 0x1000);
    rig.fault(1, 0x2000);
    rig.faults().take(*rig.faults().oldest());
    rig.faults().close(keeps);
    rig.ipc().close(socket);
    CHECK_FALSE(rig.faults().end().valid());
    CHECK(rig.faults().find_taken(1) == nullptr);
    CHECK(rig.faults().find_orphan(1) != nullptr);
    CHECK((rig.faults().find_orphan(2) == nullptr) == keeps);
    CHECK(rig.faults().queued() == (keeps ? 1 : 0));
    CHECK(rig.client_task().queued_faults == (keeps ? 1 : 0));
    const End& next = rig.open(1);
    CHECK(next.readiness.signaled == keeps);
    // Nobody answers the orphan any more: a new fault on its page is a record of its own.
    CHECK(rig.fault(2, 0x1000) == 3);
  }
}

}  // namespace
}  // namespace ipcsim::kernel
