// SPDX-License-Identifier: BSD-2-Clause
// FaultSocket: the page faults that wait for the memory daemon, and the end that tells it of them.
//
//   a thread faults --queue--> kQueued --take--> kTaken --answer--> gone
//   (the daemon ends: kOrphaned, until the threads that wait are ended, if they are)
//
// What always holds:
// - A faulted thread is a waiter of exactly one record, and every record has a waiter.
// - A page of a task has at most one record that can still be answered: who faults on it later
//   joins that one.
// - Records are in the order of their first fault, which is that of their numbers; a number is
//   never used again.
// Each function is one atomic change, under `lock`, and for those whom it wakes under their wait
// records' and the run queue's; it passes no time.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "kernel_model/abi/user_types.h"
#include "kernel_model/ipc/ipc_state.h"
#include "kernel_model/object/kernel_lock.h"
#include "kernel_model/task/task_table.h"
#include "sim/base/arena.h"

namespace ipcsim::kernel {

enum class FaultState : std::uint8_t { kQueued, kTaken, kOrphaned };

struct FaultRecord {
  explicit FaultRecord(std::pmr::memory_resource& memory) : waiters(&memory) {}

  PageFault fault;
  FaultState state = FaultState::kQueued;
  TaskId daemon;                       // who is to answer
  std::pmr::vector<ThreadId> waiters;  // in the order in which they faulted
};

class FaultSocket {
 public:
  FaultSocket(Arena& arena, TaskTable& tasks, IpcState& ipc)
      : arena_(arena), tasks_(tasks), ipc_(ipc), records_(&arena) {}
  FaultSocket(const FaultSocket&) = delete;
  FaultSocket& operator=(const FaultSocket&) = delete;

  // The daemon's end; none while no task handles faults.
  EndId end() const { return end_; }
  bool is(const End& end) const { return end.id == end_; }

  // `end`, a kernel socket, is told of faults from now on; at once, when some are queued already.
  void open(End& end, std::uint32_t flow);
  // The daemon ends: who waits for its answer gets none any more. With `keep_queued` what nobody
  // has taken stays for the next daemon.
  void close(bool keep_queued);

  // The record that a fault on this page joins, or null.
  FaultRecord* find(TaskId task, std::uint64_t page);
  // The thread waits for its fault, of which everything but the number is given: it joins a record,
  // or makes one, of which the daemon is then told.
  struct Queued {
    const FaultRecord* record;
    bool joined;
  };
  Queued queue(Thread& thread, const PageFault& fault);
  void tell(std::uint32_t flow);
  // Who would wake by that: the thread that polls for it, or null.
  const Thread* listener();

  // `thread`, whose access it is not, waits for the fault of `other` as well.
  void wait_with(const Thread& other, Thread& thread);

  // The oldest one that nobody has taken, or null.
  FaultRecord* oldest();
  void take(FaultRecord& record);
  // Whether a number has been given to a daemon, now or earlier.
  bool was_taken(std::int64_t number) const { return number >= 1 && number <= last_taken_; }
  // The record with this number that waits for an answer, or null when that would be too late.
  FaultRecord* find_taken(std::int64_t number) { return find(number, FaultState::kTaken); }
  // The one whose daemon has ended, or null when nobody waits any more.
  FaultRecord* find_orphan(std::int64_t number) { return find(number, FaultState::kOrphaned); }
  // The accesses of all its waiters are tried again.
  void answer(FaultRecord& record, std::uint32_t flow);

  // The thread is ended instead: it waits no more. The caller completes its wait.
  void withdraw(Thread& thread);

  const std::pmr::vector<FaultRecord*>& records() const { return records_; }
  std::size_t queued() const;

  KernelLock lock{LockRank::kFaultQueue};

 private:
  FaultRecord* find(std::int64_t number, FaultState state);
  FaultRecord& record_of(const Thread& waiter);
  void remove(FaultRecord& record);

  Arena& arena_;
  TaskTable& tasks_;
  IpcState& ipc_;
  EndId end_;
  std::pmr::vector<FaultRecord*> records_;
  std::int64_t last_number_ = 0;
  std::int64_t last_taken_ = 0;
};

}  // namespace ipcsim::kernel
