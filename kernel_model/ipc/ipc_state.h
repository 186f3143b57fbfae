// SPDX-License-Identifier: BSD-2-Clause
// IpcState: all ends, connections and services of a run, and what may happen to them. Each function
// is one atomic change, made in a call's commit step under the locks that guard what it touches; it
// passes no time. The calls that use them, with locks and costs, are in kernel_model/entry.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/ipc/connection.h"
#include "kernel_model/ipc/service.h"
#include "kernel_model/task/scheduler.h"
#include "kernel_model/task/task_table.h"

namespace ipcsim::kernel {

// A set of ends that a poll waits for.
struct PollSet {
  std::span<const EndId> ends;  // an explicit poll: no end twice, all open and the caller's
  bool all_of_task = false;     // poll_all: every full-task end
  bool all_of_thread = false;   // poll_all: every thread-local end of the caller
};

// Which bit a wake sets.
enum class Bit : std::uint8_t { kOpened, kSignaled, kClosed };

class IpcState {
 public:
  IpcState(Arena& arena, TaskTable& tasks, Scheduler& scheduler, const Configuration& config);

  End& operator[](EndId id) { return *ends_[id.value()]; }
  const End& operator[](EndId id) const { return *ends_[id.value()]; }
  Connection& operator[](ConnectionId id) { return *connections_[id.value()]; }
  const Connection& operator[](ConnectionId id) const { return *connections_[id.value()]; }
  Service& service_of(TaskId task) { return *services_[task.value()]; }
  const Service& service_of(TaskId task) const { return *services_[task.value()]; }
  const std::pmr::vector<End*>& ends() const { return ends_; }
  const std::pmr::vector<Connection*>& connections() const { return connections_; }

  void add_service(TaskId task);  // once per task, in the order of their ids

  // --- Ends.
  // The end that `fd` names for `thread`, or null.
  End* find(const Thread& thread, Descriptor fd);
  const End* find(const Thread& thread, Descriptor fd) const;
  // The other end, or null when it is closed or there is none.
  End* remote_of(const End& end);

  // A port owned by `owner`; null when its descriptor table is full.
  End* make_port(Thread& owner, Scope scope);
  // An end of `owner` whose other end is the kernel, which signals it by set_bit(); null when the
  // descriptor table is full.
  End* make_kernel_socket(Thread& owner, Scope scope);
  // A client's end, linked to `port`, which is connected from now on; the caller sets its `opened`
  // bit. Null when the client's descriptor table is full; then nothing has changed.
  End* link(Thread& client, Scope scope, End& port);
  // Puts an end that has a bit into its owner's ready list; wakes nobody.
  void enter_ready_list(End& end);
  // Takes a bit back that nobody has heard of.
  void discard_signal(End& end);
  // Sets a bit, and completes the wait of the thread that polls the end; gives that thread.
  Thread* set_bit(End& end, Bit bit, Reason why, std::uint32_t flow);
  // The thread that is blocked in a poll of this end, or null.
  Thread* poller_of(const End& end);
  // A port joins its task's listen queue, or leaves it to be connected.
  void offer(End& port);
  void take_offer(End& port);
  // Closes an end: its descriptor goes, a queued port leaves its queue, a poll of it is cancelled.
  // The remote's closed bit is the caller's business (set_bit): it comes first.
  void close(End& end);

  // Defect stale_slot_reuse: the peer counts as gone while nothing has its descriptor's slot.
  void look_for_peer(End& end);

  // --- The buffer, seen from one end.
  Message& written_by(const End& end);
  const Message& read_by(const End& end) const;

  // --- Poll.
  // A descriptor that another thread has claimed, if there is one.
  std::optional<Descriptor> claimed_by_other(const Thread& thread, const PollSet& set) const;
  // The end of the set that stands first in the ready lists, or null.
  End* first_ready(const Thread& thread, const PollSet& set);
  // Reports what `end` has first: clears the bit, moves or removes the end in its ready list.
  Event report(End& end);
  void claim(Thread& thread, const PollSet& set);
  void release_claims(Thread& thread);

  // Ends a thread's wait, unless that has happened: who completes first wins. Its claims go and it
  // becomes ready. False when it was no longer waiting.
  bool complete(Thread& thread, Reason why, std::uint32_t flow);

  std::uint64_t wakeups = 0;   // successful ones, for the run's summary
  std::size_t most_bytes = 0;  // of kernel memory, that ends and connections took at one time

 private:
  ReadyList& ready_list_of(const End& end);
  DescriptorTable& table_of(const End& end);
  void take_bytes(std::size_t bytes);
  std::size_t connection_bytes() const;
  // With a number of its own, or null when there is none left.
  End* make_end(Thread& owner, Scope scope);

  Arena& arena_;
  TaskTable& tasks_;
  Scheduler& scheduler_;
  const Configuration& config_;
  std::pmr::vector<End*> ends_;
  std::pmr::vector<Connection*> connections_;
  std::pmr::vector<Service*> services_;
  std::uint64_t next_order_ = 0;
  std::size_t bytes_ = 0;  // that they take now
};

// What every call asks, most of them several times.

inline End* IpcState::find(const Thread& thread, Descriptor fd) {
  const DescriptorTable& table =
      fd.thread_local_scope() ? thread.descriptors : tasks_[thread.task].descriptors;
  const EndId id = table.find(fd);
  return id.valid() ? ends_[id.value()] : nullptr;
}

inline const End* IpcState::find(const Thread& thread, Descriptor fd) const {
  return const_cast<IpcState*>(this)->find(thread, fd);
}

inline End* IpcState::remote_of(const End& end) {
  if (!end.connection.valid()) return nullptr;
  End& remote = (*this)[(*this)[end.connection].ends[1 - end.side]];
  return remote.state == EndState::kClosed ? nullptr : &remote;
}

inline ReadyList& IpcState::ready_list_of(const End& end) {
  return end.scope == Scope::kThreadLocal ? tasks_[end.thread].ready : tasks_[end.task].ready;
}

inline void IpcState::enter_ready_list(End& end) {
  if (end.readiness.any() && !end.listed()) ready_list_of(end).push_back(end, next_order_++);
}

inline Thread* IpcState::poller_of(const End& end) {
  const auto waits = [this](ThreadId id) {
    return id.valid() && tasks_[id].wait.state == WaitState::kWaiting;
  };
  if (waits(end.poller)) return &tasks_[end.poller];
  if (end.scope == Scope::kFullTask) {
    const ThreadId all = tasks_[end.task].poll_all_thread;
    return waits(all) ? &tasks_[all] : nullptr;
  }
  Thread& owner = tasks_[end.thread];
  return owner.wait.polls_thread_local && waits(owner.id) ? &owner : nullptr;
}

}  // namespace ipcsim::kernel
