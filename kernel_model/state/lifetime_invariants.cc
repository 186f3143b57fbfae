// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

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

// With its last thread a task ends; until then its threads have not all ended.
std::optional<Violation> check_living_task(const KernelState& state, const Task& task) {
  const auto has_ended = [&state](ThreadId id) {
    return state.tasks[id].state == RunState::kEnded;
  };
  const bool deserted =
      !task.threads.empty() && std::all_of(task.threads.begin(), task.threads.end(), has_ended);
  if (!deserted) return std::nullopt;
  return leak(fmt::format("{} has no thread left and has not ended", task.name));
}

std::optional<Violation> check_ended_thread(const KernelState& state, const Thread& thread) {
  const TaskState task = state.tasks[thread.task].state;
  if (task != TaskState::kDying && thread.descriptors.open() != 0) {
    return leak(fmt::format("{} has ended and still has open ends", thread.name));
  }
  if (!thread.held_locks.empty()) {
    return leak(fmt::format("{} has ended and holds a kernel lock", thread.name));
  }
  if (thread.wait.timer.valid()) {
    return leak(fmt::format("{} has ended and a timer still runs for it", thread.name));
  }
  return std::nullopt;
}

// A frame that is not free is held by a task that has not ended, or it is mapped.
std::optional<Violation> check_frames(const KernelState& state) {
  for (std::uint32_t number = 1; number < state.frames.known(); ++number) {
    const Frame& frame = state.frames[FrameId(number)];
    if (frame.use == FrameUse::kFree) continue;
    if (frame.owner.valid() && state.tasks[frame.owner].state == TaskState::kEnded) {
      return leak(fmt::format("frame {} belongs to {}, which has ended", number,
                              state.tasks[frame.owner].name));
    }
    if (frame.use == FrameUse::kData && !frame.owner.valid() && frame.mappings == 0) {
      return leak(fmt::format("frame {} belongs to nobody and is not free", number));
    }
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
    if (auto violation = check_ended_thread(state, *thread)) return violation;
  }
  for (const Task* const task : state.tasks.tasks()) {
    if (task->state == TaskState::kEnded) continue;
    if (auto violation = check_living_task(state, *task)) return violation;
  }
  return check_frames(state);
}

std::optional<Violation> check_invariants(const KernelState& state) {
  if (auto violation = check_threads(state)) return violation;
  if (auto violation = check_ipc(state)) return violation;
  if (auto violation = check_faults(state)) return violation;
  if (auto violation = check_lifetimes(state)) return violation;
  if (auto violation = check_memory(state)) return violation;
  if (auto violation = check_interrupts(state)) return violation;
  return check_wakeups(state);
}

}  // namespace ipcsim::kernel
