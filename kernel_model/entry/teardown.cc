// SPDX-License-Identifier: BSD-2-Clause
// The end of threads and tasks. A thread that ends alone closes its thread-local ends. A task that
// ends is torn down by its last thread: ports and waiting connects first, then the thread-local
// ends of its threads by ascending tid, then its full-task ends; `task_ended` says that nothing is
// left.
#include <algorithm>

#include "kernel_model/abi/interrupt_vectors.h"
#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {

namespace {

constexpr machine::Activity kTeardown = static_cast<machine::Activity>(
    machine::kFirstCall + static_cast<unsigned>(SystemCall::exit_thread));

Reason reason_of(EndCause cause) {
  if (cause == EndCause::kUnhandledFault) return Reason::kUnhandledFault;
  return cause == EndCause::kKill ? Reason::kKilled : Reason::kNone;
}

}  // namespace

// From now on no thread of the task gets a new call or blocks. In a commit step, under the task
// table's lock.
void Kernel::mark_dying(Task& task, EndCause cause) {
  task.state = TaskState::kDying;
  task.end_cause = cause;
  for (const ThreadId id : task.threads) {
    Thread& thread = state_.tasks[id];
    if (thread.state != RunState::kEnded) thread.end_cause = cause;
  }
  note_change();
}

// Makes every other thread of a dying task come to its end, each under the locks of what it waits
// for.
void Kernel::stop_threads(Task& task, Thread& self) {
  for (const ThreadId id : task.threads) {
    Thread& thread = state_.tasks[id];
    if (&thread == &self || thread.state == RunState::kEnded) continue;
    if (thread.state == RunState::kConnecting) {
      acquire(self, state_.ipc.service_of(thread.wait.server).lock, kTeardown);
    } else if (thread.state == RunState::kFaulted) {
      acquire(self, state_.faults.lock, kTeardown);
    }
    acquire(self, thread.wait_lock, kTeardown);
    acquire(self, state_.scheduler.lock(), kTeardown);
    if (engine_.unwinding()) return;
    stop_thread(thread);
    note_change();
    release_above(self, state_.task_table_lock);
  }
}

void Kernel::kill_from_outside(TaskId task) {
  Task& victim = state_.tasks[task];
  mark_dying(victim, EndCause::kKill);
  for (const ThreadId id : victim.threads) stop_thread(state_.tasks[id]);
}

void Kernel::kill_from_outside(ThreadId thread) {
  state_.tasks[thread].killed = true;
  stop_thread(state_.tasks[thread]);
  note_change();
}

void Kernel::stop_thread(Thread& victim) {
  switch (victim.state) {
    case RunState::kRunning:
      state_.scheduler.interrupt(*victim.processor, kKillVector, victim.source);
      break;
    case RunState::kAwaiting:
      victim.awaited = nullptr;
      std::erase(awaiting_, &victim);
      state_.scheduler.make_ready(victim, Reason::kKilled);
      break;
    case RunState::kConnecting:
      stop_waiting_client(victim);
      break;
    case RunState::kFaulted:
      if (state_.config.has(Defect::faulted_task_cannot_be_killed)) break;
      state_.faults.withdraw(victim);
      state_.ipc.complete(victim, Reason::kKilled, 0);
      break;
    case RunState::kPolling:
    case RunState::kSleeping:
      state_.ipc.complete(victim, Reason::kKilled, 0);
      break;
    case RunState::kReady:
    case RunState::kEnded:
      break;
  }
}

void Kernel::stop_waiting_client(Thread& victim) {
  if (state_.config.has(Defect::waiting_client_cannot_be_killed)) return;
  if (!state_.config.has(Defect::killed_client_stays_queued)) {
    auto& clients = state_.ipc.service_of(victim.wait.server).clients;
    clients.erase(std::find(clients.begin(), clients.end(), victim.id));
    --task_of(victim).waiting_connects;
  }
  state_.ipc.complete(victim, Reason::kKilled, 0);
}

void Kernel::end_thread(Thread& self) {
  if (engine_.unwinding() || self.state == RunState::kEnded) return;
  Task& task = task_of(self);
  if (task.state == TaskState::kAlive) ipc_calls_->close_ends_of(self);
  acquire(self, state_.task_table_lock, kTeardown);
  if (engine_.unwinding()) return;
  const bool last = --task.live_threads == 0;
  release_all(self);
  if (last) end_task(self);
  if (engine_.unwinding()) return;
  if (self.killed) self.end_cause = EndCause::kKill;
  self.state = RunState::kEnded;
  tracer_.emit(EventGroup::kThread, EventCode::kThreadEnded, self.processor->cpu.number(),
               self.source, {}, {.why = reason_of(self.end_cause)});
  note_change();
  if (!self.background && --state_.foreground_threads == 0) {
    engine::RunOutcome outcome;
    outcome.end = engine::RunEnd::kFinished;
    engine_.stop(std::move(outcome));
  }
}

void Kernel::end_task(Thread& last) {
  Task& task = task_of(last);
  task.state = TaskState::kDying;
  ipc_calls_->close_ends_of_task(last);
  tear_down_memory(last, task);
  release_lines(task);
  if (engine_.unwinding()) return;
  task.state = TaskState::kEnded;
  tracer_.emit(EventGroup::kThread, EventCode::kTaskEnded, last.processor->cpu.number(),
               last.source, {task.id.value()}, {.why = reason_of(task.end_cause)});
  note_change();
}

