// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/upcall/fault_socket.h"

#include <algorithm>

#include "sim/base/check.h"

namespace ipcsim::kernel {

void FaultSocket::open(End& end, std::uint32_t flow) {
  SIM_CHECK(!end_.valid(), "page faults have one holder");
  end_ = end.id;
  bool news = false;
  for (FaultRecord* const record : records_) {
    if (record->state != FaultState::kQueued) continue;
    record->daemon = end.task;
    news = true;
  }
  if (news) tell(flow);
}

void FaultSocket::tell(std::uint32_t flow) {
  ipc_.set_bit(ipc_[end_], Bit::kSignaled, Reason::kFault, flow);
}

const Thread* FaultSocket::listener() { return ipc_.poller_of(ipc_[end_]); }

void FaultSocket::close(bool keep_queued) {
  end_ = EndId::none();
  for (FaultRecord* const record : records_) {
    if (record->state == FaultState::kQueued) {
      if (keep_queued) continue;
      --tasks_[record->fault.task].queued_faults;
    }
    record->state = FaultState::kOrphaned;
  }
}

FaultRecord* FaultSocket::find(TaskId task, std::uint64_t page) {
  const auto found =
      std::find_if(records_.begin(), records_.end(), [task, page](const FaultRecord* record) {
        return record->fault.task == task && record->fault.page == page &&
               record->state != FaultState::kOrphaned;
      });
  return found == records_.end() ? nullptr : *found;
}

FaultSocket::Queued FaultSocket::queue(Thread& thread, const PageFault& fault) {
  FaultRecord* record = find(fault.task, fault.page);
  const bool joins = record != nullptr;
  if (!joins) {
    record = arena_.make<FaultRecord>(arena_);
    record->fault = fault;
    record->fault.record = ++last_number_;
    record->daemon = ipc_[end_].task;
    records_.push_back(record);
    ++tasks_[fault.task].queued_faults;
  }
  record->waiters.push_back(thread.id);
  thread.wait.fault = record->fault.record;
  return {record, joins};
}

FaultRecord* FaultSocket::oldest() {
  const auto found = std::find_if(records_.begin(), records_.end(), [](const FaultRecord* record) {
    return record->state == FaultState::kQueued;
  });
  return found == records_.end() ? nullptr : *found;
}

void FaultSocket::take(FaultRecord& record) {
  record.state = FaultState::kTaken;
  --tasks_[record.fault.task].queued_faults;
  last_taken_ = std::max(last_taken_, record.fault.record);
}

FaultRecord* FaultSocket::find(std::int64_t number, FaultState state) {
  const auto found =
      std::find_if(records_.begin(), records_.end(), [number, state](const FaultRecord* record) {
        return record->fault.record == number && record->state == state;
      });
  return found == records_.end() ? nullptr : *found;
}

void FaultSocket::answer(FaultRecord& record, std::uint32_t flow) {
  for (const ThreadId id : record.waiters) {
    tasks_[id].wait.fault = 0;
    ipc_.complete(tasks_[id], Reason::kResumed, flow);
  }
  record.waiters.clear();
  remove(record);
}

FaultRecord& FaultSocket::record_of(const Thread& waiter) {
  const auto found = std::find_if(
      records_.begin(), records_.end(),
      [&waiter](const FaultRecord* record) { return record->fault.record == waiter.wait.fault; });
  SIM_CHECK(found != records_.end(), "a faulted thread waits for a record");
  return **found;
}

void FaultSocket::wait_with(const Thread& other, Thread& thread) {
  FaultRecord& record = record_of(other);
  record.waiters.push_back(thread.id);
  thread.wait.fault = record.fault.record;
}

void FaultSocket::withdraw(Thread& thread) {
  FaultRecord& record = record_of(thread);
  record.waiters.erase(std::find(record.waiters.begin(), record.waiters.end(), thread.id));
  thread.wait.fault = 0;
  if (record.waiters.empty()) remove(record);
}

std::size_t FaultSocket::queued() const {
  return static_cast<std::size_t>(std::count_if(
      records_.begin(), records_.end(),
      [](const FaultRecord* record) { return record->state == FaultState::kQueued; }));
}

void FaultSocket::remove(FaultRecord& record) {
  if (record.state == FaultState::kQueued) --tasks_[record.fault.task].queued_faults;
  records_.erase(std::find(records_.begin(), records_.end(), &record));
}

}  // namespace ipcsim::kernel
