// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/state/standstill.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>

namespace ipcsim::kernel {
namespace {

std::string owner_name(const KernelState& state, const End& end) {
  return std::string(end.scope == Scope::kThreadLocal ? state.tasks[end.thread].name
                                                      : state.tasks[end.task].name);
}

// Whom a polled end depends on, in words.
std::string describe_end(const KernelState& state, const End& end) {
  const std::string fd = to_text(end.fd);
  switch (end.state) {
    case EndState::kPort:
      return fmt::format("{} (a port that is not on offer)", fd);
    case EndState::kQueued:
      return fmt::format("{} (a port that waits for a client)", fd);
    case EndState::kKernelSocket:
      return fmt::format("{} (a socket of the kernel's)", fd);
    case EndState::kClosed:
      return fmt::format("{} (closed)", fd);
    case EndState::kConnected:
      break;
  }
  const Connection& connection = state.ipc[end.connection];
  const End& remote = state.ipc[connection.ends[1 - end.side]];
  std::string bits;
  if (end.readiness.opened) bits += " opened";
  if (end.readiness.signaled) bits += " signaled";
  if (end.readiness.closed) bits += " closed";
  if (!bits.empty()) bits = "; it has" + bits;
  return fmt::format("{} (its other end belongs to {}{})", fd, owner_name(state, remote), bits);
}

std::string describe_poll(const KernelState& state, const Thread& thread) {
  if (state.own_ipc != nullptr) return "polls";
  std::string text = "polls ";
  for (const EndId id : thread.wait.claimed) {
    if (id != thread.wait.claimed.front()) text += ", ";
    text += describe_end(state, state.ipc[id]);
  }
  if (!thread.wait.claimed.empty()) return text;
  const Task& task = state.tasks[thread.task];
  const bool of_task = task.poll_all_thread == thread.id;
  if (of_task)
    text += fmt::format("all {} full-task ends of {}", task.descriptors.open(), task.name);
  if (thread.wait.polls_thread_local) {
    text += fmt::format("{}all {} of its own", of_task ? " and " : "", thread.descriptors.open());
  }
  return text;
}

std::string describe_lock(const KernelState& state, const KernelLock& lock) {
  const std::string_view holder =
      lock.holder.valid() ? state.tasks[lock.holder].name : std::string_view("nobody");
  return fmt::format("spins on a kernel lock held by {}", holder);
}

const FaultRecord* record_of(const KernelState& state, const Thread& thread) {
  for (const FaultRecord* const record : state.faults.records()) {
    if (record->fault.record == thread.wait.fault) return record;
  }
  return nullptr;
}

std::string describe_fault(const KernelState& state, const Thread& thread) {
  const FaultRecord* const record = record_of(state, thread);
  if (record == nullptr) return "waits for a page, and its fault is forgotten";
  const std::string_view daemon = state.tasks[record->daemon].name;
  std::string why;
  switch (record->state) {
    case FaultState::kQueued:
      why = fmt::format("which {} has not taken", daemon);
      break;
    case FaultState::kTaken:
      why = fmt::format("which {} has taken and not answered", daemon);
      break;
    case FaultState::kOrphaned:
      why = fmt::format("which {} took before it ended", daemon);
      break;
  }
  // Only the defect pager_and_client_wait lets one wait for another's fault.
  const std::string what = record->fault.task == thread.task
                               ? fmt::format("page {:#x}", record->fault.page)
                               : std::string(state.tasks[record->fault.thread].name);
  return fmt::format("waits for {}: fault {}, {}", what, record->fault.record, why);
}

// A thread of the memory daemon, for which others wait.
bool is_waited_for(const KernelState& state, const Thread& thread) {
  const auto& records = state.faults.records();
  return std::any_of(records.begin(), records.end(), [&thread](const FaultRecord* record) {
    return record->daemon == thread.task && record->state != FaultState::kOrphaned;
  });
}

std::string describe_wait(const KernelState& state, const Thread& thread) {
  switch (thread.state) {
    case RunState::kPolling:
      return describe_poll(state, thread);
    case RunState::kConnecting:
      return fmt::format("waits for a port of {}", state.tasks[thread.wait.server].name);
    case RunState::kAwaiting:
      return "awaits a condition of the scenario";
    case RunState::kSleeping:
      return "sleeps";
    case RunState::kFaulted:
      return describe_fault(state, thread);
    case RunState::kReady:
      return "is ready, but no CPU takes it";
    case RunState::kRunning:
      if (thread.wanted_lock != nullptr) return describe_lock(state, *thread.wanted_lock);
      return "runs";
    case RunState::kEnded:
      break;
  }
  return "has ended";
}

}  // namespace

std::vector<const Thread*> overlooked_pollers(const KernelState& state) {
  std::vector<const Thread*> overlooked;
  for (const Thread* const thread : state.tasks.threads()) {
    if (thread->wait.state != WaitState::kWaiting || thread->state != RunState::kPolling) continue;
    if (state.own_ipc != nullptr) {
      if (state.own_ipc->sleeps_on_news(*thread)) overlooked.push_back(thread);
      continue;
    }
    const Task& task = state.tasks[thread->task];
    bool ready = task.poll_all_thread == thread->id && task.ready.first() != nullptr;
    ready = ready || (thread->wait.polls_thread_local && thread->ready.first() != nullptr);
    for (const EndId id : thread->wait.claimed) ready = ready || state.ipc[id].readiness.any();
    if (ready) overlooked.push_back(thread);
  }
  return overlooked;
}

engine::Finding explain_standstill(const KernelState& state) {
  engine::Finding finding;
  std::vector<const Thread*> stuck = overlooked_pollers(state);
  finding.name = stuck.empty() ? "deadlock" : "lost_wakeup";
  std::vector<const Thread*> waiting;
  for (const Thread* const thread : state.tasks.threads()) {
    if (thread->state == RunState::kEnded) continue;
    if (!thread->background) waiting.push_back(thread);
    const bool named = !thread->background || thread->wanted_lock != nullptr ||
                       thread->state == RunState::kFaulted || is_waited_for(state, *thread);
    if (named) {
      finding.details.push_back(fmt::format("{} {}", thread->name, describe_wait(state, *thread)));
    }
  }
  if (stuck.empty()) stuck = waiting;
  for (const Thread* const thread : stuck) finding.lanes.push_back(thread->lane);
  if (!stuck.empty()) finding.source = stuck.front()->source;
  finding.message = finding.name == "deadlock"
                        ? fmt::format("{} thread{} can never run again", stuck.size(),
                                      stuck.size() == 1 ? "" : "s")
                        : fmt::format("{} sleeps in a poll of an end that has something to tell",
                                      stuck.front()->name);
  return finding;
}

}  // namespace ipcsim::kernel