void Kernel::close_ends_of(Thread& self) { close_all(self, self.descriptors); }

void Kernel::close_ends_of_task(Thread& last) {
  Task& task = task_of(last);
  tear_down_service(last, task);
  for (const ThreadId id : task.threads) close_all(last, state_.tasks[id].descriptors);
  close_all(last, task.descriptors);
}

void Kernel::tear_down_service(Thread& self, Task& task) {
  Service& service = state_.ipc.service_of(task.id);
  if (service.ports.empty() && service.clients.empty()) return;
  SystemCallPath path = SystemCallPath::of_end(*this, self);
  if (!path.lock(service.lock) || !lock_waiting_clients(path, service, std::nullopt)) return;
  if (!state_.config.has(Defect::dead_port_stays_queued)) {
    while (!service.ports.empty()) state_.ipc.take_offer(state_.ipc[service.ports.front()]);
  }
  refuse_waiting_clients(service, std::nullopt);
  release_all(self);
}

// Every CPU leaves the space; then its pages, its tables and the frames it made go. A frame that
// others still map stays until they have unmapped it.
void Kernel::tear_down_memory(Thread& self, Task& task) {
  if (task.space.root() == 0 && task.frames == 0) return;
  acquire(self, task.space.lock, kTeardown);
  if (engine_.unwinding()) return;
  std::pmr::vector<MappedPage> pages(&state_.arena);
  task.space.list(pages);
  for (const MappedPage& page : pages) static_cast<void>(task.space.unmap(page.address));
  if (!shoot_down(self, kTeardown, {task.id, ShootdownScope::kWholeSpace, 0})) return;
  acquire(self, state_.frames.lock, kTeardown);
  if (engine_.unwinding()) return;
  for (const MappedPage& page : pages) state_.frames.drop_mapping(page.frame);
  task.space.give_tables_back();
  for (std::uint32_t number = 0; task.frames > 0; ++number) {
    const FrameId frame(number);
    if (!state_.frames.is_data(frame) || state_.frames[frame].owner != task.id) continue;
    state_.frames.let_go(frame);
    --task.frames;
  }
  note_change();
  release_all(self);
}

void Kernel::close_all(Thread& self, DescriptorTable& table) {
  while (const auto fd = table.next_open(0)) {
    if (engine_.unwinding()) return;
    close_end(self, state_.ipc[table.find(*fd)]);
  }
}

// One end of a thread or task that ends: the same change as a close call, without the call.
void Kernel::close_end(Thread& self, End& end) {
  SystemCallPath path = SystemCallPath::of_end(*this, self);
  if (!path.lock(task_of(self).descriptor_lock) || !lock_for_close(path, end) ||
      !path.commit(state_.cost.close_before)) {
    return;
  }
  const std::uint32_t flow = tracer_.new_flow();
  End* const remote = state_.ipc.remote_of(end);
  const Thread* const woken = remote == nullptr ? nullptr : state_.ipc.poller_of(*remote);
  tracer_.emit(EventGroup::kIpc, static_cast<EventCode>(SystemCall::close),
               self.processor->cpu.number(), self.source,
               {static_cast<std::uint64_t>(end.fd.number),
                woken == nullptr ? kNoArgument : woken->lane.value()},
               {.why = Reason::kEnded, .flow = flow});
  const bool ends_daemon = state_.faults.is(end);
  close_connected(self, end, flow);
  note_change();
  release_all(self);
  if (ends_daemon) end_orphaned_tasks(self, kTeardown);
}

// Sets the remote's closed bit, then closes the end: who polls the remote finds it closed.
void Kernel::close_connected(Thread& self, End& end, std::uint32_t flow) {
  if (InterruptLine* const line = line_of(end)) leave_line(self, *line);
  End* const remote = state_.ipc.remote_of(end);
  if (remote == nullptr) {
    if (state_.faults.is(end)) {
      state_.faults.close(state_.config.is(PolicyValue::pager_death_hang));
    }
    state_.ipc.close(end);
    return;
  }
  if (state_.config.has(Defect::close_overwrites_data)) state_.ipc.written_by(end).bytes.fill({});
  Thread* const poller = state_.ipc.poller_of(*remote);
  const bool poller_looks = poller != nullptr && state_.config.has(Defect::stale_slot_reuse);
  if (!poller_looks && !state_.config.has(Defect::closed_after_wake)) {
    state_.ipc.set_bit(*remote, Bit::kClosed, Reason::kClosed, flow);
    state_.ipc.close(end);
    return;
  }
  if (poller != nullptr) {
    poller->wait.retest = true;
    state_.ipc.complete(*poller, Reason::kClosed, flow);
  }
  state_.ipc.close(end);
  if (poller_looks) return;
  release_all(self);
  self.processor->cpu.run_kernel(self.lane, state_.cost.close_after, kTeardown);
  if (remote->state == EndState::kClosed) return;
  remote->readiness.closed = true;
  state_.ipc.enter_ready_list(*remote);
}

}  // namespace ipcsim::kernel
