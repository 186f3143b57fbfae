// SPDX-License-Identifier: BSD-2-Clause
// The calls of the memory daemon on page faults, and what its end means for those who wait for it.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {

Call<Descriptor> Kernel::open_fault_socket(Thread& self, Scope scope) {
  SystemCallPath path(*this, self, SystemCall::open_fault_socket);
  const machine::CostModel& cost = state_.cost;
  FaultSocket& faults = state_.faults;
  // The locks of whoever polls for all ends: faults that are queued already are news at once.
  End coming;
  coming.scope = scope;
  coming.task = self.task;
  coming.thread = self.id;
  if (!path.lock(task_of(self).descriptor_lock) || !path.lock(faults.lock) ||
      !lock_for_wakes(path, coming) || !path.commit(cost.open_fault_before) ||
      path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  std::optional<KernelError> error;
  End* socket = nullptr;
  if (!offers(scope) || state_.own_ipc != nullptr) {
    error = KernelError::unsupported;
  } else if (!task_of(self).privileged) {
    error = KernelError::not_privileged;
  } else if (faults.end().valid()) {
    error = KernelError::busy;
  } else {
    socket = state_.ipc.make_kernel_socket(self, scope);
    if (socket == nullptr) error = KernelError::limit;
  }
  const auto scope_argument = static_cast<std::uint64_t>(scope);
  if (error) return path.fail(*error, cost.open_fault_after, {kNoDescriptor, scope_argument});
  const Descriptor fd = socket->fd;
  const std::uint32_t flow = faults.queued() > 0 ? tracer_.new_flow() : 0;
  path.record({argument(fd), scope_argument}, {.flow = flow});
  faults.open(*socket, flow);
  if (!path.leave(cost.open_fault_after)) return Failure(KernelError::killed);
  return fd;
}

Call<PageFault> Kernel::take_fault(Thread& self, Descriptor fd) {
  SystemCallPath path(*this, self, SystemCall::take_fault);
  const machine::CostModel& cost = state_.cost;
  if (!lock_descriptors(path, self, fd) || !path.lock(state_.faults.lock) ||
      !path.commit(cost.take_fault_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  std::optional<KernelError> error = socket_error(self, fd);
  FaultRecord* const record = state_.faults.oldest();
  if (!error && record == nullptr) error = KernelError::empty;
  if (error) {
    return path.fail(*error, cost.take_fault_after,
                     {argument(fd), kNoArgument, kNoArgument, kNoArgument});
  }
  state_.faults.take(*record);
  const PageFault fault = record->fault;
  path.record({argument(fd), fault.page, static_cast<std::uint64_t>(fault.record),
               state_.tasks[fault.thread].lane.value()});
  if (!path.leave(cost.take_fault_after)) return Failure(KernelError::killed);
  return fault;
}

// Why `self` may not ask for faults by `fd`, by precedence.
std::optional<KernelError> Kernel::socket_error(const Thread& self, Descriptor fd) const {
  const End* const end = state_.ipc.find(self, fd);
  if (end != nullptr && !state_.faults.is(*end)) return KernelError::bad_argument;
  if (!state_.tasks[self.task].privileged) return KernelError::not_privileged;
  if (end == nullptr) return KernelError::bad_descriptor;
  return std::nullopt;
}

// The same of an answer: its number must have been given out by take_fault.
std::optional<KernelError> Kernel::answer_error(const Thread& self, Descriptor fd,
                                                std::int64_t record) const {
  if (!state_.faults.was_taken(record)) return KernelError::bad_argument;
  return socket_error(self, fd);
}

Call<Nothing> Kernel::resume_fault(Thread& self, Descriptor fd, std::int64_t number) {
  SystemCallPath path(*this, self, SystemCall::resume_fault);
  const machine::CostModel& cost = state_.cost;
  if (!lock_descriptors(path, self, fd) || !path.lock(state_.faults.lock)) {
    return Failure(KernelError::killed);
  }
  const FaultRecord* const answered = state_.faults.find_taken(number);
  if (answered != nullptr && !answer_error(self, fd, number) && !lock_waiters(path, *answered)) {
    return Failure(KernelError::killed);
  }
  if (!path.commit(cost.answer_fault_before)) return Failure(KernelError::killed);
  const std::array<std::uint64_t, 4> arguments{argument(fd), static_cast<std::uint64_t>(number)};
  if (const auto error = answer_error(self, fd, number)) {
    return path.fail(*error, cost.answer_fault_after, arguments);
  }
  // A late answer finds nobody who waits.
  FaultRecord* const record = state_.faults.find_taken(number);
  const std::uint32_t flow = record == nullptr ? 0 : tracer_.new_flow();
  path.record(arguments, {.flow = flow});
  if (record != nullptr) state_.faults.answer(*record, flow);
  if (!path.leave(cost.answer_fault_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// The locks of those whom an answer wakes, ascending.
bool Kernel::lock_waiters(SystemCallPath& path, const FaultRecord& record) {
  std::pmr::vector<ThreadId> woken(record.waiters, &state_.arena);
  std::sort(woken.begin(), woken.end());
  return std::all_of(
             woken.begin(), woken.end(),
             [this, &path](ThreadId id) { return path.lock(state_.tasks[id].wait_lock); }) &&
         path.lock(state_.scheduler.lock());
}

Call<Nothing> Kernel::refuse_fault(Thread& self, Descriptor fd, std::int64_t number) {
  SystemCallPath path(*this, self, SystemCall::refuse_fault);
  const machine::CostModel& cost = state_.cost;
  if (!path.lock(state_.task_table_lock) || !lock_descriptors(path, self, fd) ||
      !path.lock(state_.faults.lock) || !path.commit(cost.answer_fault_before)) {
    return Failure(KernelError::killed);
  }
  const std::array<std::uint64_t, 4> arguments{argument(fd), static_cast<std::uint64_t>(number)};
  if (const auto error = answer_error(self, fd, number)) {
    return path.fail(*error, cost.answer_fault_after, arguments);
  }
  path.record(arguments);
  const FaultRecord* const record = state_.faults.find_taken(number);
  if (record != nullptr) end_waiting_task(self, *record, UnhandledBecause::kRefused);
  if (!path.leave(cost.answer_fault_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// Ends the task whose threads wait for this record, unless something else does. In a commit step,
// under the task table's lock.
void Kernel::end_waiting_task(Thread& self, const FaultRecord& record, UnhandledBecause because) {
  Task& task = state_.tasks[record.fault.task];
  if (task.state != TaskState::kAlive) return;
  note_unhandled(record.fault, because);
  mark_dying(task, EndCause::kUnhandledFault);
  release_above(self, state_.task_table_lock);
  stop_threads(task, self);
}

// Defect pager_and_client_wait: whoever signals a thread that waits for the memory daemon waits as
// well. False when `self` has been ended instead.
bool Kernel::wait_for_receiver(Thread& self, SystemCallPath& path, Descriptor fd) {
  if (!path.lock(state_.faults.lock) || !path.lock(self.wait_lock) ||
      !path.lock(state_.scheduler.lock()) || !path.commit(1) || path.ends_instead()) {
    return false;
  }
  const End* const end = state_.ipc.find(self, fd);
  const End* const remote = end == nullptr ? nullptr : state_.ipc.remote_of(*end);
  const Thread* const receiver = remote == nullptr ? nullptr : &state_.tasks[remote->thread];
  if (receiver == nullptr || receiver->state != RunState::kFaulted) {
    release_all(self);
    return true;
  }
  state_.faults.wait_with(*receiver, self);
  self.wait.state = WaitState::kWaiting;
  return path.block(RunState::kFaulted, 0);
}

// The daemon has ended: so do the tasks that wait for it, one by one.
void Kernel::end_orphaned_tasks(Thread& self, machine::Activity activity) {
  if (state_.config.is(PolicyValue::pager_death_hang)) return;
  std::pmr::vector<std::int64_t> orphans(&state_.arena);
  for (const FaultRecord* const record : state_.faults.records()) {
    if (record->state == FaultState::kOrphaned) orphans.push_back(record->fault.record);
  }
  for (const std::int64_t number : orphans) {
    acquire(self, state_.task_table_lock, activity);
    if (engine_.unwinding()) return;
    const FaultRecord* const record = state_.faults.find_orphan(number);
    if (record != nullptr) end_waiting_task(self, *record, UnhandledBecause::kDaemonEnded);
    release_all(self);
  }
}

}  // namespace ipcsim::kernel
