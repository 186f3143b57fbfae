// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {
namespace {

std::optional<Violation> leak(std::string message) { return Violation{"leak", std::move(message)}; }

std::optional<Violation> check_ended_task(const KernelState& state, const Task& task) {
  const Service& service = state.ipc.service_of(task.id);
  if (task.descriptors.open() != 0 || task.connections != 0 || task.ports != 0) {
    return leak(fmt::format("{} has ended and still has open ends", task.name));
  }
  if (task.waiting_connects != 0) {
    return leak(fmt::format("{} has ended and still waits for a port", task.name));
  }
  if (!service.ports.empty()) {
    return leak(fmt::format("{} has ended and still offers a port", task.name));
  }
  if (!service.clients.empty()) {
    return leak(fmt::format("{} has ended and clients still wait for it", task.name));
  }
  if (task.space.root() != 0 || task.frames != 0) {
    return leak(fmt::format("{} has ended and still has memory", task.name));
  }
  if (task.ready.first() != nullptr || task.poll_all_thread.valid()) {
    return leak(fmt::format("{} has ended and is still polled", task.name));
  }
  return std::nullopt;
}

std::optional<Violation> check_isolation(const KernelState& state, const DescriptorTable& table,
                                         TaskId task, ThreadId thread, std::string_view name) {
  if (state.own_ipc != nullptr) return std::nullopt;  // what the numbers name is not known here
  for (auto fd = table.next_open(0); fd; fd = table.next_open(parts_of(*fd).slot + 1)) {
    const End& end = state.ipc[table.find(*fd)];
    const bool foreign = end.task != task || (thread.valid() && end.thread != thread);
    if (!foreign) continue;
    return Violation{"isolation", fmt::format("descriptor {} of {} reaches an end of another",
                                              to_text(*fd), name)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Violation> check_lifetimes(const KernelState& state) {
  for (const Task* const task : state.tasks.tasks()) {
    if (auto violation =
            check_isolation(state, task->descriptors, task->id, ThreadId::none(), task->name)) {
      return violation;
    }
    if (task->state != TaskState::kEnded) continue;
    if (auto violation = check_ended_task(state, *task)) return violation;
  }
  for (const Thread* const thread : state.tasks.threads()) {
    if (auto violation =
            check_isolation(state, thread->descriptors, thread->task, thread->id, thread->name)) {
      return violation;
    }
    if (thread->state != RunState::kEnded) continue;
    const bool of_ended_task = state.tasks[thread->task].state == TaskState::kEnded;
    const bool of_living_task = state.tasks[thread->task].state == TaskState::kAlive;
    if ((of_ended_task || of_living_task) && thread->descriptors.open() != 0) {
      return leak(fmt::format("{} has ended and still has open ends", thread->name));
    }
    if (!thread->held_locks.empty()) {
      return leak(fmt::format("{} has ended and holds a kernel lock", thread->name));
    }
  }
  return std::nullopt;
}

std::optional<Violation> check_invariants(const KernelState& state) {
  if (auto violation = check_threads(state)) return violation;
  if (auto violation = check_ipc(state)) return violation;
  if (auto violation = check_lifetimes(state)) return violation;
  if (auto violation = check_memory(state)) return violation;
  return check_wakeups(state);
}

}  // namespace ipcsim::kernel
