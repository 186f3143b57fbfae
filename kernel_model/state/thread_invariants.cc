// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include <fmt/format.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {
namespace {

bool queued(const KernelState& state, const Thread& thread) {
  const Thread* at = state.scheduler.run_queue().first();
  while (at != nullptr && at != &thread) at = at->next_in_queue;
  return at != nullptr;
}

// A thread holds what it thinks it holds, taken in the order of ranks; it spins for a higher one.
std::optional<Violation> check_held_locks(const Thread& thread) {
  const KernelLock* below = nullptr;
  const auto ascends = [&below](const KernelLock& lock) {
    const bool ascending = below == nullptr || below->rank < lock.rank ||
                           (below->rank == lock.rank && below->index < lock.index);
    below = &lock;
    return ascending;
  };
  bool ascending = true;
  for (const KernelLock* const lock : thread.held_locks) {
    if (lock->holder != thread.id) {
      return violated(fmt::format("{} thinks that it holds a lock of another", thread.name));
    }
    ascending = ascends(*lock) && ascending;
  }
  if (thread.wanted_lock != nullptr) ascending = ascends(*thread.wanted_lock) && ascending;
  if (ascending) return std::nullopt;
  return violated(fmt::format("{} takes kernel locks against their order", thread.name));
}

std::optional<Violation> check_thread(const KernelState& state, const Thread& thread) {
  const bool in_queue = queued(state, thread);
  if (in_queue != (thread.state == RunState::kReady)) {
    return violated(fmt::format("{} is {} but {} the run queue", thread.name, name_of(thread.state),
                                in_queue ? "in" : "not in"));
  }
  const bool on_cpu = thread.processor != nullptr && thread.processor->current == &thread;
  // A thread that has ended leaves its CPU in the same step or the next.
  if (thread.state != RunState::kEnded && on_cpu != (thread.state == RunState::kRunning)) {
    return violated(fmt::format("{} is {} but {} a CPU", thread.name, name_of(thread.state),
                                on_cpu ? "on" : "not on"));
  }
  const bool blocked = thread.state == RunState::kPolling ||
                       thread.state == RunState::kConnecting ||
                       thread.state == RunState::kSleeping || thread.state == RunState::kFaulted;
  if (blocked && thread.wait.state != WaitState::kWaiting) {
    return violated(
        fmt::format("{} is {} but waits for nothing", thread.name, name_of(thread.state)));
  }
  if (!blocked && thread.wait.state == WaitState::kWaiting) {
    return violated(
        fmt::format("{} is {} but its wait has not ended", thread.name, name_of(thread.state)));
  }
  if (blocked && !thread.held_locks.empty()) {
    return violated(
        fmt::format("{} is {} and holds a kernel lock", thread.name, name_of(thread.state)));
  }
  return check_held_locks(thread);
}

// Nobody waits for a CPU beside one that halts: an idle CPU that may run a ready thread is on its
// way to the run queue. With policy wake tick it is its next tick that is to bring it there.
std::optional<Violation> check_idle_cpus(const KernelState& state, const Thread& ready) {
  const Processor* idle = nullptr;
  for (const Processor* const processor : state.scheduler.processors()) {
    const bool may_run = !ready.pinned.valid() || ready.pinned == processor->id;
    if (!may_run || processor->current != &processor->idle) continue;
    if (processor->told || processor->awake) return std::nullopt;
    if (idle == nullptr) idle = processor;
  }
  if (idle == nullptr) return std::nullopt;
  return violated(fmt::format("{} is ready, CPU {} is idle and has not been told", ready.name,
                              idle->id.value()));
}

// Whoever owns a lock is on its way through the kernel with it, or about to get it.
std::optional<Violation> check_lock(const KernelState& state, const KernelLock& lock) {
  if (!lock.owner.valid() || !lock.holder.valid()) return std::nullopt;
  const Thread& holder = state.tasks[lock.holder];
  const auto& held = holder.held_locks;
  const bool known = std::find(held.begin(), held.end(), &lock) != held.end();
  if (known || holder.wanted_lock == &lock) return std::nullopt;
  return violated(fmt::format("{} has left the kernel and kept a lock", holder.name));
}

std::optional<Violation> check_locks(const KernelState& state) {
  for (const KernelLock* const lock :
       {&state.big_lock, &state.task_table_lock, &state.faults.lock, &state.scheduler.lock()}) {
    if (auto violation = check_lock(state, *lock)) return violation;
  }
  for (const Connection* const connection : state.ipc.connections()) {
    if (auto violation = check_lock(state, connection->lock)) return violation;
  }
  for (const Task* const task : state.tasks.tasks()) {
    for (const KernelLock* const lock :
         {&task->descriptor_lock, &task->ready_lock, &state.ipc.service_of(task->id).lock}) {
      if (auto violation = check_lock(state, *lock)) return violation;
    }
  }
  for (const Thread* const thread : state.tasks.threads()) {
    for (const KernelLock* const lock : {&thread->wait_lock, &thread->ready_lock}) {
      if (auto violation = check_lock(state, *lock)) return violation;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Violation> check_threads(const KernelState& state) {
  if (auto violation = check_locks(state)) return violation;
  std::uint32_t foreground = 0;
  for (const Thread* const thread : state.tasks.threads()) {
    if (auto violation = check_thread(state, *thread)) return violation;
    if (!thread->background && thread->state != RunState::kEnded) ++foreground;
  }
  if (foreground != state.foreground_threads) {
    return violated(fmt::format("{} threads keep the run alive, but {} are counted", foreground,
                                state.foreground_threads));
  }
  std::size_t ready = 0;
  for (const Thread* thread = state.scheduler.run_queue().first(); thread != nullptr;
       thread = thread->next_in_queue) {
    ++ready;
    if (auto violation = check_idle_cpus(state, *thread)) return violation;
  }
  if (ready != state.scheduler.run_queue().size()) {
    return violated("the run queue miscounts its threads");
  }
  for (const Processor* const processor : state.scheduler.processors()) {
    if (processor->current->processor != processor) {
      return violated(fmt::format("CPU {} runs a thread that is elsewhere", processor->id.value()));
    }
  }
  return std::nullopt;
}

}  // namespace ipcsim::kernel
