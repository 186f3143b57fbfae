// SPDX-License-Identifier: BSD-2-Clause
// The calls on one end: ports, connecting, the buffer, the wakeup, closing. Each finds its objects
// under their locks and makes one change of IpcState in its commit step.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {
namespace {

std::uint64_t argument(Scope scope) { return static_cast<std::uint64_t>(scope); }
std::uint64_t lane_argument(const Thread* thread) {
  return thread == nullptr ? kNoArgument : thread->lane.value();
}

}  // namespace

bool Kernel::offers(Scope scope) const {
  return scope == Scope::kThreadLocal ||
         !state_.config.is(PolicyValue::ipc_scope_thread_local_only);
}

bool Kernel::lock_descriptors(SystemCallPath& path, Thread& self, Descriptor fd) {
  return fd.thread_local_scope() || path.lock(task_of(self).descriptor_lock);
}

Call<Descriptor> Kernel::new_port(Thread& self, Scope scope) {
  SystemCallPath path(*this, self, SystemCall::new_port);
  const machine::CostModel& cost = state_.cost;
  Task& task = task_of(self);
  if (!path.lock(task.descriptor_lock) || !path.commit(cost.new_port_before) ||
      path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  if (!offers(scope)) {
    return path.fail(KernelError::unsupported, cost.new_port_after,
                     {kNoDescriptor, argument(scope)});
  }
  End* const port =
      reached(task, LimitName::ports, task.ports) ? nullptr : state_.ipc.make_port(self, scope);
  if (port == nullptr) {
    return path.fail(KernelError::limit, cost.new_port_after, {kNoDescriptor, argument(scope)});
  }
  const Descriptor fd = port->fd;
  path.record({argument(fd), argument(scope)});
  if (!path.leave(cost.new_port_after)) return Failure(KernelError::killed);
  return fd;
}

Call<Nothing> Kernel::push_to_listen_queue(Thread& self, Descriptor fd) {
  SystemCallPath path(*this, self, SystemCall::push_to_listen_queue);
  const machine::CostModel& cost = state_.cost;
  Service& service = state_.ipc.service_of(self.task);
  if (!lock_descriptors(path, self, fd) || !path.lock(service.lock)) {
    return Failure(KernelError::killed);
  }
  // A client that waits is served at once; then its wait record and the run queue change too, and
  // the port has news, for which somebody may wait already.
  const auto first_client = [this, &service]() -> Thread* {
    return service.clients.empty() ? nullptr : &state_.tasks[service.clients.front()];
  };
  const End* const offered = state_.ipc.find(self, fd);
  Thread* const waiting = first_client();
  if (waiting != nullptr && offered != nullptr &&
      !lock_for_wakes(path, *offered, nullptr, waiting)) {
    return Failure(KernelError::killed);
  }
  if (offered != nullptr) path.hand_over(task_of(self).descriptor_lock);
  if (!path.commit(cost.push_to_listen_queue_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  End* const port = state_.ipc.find(self, fd);
  const Cycles after = cost.push_to_listen_queue_after;
  const std::uint64_t queued = service.ports.size();
  if (port == nullptr) {
    return path.fail(KernelError::bad_descriptor, after, {argument(fd), queued});
  }
  if (port->state == EndState::kConnected || port->state == EndState::kKernelSocket) {
    return path.fail(KernelError::bad_argument, after, {argument(fd), queued});
  }
  if (port->state == EndState::kQueued) {
    return path.fail(KernelError::busy, after, {argument(fd), queued});
  }
  const std::uint32_t flow = tracer_.new_flow();
  if (Thread* const client = first_client()) {
    path.record({argument(fd), 0}, {.flow = flow});
    serve_waiting_client(*client, *port, flow);
  } else {
    state_.ipc.offer(*port);
    path.record({argument(fd), service.ports.size()});
  }
  if (!path.leave(after)) return Failure(KernelError::killed);
  return Nothing{};
}

// The first waiting client gets a port that has just been offered.
void Kernel::serve_waiting_client(Thread& client, End& port, std::uint32_t flow) {
  Service& service = state_.ipc.service_of(port.task);
  service.clients.pop_front();
  --task_of(client).waiting_connects;
  const End* const end = state_.ipc.link(client, client.wait.scope, port);
  if (end != nullptr) state_.ipc.set_bit(port, Bit::kOpened, Reason::kOpened, flow);
  client.wait.failed = end == nullptr;
  client.wait.error = KernelError::limit;
  if (end != nullptr) client.wait.fd = end->fd;
  state_.ipc.complete(client, Reason::kPorted, flow);
}

// Why a connect cannot have a port, by precedence; `admitted`: it has been asked before whether the
// user id is blocked.
std::optional<KernelError> Kernel::connect_error(const Thread& self, TaskId server, Scope scope,
                                                 bool admitted) {
  const Task& task = state_.tasks[self.task];
  const Task& serving = state_.tasks[server];
  if (!offers(scope)) {
    return KernelError::unsupported;
  }
  if (reached(task, LimitName::connections, task.connections + task.waiting_connects)) {
    return KernelError::limit;
  }
  if (serving.state != TaskState::kAlive) return KernelError::refused;
  if (!admitted && !state_.ipc.service_of(server).permissions.allows(task.uid)) {
    return KernelError::blocked;
  }
  const bool blocks = state_.config.is(PolicyValue::listen_empty_block);
  if (state_.ipc.service_of(server).ports.empty() && !blocks) return KernelError::refused;
  return std::nullopt;
}

// The queue, and what changes with the port that the connect takes, or with the wait for one.
bool Kernel::lock_for_connect(SystemCallPath& path, Thread& self, Service& service,
                              bool& admitted) {
  Task& task = task_of(self);
  if (!path.lock(task.descriptor_lock)) return false;
  const bool crosswise = state_.config.has(Defect::locks_taken_crosswise);
  if (crosswise && !path.lock(state_.ipc.service_of(task.id).lock)) return false;
  if (!path.lock(service.lock)) return false;
  if (state_.config.has(Defect::check_apart_from_use)) {
    admitted = service.permissions.allows(task.uid);
    if (!lose_atomicity(self, path, {&task.descriptor_lock, &service.lock})) return false;
  }
  if (!service.ports.empty()) return lock_for_wakes(path, state_.ipc[service.ports.front()]);
  return !state_.config.is(PolicyValue::listen_empty_block) ||
         (path.lock(self.wait_lock) && path.lock(state_.scheduler.lock()));
}

Call<Descriptor> Kernel::connect(Thread& self, TaskId server, Scope scope) {
  SystemCallPath path(*this, self, SystemCall::connect);
  const machine::CostModel& cost = state_.cost;
  Service& service = state_.ipc.service_of(server);
  bool admitted = false;
  if (!lock_for_connect(path, self, service, admitted)) return Failure(KernelError::killed);
  if (!path.commit(cost.connect_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  if (const auto error = connect_error(self, server, scope, admitted)) {
    if (state_.config.has(Defect::count_kept_on_error)) ++task_of(self).connections;
    return path.fail(*error, cost.connect_after, {kNoDescriptor, argument(scope), server.value()});
  }
  if (service.ports.empty()) return wait_for_port(self, path, server, scope);
  End& port = state_.ipc[service.ports.front()];
  const std::uint32_t flow = tracer_.new_flow();
  state_.ipc.take_offer(port);
  const End* const end = state_.ipc.link(self, scope, port);
  if (end == nullptr) {
    state_.ipc.offer(port);
    return path.fail(KernelError::limit, cost.connect_after,
                     {kNoDescriptor, argument(scope), server.value()});
  }
  const Descriptor fd = end->fd;
  path.record({argument(fd), argument(scope), server.value()}, {.flow = flow});
  state_.ipc.set_bit(port, Bit::kOpened, Reason::kOpened, flow);
  if (!path.leave(cost.connect_after)) return Failure(KernelError::killed);
  return fd;
}

Call<Descriptor> Kernel::wait_for_port(Thread& self, SystemCallPath& path, TaskId server,
                                       Scope scope) {
  path.record({kNoDescriptor, argument(scope), server.value()}, {.result = kBlocks});
  Service& service = state_.ipc.service_of(server);
  if (state_.config.has(Defect::connect_looks_before_it_queues) &&
      !lose_atomicity(self, path, {&service.lock, &self.wait_lock, &state_.scheduler.lock()})) {
    return Failure(KernelError::killed);
  }
  service.clients.push_back(self.id);
  ++task_of(self).waiting_connects;
  self.wait.state = WaitState::kWaiting;
  self.wait.failed = false;
  self.wait.server = server;
  self.wait.scope = scope;
  if (!path.block(RunState::kConnecting, state_.cost.connect_after)) {
    return Failure(KernelError::killed);
  }
  Extra extra{.why = self.wait.why, .flow = self.wait.flow};
  if (self.wait.failed) {
    ++state_.count_of(SystemCall::connect).failures;
    extra.result = result_of(self.wait.error);
  }
  tracer_.emit(EventGroup::kIpc, EventCode::kConnected, self.processor->cpu.number(), self.source,
               {self.wait.failed ? kNoDescriptor : argument(self.wait.fd), server.value()}, extra);
  path.record_return();
  if (self.wait.failed) return Failure(self.wait.error);
  return self.wait.fd;
}

Call<Buffer> Kernel::read(Thread& self, Descriptor fd) {
  SystemCallPath path(*this, self, SystemCall::read);
  const machine::CostModel& cost = state_.cost;
  if (!lock_descriptors(path, self, fd) || !lock_connection(path, self, fd) ||
      !path.commit(cost.read_before)) {
    return Failure(KernelError::killed);
  }
  const End* const end = state_.ipc.find(self, fd);
  if (end == nullptr) {
    return path.fail(KernelError::bad_descriptor, cost.read_after, {kNoArgument, argument(fd), 0});
  }
  Buffer buffer{};
  std::uint64_t sequence = 0;
  std::uint32_t flow = 0;
  if (end->connection.valid()) {
    const Message& message = state_.ipc.read_by(*end);
    buffer = message.bytes;
    state_.traffic.buffer_bytes += kBufferBytes;
    if (message.writer != end->side) flow = message.flow;
    sequence = state_.ipc[end->connection].writes;
  }
  if (tracer_.records(EventGroup::kIpc)) {
    path.record({tracer_.keep(buffer), argument(fd), sequence}, {.result = kOk, .flow = flow});
  }
  if (!path.leave(cost.read_after)) return Failure(KernelError::killed);
  return buffer;
}

// A port becomes connected under its listen queue's lock: who has that knows what the end is.
bool Kernel::lock_if_port(SystemCallPath& path, const End& end) {
  return !end.unconnected() || path.lock(state_.ipc.service_of(end.task).lock);
}

// Who has an end's connection, or its listen queue, keeps it from being closed: the descriptor
// table is needed no more.
bool Kernel::lock_connection(SystemCallPath& path, Thread& self, Descriptor fd) {
  const End* const end = state_.ipc.find(self, fd);
  if (end == nullptr) return true;
  if (!lock_if_port(path, *end)) return false;
  if (end->state == EndState::kKernelSocket) return true;  // it has none: the table keeps it
  if (end->connection.valid() && !path.lock(state_.ipc[end->connection].lock)) return false;
  path.hand_over(task_of(self).descriptor_lock);
  return true;
}

Call<Nothing> Kernel::write(Thread& self, Descriptor fd, std::span<const std::byte> bytes) {
  SystemCallPath path(*this, self, SystemCall::write);
  const machine::CostModel& cost = state_.cost;
  if (!lock_descriptors(path, self, fd) || !lock_connection(path, self, fd) ||
      !path.commit(cost.write_before)) {
    return Failure(KernelError::killed);
  }
  const std::uint64_t kept = tracer_.records(EventGroup::kIpc)
                                 ? tracer_.keep(bytes.first(std::min(bytes.size(), kBufferBytes)))
                                 : 0;
  const End* const end = state_.ipc.find(self, fd);
  std::optional<KernelError> error;
  if (bytes.size() > kBufferBytes) {
    error = KernelError::too_long;
  } else if (end == nullptr) {
    error = KernelError::bad_descriptor;
  } else {
    error = send_error(*end);
  }
  if (error) return path.fail(*error, cost.write_after, {kept, argument(fd), 0});
  Message& message = state_.ipc.written_by(*end);
  std::copy(bytes.begin(), bytes.end(), message.bytes.begin());
  state_.traffic.buffer_bytes += bytes.size();
  message.flow = tracer_.new_flow();
  message.writer = end->side;
  const std::uint64_t sequence = ++state_.ipc[end->connection].writes;
  path.record({kept, argument(fd), sequence}, {.flow = message.flow});
  if (!path.leave(cost.write_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// Why nothing can be sent from `end`.
std::optional<KernelError> Kernel::send_error(const End& end) {
  if (end.state != EndState::kConnected) return KernelError::not_connected;
  if (state_.ipc.remote_of(end) == nullptr) return KernelError::peer_closed;
  return std::nullopt;
}

Call<Nothing> Kernel::wakeup(Thread& self, Descriptor fd) {
  SystemCallPath path(*this, self, SystemCall::wakeup);
  const machine::CostModel& cost = state_.cost;
  if (state_.config.has(Defect::pager_and_client_wait) && !wait_for_receiver(self, path, fd)) {
    return Failure(KernelError::killed);
  }
  if (!lock_descriptors(path, self, fd)) return Failure(KernelError::killed);
  const End* end = state_.ipc.find(self, fd);
  bool overlaps = false;
  if (end != nullptr && !lock_for_signal(path, *end, overlaps)) {
    return Failure(KernelError::killed);
  }
  End* const target = end == nullptr || overlaps ? nullptr : state_.ipc.remote_of(*end);
  const bool wakes = target != nullptr && state_.ipc.poller_of(*target) != nullptr;
  if (!path.commit(wakes ? cost.wakeup_before : cost.wakeup_pending_before)) {
    return Failure(KernelError::killed);
  }
  end = state_.ipc.find(self, fd);
  std::optional<KernelError> error;
  if (end == nullptr) {
    error = KernelError::bad_descriptor;
  } else {
    error = send_error(*end);
    if (!error && overlaps) error = KernelError::busy;
  }
  if (error) return path.fail(*error, cost.wakeup_pending_after, {argument(fd), kNoArgument});
  const std::uint32_t flow = tracer_.new_flow();
  ++state_.ipc.wakeups;
  End& remote = *state_.ipc.remote_of(*end);
  const Thread* const woken = state_.ipc.poller_of(remote);
  path.record({argument(fd), lane_argument(woken)}, {.flow = flow});
  state_.ipc.set_bit(remote, Bit::kSignaled, Reason::kSignal, flow);
  if (!path.leave(wakes ? cost.wakeup_after : cost.wakeup_pending_after)) {
    return Failure(KernelError::killed);
  }
  return Nothing{};
}

// `overlaps`: another call has the connection, and the policy is not to wait for it.
bool Kernel::lock_for_signal(SystemCallPath& path, const End& end, bool& overlaps) {
  if (end.state == EndState::kKernelSocket) return true;
  if (!lock_if_port(path, end)) return false;
  KernelLock& table = state_.tasks[end.task].descriptor_lock;
  if (!end.connection.valid()) {
    path.hand_over(table);
    return true;
  }
  KernelLock& lock = state_.ipc[end.connection].lock;
  if (state_.config.is(PolicyValue::signal_overlap_busy) &&
      state_.config.is(PolicyValue::kernel_lock_fine)) {
    bool taken = false;
    if (!path.try_lock(lock, taken)) return false;
    overlaps = !taken;
  } else if (!path.lock(lock)) {
    return false;
  }
  if (overlaps) return true;
  path.hand_over(table);
  End* const remote = state_.ipc.remote_of(end);
  return remote == nullptr || lock_for_wakes(path, *remote);
}

Call<Nothing> Kernel::close(Thread& self, Descriptor fd) {
  SystemCallPath path(*this, self, SystemCall::close);
  const machine::CostModel& cost = state_.cost;
  // Also for a thread-local end: the task counts all of them.
  if (!path.lock(task_of(self).descriptor_lock)) return Failure(KernelError::killed);
  End* end = state_.ipc.find(self, fd);
  if (end != nullptr && !lock_for_close(path, *end)) return Failure(KernelError::killed);
  if (!path.commit(cost.close_before)) return Failure(KernelError::killed);
  end = state_.ipc.find(self, fd);
  if (end == nullptr) {
    return path.fail(KernelError::bad_descriptor, cost.close_after, {argument(fd), kNoArgument});
  }
  const std::uint32_t flow = tracer_.new_flow();
  End* const remote = state_.ipc.remote_of(*end);
  const Thread* const woken = remote == nullptr ? nullptr : state_.ipc.poller_of(*remote);
  path.record({argument(fd), lane_argument(woken)}, {.flow = flow});
  const bool ends_daemon = state_.faults.is(*end);
  close_connected(self, *end, flow);
  if (ends_daemon) {
    release_all(self);
    end_orphaned_tasks(self, path.activity());
  }
  if (!path.leave(cost.close_after)) return Failure(KernelError::killed);
  return Nothing{};
}

bool Kernel::lock_for_close(SystemCallPath& path, End& end) {
  if (!lock_if_port(path, end)) return false;
  if (InterruptLine* const line = line_of(end)) {
    if (!path.lock(line->lock)) return false;
  }
  if (state_.faults.is(end) && !path.lock(state_.faults.lock)) return false;
  if (!end.connection.valid()) return lock_for_wakes(path, end);
  return path.lock(state_.ipc[end.connection].lock) &&
         lock_for_wakes(path, end, state_.ipc.remote_of(end));
}

}  // namespace ipcsim::kernel
