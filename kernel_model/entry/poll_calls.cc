// SPDX-License-Identifier: BSD-2-Clause
// poll and poll_all: test and block in one atomic step, claim all ends or none, report one event.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {
namespace {

std::uint64_t reported_fd(const Event& event) {
  return event.kind == EventKind::kTimedOut ? kNoDescriptor : argument(event.fd);
}

}  // namespace

// What the trace calls the set: the descriptors of poll, nothing for poll_all.
std::uint64_t Kernel::keep_descriptors(std::span<const Descriptor> fds) {
  if (!tracer_.records(EventGroup::kIpc)) return 0;
  constexpr std::size_t kShown = 16;  // the record keeps at most 255 bytes
  return tracer_.keep(std::as_bytes(fds.first(std::min(fds.size(), kShown))));
}

Call<Event> Kernel::poll(Thread& self, std::span<const Descriptor> fds, Cycles timeout) {
  SystemCallPath path(*this, self, SystemCall::poll);
  const bool full_task =
      std::any_of(fds.begin(), fds.end(), [](Descriptor fd) { return !fd.thread_local_scope(); });
  if (full_task && !path.lock(task_of(self).descriptor_lock)) {
    return Failure(KernelError::killed);
  }
  std::optional<Descriptor> unknown = find_polled(self, fds);
  const std::uint64_t kept = keep_descriptors(fds);
  if (!lock_poll_set(path, self, {self.polled})) return Failure(KernelError::killed);
  if (!unknown) path.hand_over(task_of(self).descriptor_lock);
  if (!path.commit(state_.cost.poll_before)) return Failure(KernelError::killed);
  // Another thread that waited in connect may have been served meanwhile: look again.
  if (unknown) unknown = find_polled(self, fds);
  const Cycles after = state_.cost.poll_after;
  if (fds.empty()) {
    return path.fail(KernelError::bad_argument, after, {kept, kNoDescriptor, timeout});
  }
  if (unknown) {
    return path.fail(KernelError::bad_descriptor, after, {kept, argument(*unknown), timeout});
  }
  return wait_for_event(self, path, {self.polled}, timeout, kept);
}

// The ends that are named, by ascending id of connection, which is the order of their locks; the
// same descriptor twice counts once. Gives the first descriptor that names none.
std::optional<Descriptor> Kernel::find_polled(Thread& self, std::span<const Descriptor> fds) {
  self.polled.clear();
  std::optional<Descriptor> unknown;
  for (const Descriptor fd : fds) {
    const End* const end = state_.ipc.find(self, fd);
    if (end != nullptr) {
      self.polled.push_back(end->id);
    } else if (!unknown) {
      unknown = fd;
    }
  }
  std::sort(self.polled.begin(), self.polled.end(), [this](EndId a, EndId b) {
    const ConnectionId of_a = state_.ipc[a].connection;
    const ConnectionId of_b = state_.ipc[b].connection;
    return of_a != of_b ? of_a < of_b : a < b;
  });
  self.polled.erase(std::unique(self.polled.begin(), self.polled.end()), self.polled.end());
  return unknown;
}

Call<Event> Kernel::poll_all(Thread& self, Cycles timeout) {
  SystemCallPath path(*this, self, SystemCall::poll_all);
  const bool only_local = state_.config.is(PolicyValue::ipc_scope_thread_local_only);
  const bool with_local = state_.config.is(PolicyValue::poll_all_with_thread_local);
  const PollSet set{{}, !only_local, only_local || with_local};
  if (!path.lock(task_of(self).descriptor_lock) || !lock_poll_set(path, self, set) ||
      !path.commit(state_.cost.poll_before)) {
    return Failure(KernelError::killed);
  }
  return wait_for_event(self, path, set, timeout, std::nullopt);
}

// From the commit step of a poll on: reports what is ready, or claims the set and sleeps.
Call<Event> Kernel::wait_for_event(Thread& self, SystemCallPath& path, const PollSet& set,
                                   Cycles timeout, std::optional<std::uint64_t> kept) {
  const Cycles after = state_.cost.poll_after;
  const auto arguments = [kept, timeout](std::uint64_t ready) {
    return kept ? std::array<std::uint64_t, 4>{*kept, ready, timeout}
                : std::array<std::uint64_t, 4>{ready, timeout};
  };
  if (const auto claimed = state_.ipc.claimed_by_other(self, set)) {
    return path.fail(KernelError::busy, after, arguments(argument(*claimed)));
  }
  End* const ready = state_.ipc.first_ready(self, set);
  if (ready != nullptr || timeout == 0) {
    const std::uint32_t flow = ready == nullptr ? 0 : ready->flow;
    const Event event = ready == nullptr ? Event{} : state_.ipc.report(*ready);
    path.record(arguments(reported_fd(event)), {.result = result_of(event.kind), .flow = flow});
    if (!path.leave(after)) return Failure(KernelError::killed);
    note_brought(self, event);
    return event;
  }
  path.record(arguments(kNoDescriptor), {.result = kBlocks});
  if (state_.config.has(Defect::poll_tests_before_it_blocks) &&
      !lose_atomicity(self, path, {&self.wait_lock, &state_.scheduler.lock()})) {
    return Failure(KernelError::killed);
  }
  return sleep_in_poll(self, path, set, timeout);
}

Call<Event> Kernel::sleep_in_poll(Thread& self, SystemCallPath& path, const PollSet& set,
                                  Cycles timeout) {
  const Cycle deadline = timeout == kNever ? kNever : later(engine_.now(), timeout);
  for (;;) {
    if (path.ends_instead()) return Failure(KernelError::killed);
    state_.ipc.claim(self, set);
    self.wait.state = WaitState::kWaiting;
    self.wait.retest = false;
    state_.scheduler.arm_timer(self, deadline);
    const bool lives = path.block(RunState::kPolling, state_.cost.poll_after);
    if (state_.config.has(Defect::later_event_overwrites)) state_.ipc.release_claims(self);
    if (!lives) return Failure(KernelError::killed);
    if (!self.wait.retest) break;
    // Defects closed_after_wake and stale_slot_reuse: it looks itself, finds nothing and sleeps.
    if (state_.config.has(Defect::stale_slot_reuse)) {
      for (const EndId id : set.ends) state_.ipc.look_for_peer(state_.ipc[id]);
    }
    if (state_.ipc.first_ready(self, set) != nullptr) {
      self.wait.event = state_.ipc.report(*state_.ipc.first_ready(self, set));
      break;
    }
  }
  const Event event = self.wait.event;
  if (event.kind == EventKind::kTimedOut && state_.config.has(Defect::timeout_drops_signal)) {
    for (const EndId id : set.ends) state_.ipc.discard_signal(state_.ipc[id]);
  }
  const bool opened = event.kind == EventKind::kOpened;
  tracer_.emit(EventGroup::kIpc, EventCode::kPolled, self.processor->cpu.number(), self.source,
               {reported_fd(event), opened ? event.task.value() : kNoArgument,
                opened ? event.uid : kNoArgument},
               {.result = result_of(event.kind), .why = self.wait.why, .flow = self.wait.flow});
  path.record_return();
  note_brought(self, event);
  return event;
}

}  // namespace ipcsim::kernel
