// SPDX-License-Identifier: BSD-2-Clause
#include "tests/package/alux_2014/alux_ipc.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ipcsim::alux {

using kernel::Buffer;
using kernel::Call;
using kernel::Descriptor;
using kernel::EndId;
using kernel::Event;
using kernel::EventKind;
using kernel::KernelError;
using kernel::Reason;
using kernel::Scope;
using kernel::SystemCall;
using kernel::SystemCallPath;
using kernel::TaskId;
using kernel::Thread;
using kernel::ThreadId;

namespace {

std::uint64_t argument(Scope scope) { return static_cast<std::uint64_t>(scope); }

}  // namespace

// --- Ports.

AluxIpc::PollState& AluxIpc::poll_state_of(ThreadId thread) {
  if (poll_states_.size() <= thread.value()) poll_states_.resize(thread.value() + 1);
  return poll_states_[thread.value()];
}

const AluxIpc::PollState* AluxIpc::find_poll_state(ThreadId thread) const {
  return thread.value() < poll_states_.size() ? &poll_states_[thread.value()] : nullptr;
}

AluxIpc::Port& AluxIpc::make_port(Thread& owner, Descriptor fd) {
  Port& port = ports_.emplace_back();
  port.id = EndId(static_cast<std::uint32_t>(ports_.size() - 1));
  port.task = owner.task;
  port.thread = owner.id;
  port.fd = fd;
  return port;
}

const AluxIpc::Port* AluxIpc::find(const Thread& thread, Descriptor fd) const {
  const EndId id = thread.descriptors.find(fd);
  return id.valid() ? &ports_[id.value()] : nullptr;
}

AluxIpc::Port* AluxIpc::find(const Thread& thread, Descriptor fd) {
  return const_cast<Port*>(std::as_const(*this).find(thread, fd));
}

bool AluxIpc::lock_ports(SystemCallPath& path, Thread& self) {
  return path.lock(state().tasks[self.task].descriptor_lock) && path.lock(lock_);
}

bool AluxIpc::lock_wake(SystemCallPath& path, const Port* woken) {
  if (woken == nullptr || !poll_state_of(woken->thread).polling) return true;
  return path.lock(state().tasks[woken->thread].wait_lock) && path.lock(state().scheduler.lock());
}

