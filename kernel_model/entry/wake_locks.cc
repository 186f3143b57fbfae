// SPDX-License-Identifier: BSD-2-Clause
// Which locks a call takes before it may wake somebody: ready lists, wait records, run queue.
#include <algorithm>
#include <array>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {
namespace {

// Some locks of one rank, in the order in which they may be taken; null where there is none.
template <std::size_t kCount>
bool lock_in_order(SystemCallPath& path, std::array<KernelLock*, kCount> locks) {
  std::sort(locks.begin(), locks.end(), [](const KernelLock* a, const KernelLock* b) {
    return a != nullptr && (b == nullptr || a->index < b->index);
  });
  return std::all_of(locks.begin(), locks.end(),
                     [&path](KernelLock* lock) { return lock == nullptr || path.lock(*lock); });
}

KernelLock* wait_lock_of(Thread* thread) {
  return thread == nullptr ? nullptr : &thread->wait_lock;
}

}  // namespace

bool Kernel::lock_for_wakes(SystemCallPath& path, const End& end, const End* other,
                            Thread* client) {
  const auto ready_lock = [this](const End* of) -> KernelLock* {
    if (of == nullptr) return nullptr;
    return of->scope == Scope::kFullTask ? &state_.tasks[of->task].ready_lock
                                         : &state_.tasks[of->thread].ready_lock;
  };
  if (!lock_in_order<2>(path, {ready_lock(&end), ready_lock(other)})) return false;
  Thread* const poller = state_.ipc.poller_of(end);
  Thread* const other_poller = other == nullptr ? nullptr : state_.ipc.poller_of(*other);
  if (poller == nullptr && other_poller == nullptr && client == nullptr) return true;
  return lock_in_order<3>(
             path, {wait_lock_of(poller), wait_lock_of(other_poller), wait_lock_of(client)}) &&
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
