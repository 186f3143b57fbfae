// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/ipc/ipc_state.h"

#include <algorithm>

#include "sim/base/check.h"

namespace ipcsim::kernel {

IpcState::IpcState(Arena& arena, TaskTable& tasks, Scheduler& scheduler,
                   const Configuration& config)
    : arena_(arena),
      tasks_(tasks),
      scheduler_(scheduler),
      config_(config),
      ends_(&arena),
      connections_(&arena),
      services_(&arena) {}

void IpcState::add_service(TaskId task) {
  const bool allow = config_.is(PolicyValue::permissions_default_allow);
  services_.push_back(arena_.make<Service>(task, allow, arena_));
}

DescriptorTable& IpcState::table_of(const End& end) {
  return end.scope == Scope::kThreadLocal ? tasks_[end.thread].descriptors
                                          : tasks_[end.task].descriptors;
}

End* IpcState::make_end(Thread& owner, Scope scope) {
  Task& task = tasks_[owner.task];
  const EndId id(static_cast<std::uint32_t>(ends_.size()));
  DescriptorTable& table = scope == Scope::kThreadLocal ? owner.descriptors : task.descriptors;
  const std::optional<Descriptor> fd = table.add(id);
  if (!fd) return nullptr;
  End* const end = arena_.make<End>();
  end->id = id;
  end->scope = scope;
  end->task = owner.task;
  end->thread = owner.id;
  end->fd = *fd;
  take_bytes(kEndBytes);
  ends_.push_back(end);
  return end;
}

void IpcState::take_bytes(std::size_t bytes) {
  bytes_ += bytes;
  most_bytes = std::max(most_bytes, bytes_);
}

std::size_t IpcState::connection_bytes() const {
  return kConnectionBytes + (config_.is(PolicyValue::buffer_shared) ? 1 : 2) * kBufferBytes;
}

End* IpcState::make_port(Thread& owner, Scope scope) {
  End* const end = make_end(owner, scope);
  if (end != nullptr) ++tasks_[owner.task].ports;
  return end;
}

End* IpcState::make_kernel_socket(Thread& owner, Scope scope) {
  End* const end = make_end(owner, scope);
  if (end != nullptr) end->state = EndState::kKernelSocket;
  return end;
}

End* IpcState::link(Thread& client, Scope scope, End& port) {
  End* const end = make_end(client, scope);
  if (end == nullptr) return nullptr;
  Task& task = tasks_[client.task];
  ++task.connections;
  take_bytes(connection_bytes());
  Connection* const connection = arena_.make<Connection>();
  connection->id = ConnectionId(static_cast<std::uint32_t>(connections_.size()));
  connection->lock.index = connection->id.value();
  connection->ends = {end->id, port.id};
  connections_.push_back(connection);
  --tasks_[port.task].ports;
  end->state = port.state = EndState::kConnected;
  end->connection = port.connection = connection->id;
  port.side = 1;
  port.client = client.task;
  port.client_uid = task.uid;
  return end;
}

Thread* IpcState::set_bit(End& end, Bit bit, Reason why, std::uint32_t flow) {
  switch (bit) {
    case Bit::kOpened:
      end.readiness.opened = true;
      break;
    case Bit::kSignaled:
      end.readiness.signaled = true;
      break;
    case Bit::kClosed:
      end.readiness.closed = true;
      break;
  }
  end.flow = flow;
  enter_ready_list(end);
  Thread* poller = poller_of(end);
  if (poller == nullptr && config_.has(Defect::later_event_overwrites) && end.poller.valid()) {
    poller = &tasks_[end.poller];  // which has not run since it was woken
  }
  if (poller == nullptr) return nullptr;
  // The poller slept, so no other end of its set was ready: this one is what it hears of.
  poller->wait.event = report(end);
  complete(*poller, why, flow);
  return poller;
}

void IpcState::offer(End& port) {
  port.state = EndState::kQueued;
  service_of(port.task).ports.push_back(port.id);
}

void IpcState::take_offer(End& port) {
  port.state = EndState::kPort;
  std::pmr::deque<EndId>& queue = service_of(port.task).ports;
  queue.erase(std::find(queue.begin(), queue.end(), port.id));
}

void IpcState::discard_signal(End& end) {
  end.readiness.signaled = false;
  if (end.listed() && !end.readiness.any()) ready_list_of(end).remove(end);
}

void IpcState::close(End& end) {
  Thread* const poller = poller_of(end);
  const bool dropped_silently = !end.poller.valid();  // poll_all drops it
  const bool queued = end.state == EndState::kQueued;
  if (queued && !config_.has(Defect::dead_port_stays_queued)) take_offer(end);
  Task& task = tasks_[end.task];
  if (end.unconnected()) --task.ports;
  if (end.state == EndState::kConnected && end.side == 0) --task.connections;
  if (end.listed()) ready_list_of(end).remove(end);
  table_of(end).remove(end.fd);
  bytes_ -= kEndBytes;
  if (end.connection.valid() && remote_of(end) == nullptr) bytes_ -= connection_bytes();
  end.state = EndState::kClosed;
  if (poller == nullptr || dropped_silently) return;
  if (config_.has(Defect::closed_end_stays_polled)) return;
  poller->wait.event = {EventKind::kCancelled, end.fd, TaskId::none(), 0};
  complete(*poller, Reason::kCancelled, 0);
}

void IpcState::look_for_peer(End& end) {
  if (!end.connection.valid()) return;
  const End& peer = (*this)[(*this)[end.connection].ends[1 - end.side]];
  const std::uint32_t slot = parts_of(peer.fd).slot;
  const std::optional<Descriptor> taken = table_of(peer).next_open(slot);
  if (taken && parts_of(*taken).slot == slot) return;
  end.readiness.closed = true;
  enter_ready_list(end);
}

Message& IpcState::written_by(const End& end) {
  const bool shared = config_.is(PolicyValue::buffer_shared);
  return (*this)[end.connection].buffers[shared ? 0 : end.side];
}

const Message& IpcState::read_by(const End& end) const {
  const bool shared = config_.is(PolicyValue::buffer_shared);
  return (*this)[end.connection].buffers[shared ? 0 : 1 - end.side];
}

std::optional<Descriptor> IpcState::claimed_by_other(const Thread& thread,
                                                     const PollSet& set) const {
  const Task& task = tasks_[thread.task];
  for (const EndId id : set.ends) {
    const End& end = (*this)[id];
    const bool by_all = end.scope == Scope::kFullTask && task.poll_all_thread.valid();
    if (end.poller.valid() || by_all) return end.fd;
  }
  if (!set.all_of_task) return std::nullopt;
  if (task.claimed == 0 && !task.poll_all_thread.valid()) return std::nullopt;
  for (auto fd = task.descriptors.next_open(0); fd;
       fd = task.descriptors.next_open(parts_of(*fd).slot + 1)) {
    if ((*this)[task.descriptors.find(*fd)].poller.valid() || task.poll_all_thread.valid()) {
      return fd;
    }
  }
  // Nothing is open yet, but the other poll_all has claimed what comes.
  if (task.poll_all_thread.valid()) return Descriptor{0};
  return std::nullopt;
}

End* IpcState::first_ready(const Thread& thread, const PollSet& set) {
  End* first = nullptr;
  const bool by_number = config_.has(Defect::lowest_end_first);
  const auto consider = [&first, by_number](ReadyNode* node) {
    auto* const end = static_cast<End*>(node);
    if (end == nullptr) return;
    const bool earlier =
        first == nullptr || (by_number ? end->id < first->id : end->order() < first->order());
    if (earlier) first = end;
  };
  for (const EndId id : set.ends) {
    End& end = (*this)[id];
    const bool overlooked = config_.has(Defect::poll_misses_pending) &&
                            ready_list_of(end).first() != static_cast<ReadyNode*>(&end);
    if (end.listed() && !overlooked) consider(&end);
  }
  if (set.all_of_task) consider(tasks_[thread.task].ready.first());
  if (set.all_of_thread) consider(thread.ready.first());
  return first;
}

Event IpcState::report(End& end) {
  Event event;
  event.kind = end.readiness.first();
  event.fd = end.fd;
  if (event.kind == EventKind::kOpened) {
    event.task = end.client;
    event.uid = end.client_uid;
  }
  if (event.kind == EventKind::kSignaled) event.sequence = end.sequence;
  end.readiness.reported(event.kind);
  ready_list_of(end).remove(end);
  enter_ready_list(end);
  return event;
}

void IpcState::claim(Thread& thread, const PollSet& set) {
  thread.wait.claimed.assign(set.ends.begin(), set.ends.end());
  Task& task = tasks_[thread.task];
  for (const EndId id : set.ends) {
    End& end = (*this)[id];
    end.poller = thread.id;
    if (end.scope == Scope::kFullTask) ++task.claimed;
  }
  if (set.all_of_task) task.poll_all_thread = thread.id;
  thread.wait.polls_thread_local = set.all_of_thread;
}

void IpcState::release_claims(Thread& thread) {
  Task& task = tasks_[thread.task];
  for (const EndId id : thread.wait.claimed) {
    End& end = (*this)[id];
    end.poller = ThreadId::none();
    if (end.scope == Scope::kFullTask) --task.claimed;
  }
  thread.wait.claimed.clear();
  thread.wait.polls_thread_local = false;
  if (task.poll_all_thread == thread.id) task.poll_all_thread = ThreadId::none();
}

bool IpcState::complete(Thread& thread, Reason why, std::uint32_t flow) {
  if (thread.wait.state != WaitState::kWaiting) return false;
  thread.wait.state = WaitState::kComplete;
  const bool keeps_claims = config_.has(why == Reason::kKilled ? Defect::poll_set_outlives_thread
                                                               : Defect::later_event_overwrites);
  if (!keeps_claims) release_claims(thread);
  thread.wait.why = why;
  thread.wait.flow = flow;
  if (!config_.has(Defect::timer_outlives_wait)) scheduler_.cancel_timer(thread);
  scheduler_.make_ready(thread, why, flow);
  return true;
}

}  // namespace ipcsim::kernel