Call<Descriptor> AluxIpc::new_port(Thread& self, Scope scope) {
  SystemCallPath path(kernel_, self, SystemCall::new_port);
  const auto& cost = state().cost;
  if (!lock_ports(path, self) || !path.commit(cost.new_port_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  const auto id = EndId(static_cast<std::uint32_t>(ports_.size()));
  const bool unsupported = scope == Scope::kFullTask;
  const auto fd = unsupported ? std::nullopt : self.descriptors.add(id);
  if (!fd) {
    return path.fail(unsupported ? KernelError::unsupported : KernelError::limit,
                     cost.new_port_after, {kernel::kNoDescriptor, argument(scope)});
  }
  make_port(self, *fd);
  path.record({kernel::argument(*fd), argument(scope)});
  if (!path.leave(cost.new_port_after)) return Failure(KernelError::killed);
  return *fd;
}

Call<Nothing> AluxIpc::push_to_listen_queue(Thread& self, Descriptor fd) {
  SystemCallPath path(kernel_, self, SystemCall::push_to_listen_queue);
  const auto& cost = state().cost;
  kernel::Service& service = state().ipc.service_of(self.task);
  if (!path.lock(state().tasks[self.task].descriptor_lock) || !path.lock(service.lock) ||
      !path.lock(lock_) || !path.commit(cost.push_to_listen_queue_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  Port* const port = find(self, fd);
  std::optional<KernelError> error;
  if (port == nullptr) {
    error = KernelError::bad_descriptor;
  } else if (port->state == PortState::kConnected) {
    error = KernelError::bad_argument;
  } else if (port->state == PortState::kOffered) {
    error = KernelError::busy;
  }
  if (error) {
    return path.fail(*error, cost.push_to_listen_queue_after,
                     {kernel::argument(fd), service.ports.size()});
  }
  port->state = PortState::kOffered;
  service.ports.push_back(port->id);
  path.record({kernel::argument(fd), service.ports.size()});
  if (!path.leave(cost.push_to_listen_queue_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Descriptor> AluxIpc::connect(Thread& self, TaskId server, Scope scope) {
  SystemCallPath path(kernel_, self, SystemCall::connect);
  const auto& cost = state().cost;
  kernel::Service& service = state().ipc.service_of(server);
  const kernel::Task& client = state().tasks[self.task];
  if (!path.lock(state().tasks[self.task].descriptor_lock) || !path.lock(service.lock) ||
      !path.lock(lock_)) {
    return Failure(KernelError::killed);
  }
  Port* const port = service.ports.empty() ? nullptr : &ports_[service.ports.front().value()];
  if (!lock_wake(path, port) || !path.commit(cost.connect_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  std::optional<KernelError> error;
  if (scope == Scope::kFullTask) {
    error = KernelError::unsupported;
  } else if (state().tasks[server].state != kernel::TaskState::kAlive) {
    error = KernelError::refused;
  } else if (!service.permissions.allows(client.uid)) {
    error = KernelError::blocked;
  } else if (port == nullptr) {
    error = KernelError::refused;
  }
  const auto fd =
      error ? std::nullopt : self.descriptors.add(EndId(static_cast<std::uint32_t>(ports_.size())));
  if (!fd) {
    return path.fail(error.value_or(KernelError::limit), cost.connect_after,
                     {kernel::kNoDescriptor, argument(scope), server.value()});
  }
  service.ports.erase(service.ports.begin());
  Port& end = make_port(self, *fd);
  end.by_connect = true;
  end.state = port->state = PortState::kConnected;
  end.remote = port;
  port->remote = &end;
  const std::uint32_t flow = kernel_.tracer().new_flow();
  path.record({kernel::argument(*fd), argument(scope), server.value()}, {.flow = flow});
  send(*port, {&Port::opened, Reason::kOpened, flow});
  if (!path.leave(cost.connect_after)) return Failure(KernelError::killed);
  return *fd;
}

// --- Messages.

Call<Buffer> AluxIpc::read(Thread& self, Descriptor fd) {
  SystemCallPath path(kernel_, self, SystemCall::read);
  const auto& cost = state().cost;
  if (!lock_ports(path, self) || !path.commit(cost.read_before)) {
    return Failure(KernelError::killed);
  }
  const Port* const port = find(self, fd);
  if (port == nullptr) {
    return path.fail(KernelError::bad_descriptor, cost.read_after,
                     {kernel::kNoArgument, kernel::argument(fd), 0});
  }
  const Buffer message = port->last_message;
  path.record({kernel_.tracer().keep(message), kernel::argument(fd), 0}, {.result = kernel::kOk});
  if (!path.leave(cost.read_after)) return Failure(KernelError::killed);
  return message;
}

Call<Nothing> AluxIpc::write(Thread& self, Descriptor fd, std::span<const std::byte> bytes) {
  SystemCallPath path(kernel_, self, SystemCall::write);
  const auto& cost = state().cost;
  if (!lock_ports(path, self) || !path.commit(cost.write_before)) {
    return Failure(KernelError::killed);
  }
  const Port* const port = find(self, fd);
  std::optional<KernelError> error;
  if (bytes.size() > kernel::kBufferBytes) {
    error = KernelError::too_long;
  } else if (port == nullptr) {
    error = KernelError::bad_descriptor;
  } else if (port->remote == nullptr) {
    error = KernelError::not_connected;
  } else if (port->remote->state == PortState::kClosed) {
    error = KernelError::peer_closed;
  }
  const std::uint64_t kept =
      kernel_.tracer().keep(bytes.first(std::min(bytes.size(), kernel::kBufferBytes)));
  if (error) return path.fail(*error, cost.write_after, {kept, kernel::argument(fd), 0});
  std::copy(bytes.begin(), bytes.end(), port->remote->last_message.begin());
  path.record({kept, kernel::argument(fd), 0});
  if (!path.leave(cost.write_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Nothing> AluxIpc::wakeup(Thread& self, Descriptor fd) {
  SystemCallPath path(kernel_, self, SystemCall::wakeup);
  const auto& cost = state().cost;
  if (!lock_ports(path, self)) return Failure(KernelError::killed);
  Port* const port = find(self, fd);
  Port* const remote = port == nullptr ? nullptr : port->remote;
  if (!lock_wake(path, remote) || !path.commit(cost.wakeup_before)) {
    return Failure(KernelError::killed);
  }
  std::optional<KernelError> error;
  if (port == nullptr) {
    error = KernelError::bad_descriptor;
  } else if (remote == nullptr) {
    error = KernelError::not_connected;
  } else if (remote->state == PortState::kClosed) {
    error = KernelError::peer_closed;
  }
  if (error) {
    return path.fail(*error, cost.wakeup_after, {kernel::argument(fd), kernel::kNoArgument});
  }
  const std::uint32_t flow = kernel_.tracer().new_flow();
  ++state().ipc.wakeups;
  path.record({kernel::argument(fd), kernel::kNoArgument}, {.flow = flow});
  send(*remote, {&Port::signaled, Reason::kSignal, flow});
  if (!path.leave(cost.wakeup_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// A port that is pending already has told its thread: so it is not told again.
void AluxIpc::send(Port& to, News news) {
  const bool was_pending = to.pending();
  to.*news.bit = true;
  to.flow = news.flow;
  if (was_pending) return;
  PollState& owner = poll_state_of(to.thread);
  owner.pending.push_back(&to);
  if (!owner.polling) return;
  Port* const heard = first_pending(owner);
  Thread& thread = state().tasks[to.thread];
  if (heard == nullptr || thread.wait.state != kernel::WaitState::kWaiting) return;
  thread.wait.event = report(owner, *heard);
  owner.polling = false;
  state().ipc.complete(thread, news.why, news.flow);
}

// --- Closing.

void AluxIpc::sever(Port& port, std::uint32_t flow) {
  if (port.state == PortState::kOffered) {
    auto& queue = state().ipc.service_of(port.task).ports;
    queue.erase(std::find(queue.begin(), queue.end(), port.id));
  }
  std::erase(poll_state_of(port.thread).pending, &port);
  state().tasks[port.thread].descriptors.remove(port.fd);
  port.opened = port.signaled = port.closed = false;
  port.state = PortState::kClosed;
  const bool connected = port.remote != nullptr && port.remote->state != PortState::kClosed;
  if (connected) send(*port.remote, {&Port::closed, Reason::kClosed, flow});
}

Call<Nothing> AluxIpc::close(Thread& self, Descriptor fd) {
  SystemCallPath path(kernel_, self, SystemCall::close);
  const auto& cost = state().cost;
  kernel::Service& service = state().ipc.service_of(self.task);
  if (!path.lock(state().tasks[self.task].descriptor_lock) || !path.lock(service.lock) ||
      !path.lock(lock_)) {
    return Failure(KernelError::killed);
  }
  Port* const port = find(self, fd);
  if (!lock_wake(path, port == nullptr ? nullptr : port->remote) ||
      !path.commit(cost.close_before)) {
    return Failure(KernelError::killed);
  }
  if (port == nullptr) {
    return path.fail(KernelError::bad_descriptor, cost.close_after,
                     {kernel::argument(fd), kernel::kNoArgument});
  }
  const std::uint32_t flow = kernel_.tracer().new_flow();
  path.record({kernel::argument(fd), kernel::kNoArgument}, {.flow = flow});
  sever(*port, flow);
  if (!path.leave(cost.close_after)) return Failure(KernelError::killed);
  return Nothing{};
}

void AluxIpc::close_ends_of(Thread& self) { close_in_the_end(self, self); }

void AluxIpc::close_ends_of_task(Thread& last) {
  for (const ThreadId id : state().tasks[last.task].threads) {
    close_in_the_end(last, state().tasks[id]);
  }
}

// `self` runs; the ends are those of `owner`, whose descriptors nobody else uses any more.
void AluxIpc::close_in_the_end(Thread& self, const Thread& owner) {
  while (const auto fd = owner.descriptors.next_open(0)) {
    SystemCallPath path = SystemCallPath::of_end(kernel_, self);
    Port* const port = find(owner, *fd);
    if (!path.lock(state().tasks[self.task].descriptor_lock) ||
        !path.lock(state().ipc.service_of(self.task).lock) || !path.lock(lock_) ||
        !lock_wake(path, port->remote) || !path.commit(state().cost.close_before)) {
      return;
    }
    sever(*port, kernel_.tracer().new_flow());
    path.let_go();
  }
}

// --- Poll.

AluxIpc::Port* AluxIpc::first_pending(const PollState& of) const {
  for (Port* const port : of.pending) {
    if (std::find(of.polled.begin(), of.polled.end(), port->id) != of.polled.end()) return port;
  }
  return nullptr;
}

// What a port has to tell first, which it then has told.
Event AluxIpc::report(PollState& of, Port& port) {
  Event event;
  event.fd = port.fd;
  if (port.opened) {
    event.kind = EventKind::kOpened;
    event.task = port.remote->task;
    event.uid = state().tasks[event.task].uid;
    port.opened = false;
  } else if (port.signaled) {
    event.kind = EventKind::kSignaled;
    port.signaled = false;
  } else {
    event.kind = EventKind::kClosed;  // stays
  }
  std::erase(of.pending, &port);
  if (port.pending()) of.pending.push_back(&port);
  return event;
}

Call<Event> AluxIpc::poll(Thread& self, std::span<const Descriptor> fds, Cycles timeout) {
  SystemCallPath path(kernel_, self, SystemCall::poll);
  if (!lock_ports(path, self) || !path.commit(state().cost.poll_before)) {
    return Failure(KernelError::killed);
  }
  PollState& own = poll_state_of(self.id);
  own.polled.clear();
  std::optional<KernelError> error;
  if (fds.empty()) error = KernelError::bad_argument;
  for (const Descriptor fd : fds) {
    const Port* const port = find(self, fd);
    if (port == nullptr) {
      error = KernelError::bad_descriptor;
    } else {
      own.polled.push_back(port->id);
    }
  }
  constexpr std::size_t kShown = 16;
  const std::uint64_t kept =
      kernel_.tracer().keep(std::as_bytes(fds.first(std::min(fds.size(), kShown))));
  if (error) {
    return path.fail(*error, state().cost.poll_after, {kept, kernel::kNoDescriptor, timeout});
  }
  return look(self, path, timeout, kept);
}

Call<Event> AluxIpc::poll_all(Thread& self, Cycles timeout) {
  SystemCallPath path(kernel_, self, SystemCall::poll_all);
  if (!lock_ports(path, self) || !path.commit(state().cost.poll_before)) {
    return Failure(KernelError::killed);
  }
  PollState& own = poll_state_of(self.id);
  own.polled.clear();
  for (auto fd = self.descriptors.next_open(0); fd;
       fd = self.descriptors.next_open(kernel::parts_of(*fd).slot + 1)) {
    own.polled.push_back(self.descriptors.find(*fd));
  }
  return look(self, path, timeout, std::nullopt);
}

// The first half of a poll: is anything pending? `kept` are the descriptors of an explicit one.
Call<Event> AluxIpc::look(Thread& self, SystemCallPath& path, Cycles timeout,
                          std::optional<std::uint64_t> kept) {
  const auto arguments = [kept, timeout](std::uint64_t ready) {
    return kept ? std::array<std::uint64_t, 4>{*kept, ready, timeout}
                : std::array<std::uint64_t, 4>{ready, timeout};
  };
  PollState& own = poll_state_of(self.id);
  if (Port* const port = first_pending(own)) {
    const std::uint32_t flow = port->flow;
    const Event event = report(own, *port);
    path.record(arguments(kernel::argument(event.fd)),
                {.result = kernel::result_of(event.kind), .flow = flow});
    if (!path.leave(state().cost.poll_after)) return Failure(KernelError::killed);
    return event;
  }
  if (timeout == 0) {
    path.record(arguments(kernel::kNoDescriptor),
                {.result = kernel::result_of(EventKind::kTimedOut)});
    if (!path.leave(state().cost.poll_after)) return Failure(KernelError::killed);
    return Event{};
  }
  path.record(arguments(kernel::kNoDescriptor), {.result = kernel::kBlocks});
  return sleep(self, path, timeout);
}

// The second half of a poll that found nothing. Between the halves the locks are free.
Call<Event> AluxIpc::sleep(Thread& self, SystemCallPath& path, Cycles timeout) {
  path.let_go();
  if (!lock_ports(path, self) || !path.lock(self.wait_lock) ||
      !path.lock(state().scheduler.lock()) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  PollState& own = poll_state_of(self.id);
  if (Port* const port = poll_ == Poll::kLooksAgain ? first_pending(own) : nullptr) {
    const Event event = report(own, *port);
    if (!path.leave(state().cost.poll_after)) return Failure(KernelError::killed);
    return event;
  }
  own.polling = true;
  self.wait.state = kernel::WaitState::kWaiting;
  if (timeout != kNever) {
    state().scheduler.arm_timer(self, later(kernel_.engine().now(), timeout));
  }
  const bool alive = path.block(kernel::RunState::kPolling, state().cost.poll_after);
  poll_state_of(self.id).polling = false;
  if (!alive) return Failure(KernelError::killed);
  const Event event = self.wait.event;
  const bool timed_out = event.kind == EventKind::kTimedOut;
  const bool opened = event.kind == EventKind::kOpened;
  kernel_.tracer().emit(
      kernel::EventGroup::kIpc, kernel::EventCode::kPolled, self.processor->cpu.number(),
      self.source,
      {timed_out ? kernel::kNoDescriptor : kernel::argument(event.fd),
       opened ? event.task.value() : kernel::kNoArgument, opened ? event.uid : kernel::kNoArgument},
      {.result = kernel::result_of(event.kind), .why = self.wait.why, .flow = self.wait.flow});
  path.record_return();
  return event;
}

// --- What others see.

AluxIpc::Counts AluxIpc::counts(TaskId task) const {
  Counts counts;
  for (const Port& port : ports_) {
    if (port.task != task || port.state == PortState::kClosed) continue;
    if (port.state != PortState::kConnected) ++counts.ports;
    if (port.by_connect) ++counts.connections;
  }
  counts.listen_queue = state().ipc.service_of(task).ports.size();
  return counts;
}

bool AluxIpc::signaled(const Thread& thread, Descriptor fd) const {
  const Port* const port = find(thread, fd);
  return port != nullptr && port->signaled;
}

bool AluxIpc::closed(const Thread& thread, Descriptor fd) const {
  const Port* const port = find(thread, fd);
  return port != nullptr && port->closed;
}

bool AluxIpc::sleeps_on_news(const Thread& thread) const {
  const PollState* const own = find_poll_state(thread.id);
  return own != nullptr && thread.state == kernel::RunState::kPolling && own->polling &&
         thread.wait.state == kernel::WaitState::kWaiting && first_pending(*own) != nullptr;
}

std::string AluxIpc::contradiction() const {
  for (const Port& port : ports_) {
    const PollState* const owner = find_poll_state(port.thread);
    const bool listed = owner != nullptr && std::find(owner->pending.begin(), owner->pending.end(),
                                                      &port) != owner->pending.end();
    if (listed != port.pending()) {
      return "port " + kernel::to_text(port.fd) + " and the list of pending ports disagree";
    }
  }
  return {};
}

}  // namespace ipcsim::alux
