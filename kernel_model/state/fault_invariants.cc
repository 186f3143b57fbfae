// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include <fmt/format.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {
namespace {

// The daemon's end is open, a kernel socket, and a privileged task's.
std::optional<Violation> check_holder(const KernelState& state) {
  if (!state.faults.end().valid()) return std::nullopt;
  const End& end = state.ipc[state.faults.end()];
  const Task& task = state.tasks[end.task];
  if (end.state != EndState::kKernelSocket || !task.privileged) {
    return violated(
        fmt::format("{} hears of page faults by an end that is no socket of a "
                    "privileged task",
                    task.name));
  }
  return std::nullopt;
}

std::optional<Violation> check_record(const KernelState& state, const FaultRecord& record) {
  const Task& task = state.tasks[record.fault.task];
  const std::int64_t number = record.fault.record;
  if (task.state == TaskState::kEnded) {
    return Violation{"leak", fmt::format("{} has ended and left fault {}", task.name, number)};
  }
  if (record.waiters.empty()) return violated(fmt::format("nobody waits for fault {}", number));
  for (const ThreadId id : record.waiters) {
    const Thread& waiter = state.tasks[id];
    if (waiter.task != task.id || waiter.wait.fault != number ||
        waiter.state != RunState::kFaulted) {
      return violated(
          fmt::format("{} stands at fault {} and does not wait for it", waiter.name, number));
    }
  }
  const auto& all = state.faults.records();
  const auto same = std::count_if(all.begin(), all.end(), [&record](const FaultRecord* other) {
    return other->state != FaultState::kOrphaned && other->fault.task == record.fault.task &&
           other->fault.page == record.fault.page;
  });
  if (same <= 1) return std::nullopt;
  return violated(fmt::format("a page of {} has two faults that can be answered", task.name));
}

std::optional<Violation> check_faulted(const KernelState& state, const Thread& thread) {
  if (thread.state != RunState::kFaulted) {
    if (thread.wait.fault == 0) return std::nullopt;
    return violated(
        fmt::format("{} is {} and remembers a fault", thread.name, name_of(thread.state)));
  }
  std::ptrdiff_t places = 0;
  for (const FaultRecord* const record : state.faults.records()) {
    places += std::count(record->waiters.begin(), record->waiters.end(), thread.id);
  }
  if (places == 1) return std::nullopt;
  return violated(fmt::format("{} is faulted and stands at {} faults", thread.name, places));
}

std::optional<Violation> check_count(const KernelState& state, const Task& task) {
  std::uint32_t queued = 0;
  for (const FaultRecord* const record : state.faults.records()) {
    if (record->fault.task == task.id && record->state == FaultState::kQueued) ++queued;
  }
  if (queued == task.queued_faults) return std::nullopt;
  return violated(fmt::format("{} has {} queued faults, but {} are counted", task.name, queued,
                              task.queued_faults));
}

}  // namespace

std::optional<Violation> check_faults(const KernelState& state) {
  if (auto violation = check_holder(state)) return violation;
  const FaultRecord* before = nullptr;
  for (const FaultRecord* const record : state.faults.records()) {
    if (before != nullptr && before->fault.record >= record->fault.record) {
      return violated("page faults are not in their order");
    }
    before = record;
    if (auto violation = check_record(state, *record)) return violation;
  }
  for (const Thread* const thread : state.tasks.threads()) {
    if (auto violation = check_faulted(state, *thread)) return violation;
  }
  for (const Task* const task : state.tasks.tasks()) {
    if (auto violation = check_count(state, *task)) return violation;
  }
  return std::nullopt;
}

}  // namespace ipcsim::kernel
