// SPDX-License-Identifier: BSD-2-Clause
// Which locks a call takes before it may wake somebody: ready lists, wait records, run queue.
#include <algorithm>
#include <array>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {
namespace {

// Up to two locks of one rank, in the order in which they may be taken.
bool lock_in_order(SystemCallPath& path, std::array<KernelLock*, 2> locks) {
  if (locks[0] != nullptr && locks[1] != nullptr && locks[1]->index < locks[0]->index) {
    std::swap(locks[0], locks[1]);
  }
  return std::all_of(locks.begin(), locks.end(),
                     [&path](KernelLock* lock) { return lock == nullptr || path.lock(*lock); });
}

}  // namespace

bool Kernel::lock_for_wakes(SystemCallPath& path, const End& end, const End* other) {
  const auto ready_lock = [this](const End* of) -> KernelLock* {
    if (of == nullptr) return nullptr;
    return of->scope == Scope::kFullTask ? &state_.tasks[of->task].ready_lock
                                         : &state_.tasks[of->thread].ready_lock;
  };
  if (!lock_in_order(path, {ready_lock(&end), ready_lock(other)})) return false;
  Thread* const poller = state_.ipc.poller_of(end);
  Thread* const other_poller = other == nullptr ? nullptr : state_.ipc.poller_of(*other);
  if (poller == nullptr && other_poller == nullptr) return true;
  return lock_in_order(path, {poller == nullptr ? nullptr : &poller->wait_lock,
                              other_poller == nullptr ? nullptr : &other_poller->wait_lock}) &&
         path.lock(state_.scheduler.lock());
}

bool Kernel::lock_poll_set(SystemCallPath& path, Thread& self, const PollSet& set) {
  Task& task = task_of(self);
  bool full_task = set.all_of_task;
  for (const EndId id : set.ends) {
    const End& end = state_.ipc[id];
    full_task = full_task || end.scope == Scope::kFullTask;
    if (end.connection.valid() && !path.lock(state_.ipc[end.connection].lock)) return false;
  }
  return (!full_task || path.lock(task.ready_lock)) && path.lock(self.ready_lock) &&
         path.lock(self.wait_lock) && path.lock(state_.scheduler.lock());
}

}  // namespace ipcsim::kernel
