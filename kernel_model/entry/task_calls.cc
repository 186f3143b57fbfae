// SPDX-License-Identifier: BSD-2-Clause
// The calls on threads and tasks, and on who may connect.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {

bool Kernel::reached(const Task& task, LimitName limit, std::uint32_t count) const {
  const bool exhausted = (task.exhausted >> static_cast<unsigned>(limit) & 1U) != 0;
  return exhausted || count >= state_.config.limit(limit);
}

Call<Nothing> Kernel::set_permission(Thread& self, std::int64_t uid, SystemCall call) {
  SystemCallPath path(*this, self, call);
  const machine::CostModel& cost = state_.cost;
  Service& service = state_.ipc.service_of(self.task);
  const bool allow = call == SystemCall::unblock_uid;
  if (!path.lock(service.lock)) return Failure(KernelError::killed);
  const bool known = uid >= 0 && uid <= kMaximumUid;
  if (!allow && known && !lock_waiting_clients(path, service, static_cast<std::uint32_t>(uid))) {
    return Failure(KernelError::killed);
  }
  if (!path.commit(cost.permission_before)) return Failure(KernelError::killed);
  const auto number = static_cast<std::uint64_t>(uid);
  if (!known) {
    return path.fail(KernelError::bad_argument, cost.permission_after, {number});
  }
  service.permissions.set(static_cast<std::uint32_t>(uid), allow, state_.arena);
  path.record({number});
  if (!allow) refuse_waiting_clients(service, static_cast<std::uint32_t>(uid));
  if (!path.leave(cost.permission_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// Whether a waiting client is among those to be turned away: those of a user id, or all.
bool Kernel::is_refused(const Thread& client, std::optional<std::uint32_t> uid) {
  return !uid || task_of(client).uid == *uid || state_.config.has(Defect::denial_hits_everybody);
}

// The locks of those whom refuse_waiting_clients wakes, ascending.
bool Kernel::lock_waiting_clients(SystemCallPath& path, Service& service,
                                  std::optional<std::uint32_t> uid) {
  std::pmr::vector<ThreadId> woken(&state_.arena);
  for (const ThreadId id : service.clients) {
    if (is_refused(state_.tasks[id], uid)) woken.push_back(id);
  }
  if (woken.empty()) return true;
  std::sort(woken.begin(), woken.end());
  return std::all_of(
             woken.begin(), woken.end(),
             [this, &path](ThreadId id) { return path.lock(state_.tasks[id].wait_lock); }) &&
         path.lock(state_.scheduler.lock());
}

// Wakes the clients of one user id, or all, that wait for a port of this service.
void Kernel::refuse_waiting_clients(Service& service, std::optional<std::uint32_t> uid) {
  for (std::size_t index = 0; index < service.clients.size();) {
    Thread& client = state_.tasks[service.clients[index]];
    if (!is_refused(client, uid)) {
      ++index;
      continue;
    }
    service.clients.erase(service.clients.begin() + static_cast<std::ptrdiff_t>(index));
    --task_of(client).waiting_connects;
    client.wait.failed = true;
    client.wait.error = uid ? KernelError::blocked : KernelError::refused;
    state_.ipc.complete(client, uid ? Reason::kBlockedUid : Reason::kServerEnded, 0);
  }
}

Call<ThreadId> Kernel::spawn(Thread& self, const ThreadDescription& description) {
  SystemCallPath path(*this, self, SystemCall::spawn);
  const machine::CostModel& cost = state_.cost;
  Task& task = task_of(self);
  if (!path.lock(state_.task_table_lock) || !path.lock(state_.scheduler.lock()) ||
      !path.commit(cost.spawn_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  if (reached(task, LimitName::threads, task.live_threads)) {
    return path.fail(KernelError::limit, cost.spawn_after, {kNoArgument});
  }
  Thread& thread = start_thread(task, description);
  thread.state = RunState::kRunning;  // about to become ready
  const std::uint32_t flow = tracer_.new_flow();
  path.record({thread.lane.value()}, {.flow = flow});
  state_.scheduler.make_ready(thread, Reason::kSpawned, flow);
  const ThreadId id = thread.id;
  if (!path.leave(cost.spawn_after)) return Failure(KernelError::killed);
  return id;
}

Call<Nothing> Kernel::exit(Thread& self, SystemCall call) {
  SystemCallPath path(*this, self, call);
  if (!path.lock(state_.task_table_lock) || !path.commit(state_.cost.exit_before)) {
    return Failure(KernelError::killed);
  }
  path.record({});
  // Whoever ends a task first says why it ends.
  Task& task = task_of(self);
  if (call == SystemCall::exit_task && task.state == TaskState::kAlive) {
    mark_dying(task, EndCause::kExit);
    stop_threads(task, self);
  }
  release_all(self);
  end_thread(self);
  return Failure(KernelError::killed);
}

Call<Nothing> Kernel::kill(Thread& self, TaskId victim) {
  SystemCallPath path(*this, self, SystemCall::kill);
  const machine::CostModel& cost = state_.cost;
  Task& task = state_.tasks[victim];
  if (!path.lock(state_.task_table_lock) || !path.commit(cost.kill_before)) {
    return Failure(KernelError::killed);
  }
  if (victim != self.task && !task_of(self).privileged) {
    return path.fail(KernelError::not_privileged, cost.kill_after, {victim.value()});
  }
  if (task.state == TaskState::kEnded) {
    return path.fail(KernelError::no_such_task, cost.kill_after, {victim.value()});
  }
  path.record({victim.value()});
  if (task.state == TaskState::kAlive) {
    mark_dying(task, EndCause::kKill);
    stop_threads(task, self);
  }
  if (!path.leave(cost.kill_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Nothing> Kernel::sleep(Thread& self, Cycles span) {
  SystemCallPath path(*this, self, SystemCall::sleep);
  if (!path.lock(self.wait_lock) || !path.lock(state_.scheduler.lock()) ||
      !path.commit(state_.cost.sleep_before)) {
    return Failure(KernelError::killed);
  }
  path.record({span}, {.result = kBlocks});
  if (path.ends_instead()) return Failure(KernelError::killed);
  self.wait.state = WaitState::kWaiting;
  state_.scheduler.arm_timer(self, later(engine_.now(), std::max<Cycles>(span, 1)));
  if (!path.block(RunState::kSleeping, state_.cost.sleep_after)) {
    return Failure(KernelError::killed);
  }
  path.record_return();
  return Nothing{};
}

Call<Nothing> Kernel::yield(Thread& self) {
  SystemCallPath path(*this, self, SystemCall::yield);
  if (!path.lock(state_.scheduler.lock()) || !path.commit(state_.cost.sleep_before)) {
    return Failure(KernelError::killed);
  }
  path.record({});
  if (!state_.scheduler.has_work(*self.processor)) {
    if (!path.leave(state_.cost.sleep_after)) return Failure(KernelError::killed);
    return Nothing{};
  }
  if (path.ends_instead()) return Failure(KernelError::killed);
  state_.scheduler.preempt(self, Reason::kYield);
  if (!path.block(RunState::kReady, state_.cost.sleep_after, Reason::kYield)) {
    return Failure(KernelError::killed);
  }
  path.record_return();
  return Nothing{};
}

}  // namespace ipcsim::kernel
