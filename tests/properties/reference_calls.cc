// SPDX-License-Identifier: BSD-2-Clause
// What each call should do and give, at the moment at which it takes effect.
#include <algorithm>
#include <bit>
#include <cstring>

#include "tests/properties/reference_errors.h"
#include "tests/properties/reference_kernel.h"

namespace ipcsim::test {

using kernel::kBlocks;
using kernel::KernelError;
using kernel::kNoArgument;
using kernel::kNoDescriptor;
using kernel::kNoResult;
using kernel::PolicyValue;
using kernel::Reason;
using kernel::result_of;
using kernel::Scope;
using kernel::SystemCall;

namespace {

std::uint64_t argument(std::int64_t fd) { return std::bit_cast<std::uint64_t>(fd); }

}  // namespace

ReferenceKernel::Problem ReferenceKernel::replay_call(unsigned thread, const trace::Record& record,
                                                      const trace::Recorder& recorder) {
  Thread& self = threads_[thread];
  switch (static_cast<SystemCall>(record.event)) {
    case SystemCall::connect:
      return connect(thread, record);
    case SystemCall::new_port:
      return new_port(thread, record);
    case SystemCall::push_to_listen_queue:
      return push(thread, record);
    case SystemCall::close:
      return close_call(thread, record);
    case SystemCall::read:
    case SystemCall::write:
      return read_or_write(thread, record, recorder);
    case SystemCall::wakeup:
      return wakeup(thread, record);
    case SystemCall::poll:
      return poll(thread, record, recorder);
    case SystemCall::poll_all:
      return poll_all(thread, record);
    case SystemCall::block_uid:
    case SystemCall::unblock_uid:
      return permission(thread, record);
    case SystemCall::spawn:
      return spawn(thread, record);
    case SystemCall::kill:
      return kill(thread, record);
    case SystemCall::new_frame:
    case SystemCall::copy_frame:
      return take_frame(thread, record);
    case SystemCall::free_frame:
      return free_frame(thread, record);
    case SystemCall::map:
      return map(thread, record);
    case SystemCall::protect:
    case SystemCall::unmap:
      return change_page(thread, record);
    case SystemCall::open_fault_socket:
      return open_fault_socket(thread, record);
    case SystemCall::take_fault:
      return take_fault(thread, record);
    case SystemCall::resume_fault:
    case SystemCall::refuse_fault:
      return answer_fault(thread, record);
    case SystemCall::open_interrupt_socket:
      return open_interrupt_socket(thread, record);
    case SystemCall::ack_interrupt:
      return ack_interrupt(thread, record);
    case SystemCall::device_read:
    case SystemCall::device_write:
      return access_device(thread, record);
    case SystemCall::exit_thread:
      self.exiting = true;
      self.closes_own = !tasks_[self.task].dying;
      return std::nullopt;
    case SystemCall::exit_task:
      stop_task(self.task, thread);
      return std::nullopt;
    case SystemCall::sleep:
      if (tasks_[self.task].dying) return std::nullopt;
      self.wait = Wait::kSleep;
      self.deadline = later(record.cycle, std::max<Cycles>(record.arguments[0], 1));
      return std::nullopt;
    case SystemCall::yield:
      return std::nullopt;
  }
  return "an unknown call";
}

ReferenceKernel::Problem ReferenceKernel::new_port(unsigned thread, const trace::Record& record) {
  const bool local = record.arguments[1] == static_cast<std::uint64_t>(Scope::kThreadLocal);
  const unsigned task = threads_[thread].task;
  ReferenceErrors errors;
  errors.add_if(!local && world_.config.is(PolicyValue::ipc_scope_thread_local_only),
                KernelError::unsupported);
  errors.add_if(count_ports(task) >= world_.config.limit(kernel::LimitName::ports),
                KernelError::limit);
  CallOutcome expected{.call = SystemCall::new_port, .result = errors.result(), .bytes = {}};
  if (!errors.any()) {
    if (tasks_[task].dying) return "a dying task got a new port";
    expected.fd = end_at(make_end(thread, local)).fd;
    if (record.arguments[0] != argument(expected.fd)) return "the port got a wrong number";
  }
  return gave(thread, expected, record.result);
}

ReferenceKernel::Problem ReferenceKernel::push(unsigned thread, const trace::Record& record) {
  Task& task = tasks_[threads_[thread].task];
  const int port = find(threads_[thread], descriptor(record.arguments[0]));
  ReferenceErrors errors;
  errors.add_if(port < 0, KernelError::bad_descriptor);
  const bool offers =
      port >= 0 && (end_at(port).state == State::kPort || end_at(port).state == State::kQueued);
  errors.add_if(port >= 0 && !offers, KernelError::bad_argument);
  errors.add_if(port >= 0 && end_at(port).state == State::kQueued, KernelError::busy);
  if (!errors.any()) {
    if (task.clients.empty()) {
      end_at(port).state = State::kQueued;
      task.ports.push_back(port);
    } else {
      const unsigned client = task.clients.front();
      task.clients.pop_front();
      Thread& waiting = threads_[client];
      const int end = link(client, waiting.local, port);
      waiting.news = CallOutcome{};
      waiting.news.fd = end_at(end).fd;
      set_bit(port, &End::opened, Reason::kOpened);
      wake(client, Reason::kPorted);
    }
    if (record.arguments[1] != task.ports.size()) return "the listen queue has another length";
  }
  return gave(thread,
              {.call = SystemCall::push_to_listen_queue, .result = errors.result(), .bytes = {}},
              record.result);
}

ReferenceKernel::Problem ReferenceKernel::connect(unsigned thread, const trace::Record& record) {
  Thread& self = threads_[thread];
  const bool local = record.arguments[1] == static_cast<std::uint64_t>(Scope::kThreadLocal);
  const auto server = static_cast<unsigned>(record.arguments[2]);
  Task& serving = tasks_[server];
  const std::uint32_t uid = tasks_[self.task].uid;
  const auto permission = serving.permissions.find(uid);
  const bool allowed = permission != serving.permissions.end()
                           ? permission->second
                           : world_.config.is(PolicyValue::permissions_default_allow);
  const bool blocks = world_.config.is(PolicyValue::listen_empty_block);
  const bool would_refuse = allowed && !blocks && serving.ports.empty();
  if (record.result == result_of(KernelError::refused) && !would_refuse && could_be_dying(server)) {
    serving.dying = true;
  }
  ReferenceErrors errors;
  errors.add_if(!local && world_.config.is(PolicyValue::ipc_scope_thread_local_only),
                KernelError::unsupported);
  errors.add_if(count_connections(self.task) >= world_.config.limit(kernel::LimitName::connections),
                KernelError::limit);
  // Whom a task has blocked is forgotten when it ends.
  errors.add_if(!allowed && !serving.dying, KernelError::blocked);
  errors.add_if(serving.dying || (serving.ports.empty() && !blocks), KernelError::refused);
  CallOutcome expected{.call = SystemCall::connect, .result = errors.result(), .bytes = {}};
  if (errors.any()) return gave(thread, expected, record.result);
  if (serving.ports.empty()) {
    if (record.result != kBlocks) return "connect should wait for a port";
    if (tasks_[self.task].dying) return std::nullopt;
    self.wait = Wait::kConnect;
    self.server = server;
    self.local = local;
    serving.clients.push_back(thread);
    return std::nullopt;
  }
  if (tasks_[self.task].dying) return "a dying task got a new connection";
  const int port = serving.ports.front();
  serving.ports.pop_front();
  expected.fd = end_at(link(thread, local, port)).fd;
  if (record.arguments[0] != argument(expected.fd)) return "the connection got a wrong number";
  set_bit(port, &End::opened, Reason::kOpened);
  return gave(thread, expected, record.result);
}

ReferenceKernel::Problem ReferenceKernel::close_call(unsigned thread, const trace::Record& record) {
  const int end = find(threads_[thread], descriptor(record.arguments[0]));
  ReferenceErrors errors;
  errors.add_if(end < 0, KernelError::bad_descriptor);
  if (!errors.any()) close(end);
  return gave(thread, {.call = SystemCall::close, .result = errors.result(), .bytes = {}},
              record.result);
}

ReferenceKernel::Problem ReferenceKernel::read_or_write(unsigned thread,
                                                        const trace::Record& record,
                                                        const trace::Recorder& recorder) {
  const bool writes = static_cast<SystemCall>(record.event) == SystemCall::write;
  const int index = find(threads_[thread], descriptor(record.arguments[1]));
  const bool duplex = world_.config.is(PolicyValue::buffer_duplex);
  ReferenceErrors errors;
  errors.add_if(index < 0, KernelError::bad_descriptor);
  if (index >= 0 && writes) {
    const End& end = end_at(index);
    errors.add_if(end.state != State::kConnected, KernelError::not_connected);
    errors.add_if(end.peer >= 0 && end_at(end.peer).state == State::kClosed,
                  KernelError::peer_closed);
  }
  // How long a refused message was does not stand in the record; who sent it knows.
  errors.add_if(writes && record.result == result_of(KernelError::too_long), KernelError::too_long);
  CallOutcome expected{
      .call = static_cast<SystemCall>(record.event), .result = errors.result(), .bytes = {}};
  if (errors.any()) return gave(thread, expected, record.result);
  const auto given = recorder.bytes(record.arguments[0]);
  const End& end = end_at(index);
  kernel::Buffer none{};
  const int side = writes ? end.side : 1 - end.side;
  kernel::Buffer& buffer =
      end.connection < 0 ? none : connection_of(end).buffers[duplex ? side : 0];
  std::uint64_t sequence = end.connection < 0 ? 0 : connection_of(end).writes;
  if (writes) {
    sequence = ++connection_of(end).writes;
    std::copy(given.begin(), given.end(), buffer.begin());
  } else {
    expected.bytes.assign(reinterpret_cast<const char*>(buffer.data()), buffer.size());
    if (!std::equal(given.begin(), given.end(), buffer.begin(), buffer.end())) {
      return "read gave other bytes";
    }
  }
  if (record.arguments[2] != sequence) return "the sequence number of the write is wrong";
  return gave(thread, expected, record.result);
}

ReferenceKernel::Problem ReferenceKernel::wakeup(unsigned thread, const trace::Record& record) {
  const int index = find(threads_[thread], descriptor(record.arguments[0]));
  const bool may_overlap = world_.config.is(PolicyValue::signal_overlap_busy) &&
                           world_.config.is(PolicyValue::kernel_lock_fine);
  ReferenceErrors errors;
  errors.add_if(index < 0, KernelError::bad_descriptor);
  if (index >= 0) {
    const End& end = end_at(index);
    errors.add_if(end.state != State::kConnected, KernelError::not_connected);
    errors.add_if(end.peer >= 0 && end_at(end.peer).state == State::kClosed,
                  KernelError::peer_closed);
    errors.add_if(may_overlap && record.result == result_of(KernelError::busy), KernelError::busy);
  }
  if (!errors.any()) {
    if (record.arguments[1] != lane_of_poller(end_at(index).peer))
      return "the wakeup says that it woke another";
    set_bit(end_at(index).peer, &End::signaled, Reason::kSignal);
  }
  return gave(thread, {.call = SystemCall::wakeup, .result = errors.result(), .bytes = {}},
              record.result);
}

ReferenceKernel::Problem ReferenceKernel::poll(unsigned thread, const trace::Record& record,
                                               const trace::Recorder& recorder) {
  Thread& self = threads_[thread];
  self.blocked_in = SystemCall::poll;
  self.all_of_task = self.all_of_thread = false;
  self.polled.clear();
  const auto list = recorder.bytes(record.arguments[0]);
  std::optional<std::int64_t> unknown;
  std::vector<int> set;
  bool empty = true;
  for (std::size_t at = 0; at < list.size(); at += sizeof(std::int64_t)) {
    std::int64_t fd = 0;
    std::memcpy(&fd, list.data() + at, sizeof fd);
    empty = false;
    const int end = find(self, fd);
    if (end < 0 && !unknown) unknown = fd;
    if (end >= 0) set.push_back(end);
  }
  ReferenceErrors errors;
  errors.add_if(empty, KernelError::bad_argument);
  errors.add_if(unknown.has_value(), KernelError::bad_descriptor);
  bool names_claimed = false;
  for (const int end : set) {
    const bool claimed = poller_of(end) >= 0;
    errors.add_if(claimed, KernelError::busy);
    names_claimed = names_claimed || (claimed && record.arguments[1] == argument(end_at(end).fd));
  }
  if (errors.any()) {
    if (errors.result() == result_of(KernelError::busy) && !names_claimed) {
      return "busy names a descriptor that nobody polls";
    }
    if (errors.result() == result_of(KernelError::bad_descriptor) &&
        record.arguments[1] != argument(*unknown)) {
      return "bad_descriptor names another";
    }
    return gave(thread, {.call = SystemCall::poll, .result = errors.result(), .bytes = {}},
                record.result);
  }
  self.polled = set;
  return wait_for_event(thread, record.result, record.arguments[1], record.arguments[2],
                        record.cycle);
}

ReferenceKernel::Problem ReferenceKernel::poll_all(unsigned thread, const trace::Record& record) {
  Thread& self = threads_[thread];
  const bool only_local = world_.config.is(PolicyValue::ipc_scope_thread_local_only);
  self.blocked_in = SystemCall::poll_all;
  self.polled.clear();
  ReferenceErrors errors;
  bool names_claimed = false;
  bool any_open = false;
  if (!only_local) {
    for (int index = 0; index < ends(); ++index) {
      const End& end = end_at(index);
      if (end.local || end.task != self.task || end.state == State::kClosed) continue;
      any_open = true;
      const bool claimed = poller_of(static_cast<int>(index)) >= 0;
      errors.add_if(claimed, KernelError::busy);
      names_claimed = names_claimed || (claimed && record.arguments[0] == argument(end.fd));
    }
    for (const Thread& other : threads_) {
      const bool other_waits = other.task == self.task && other.wait == Wait::kPoll;
      errors.add_if(other_waits && other.all_of_task, KernelError::busy);
    }
  }
  if (errors.any()) {
    if (any_open && record.result == result_of(KernelError::busy) && !names_claimed) {
      return "busy names a descriptor that nobody polls";
    }
    return gave(thread, {.call = SystemCall::poll_all, .result = errors.result(), .bytes = {}},
                record.result);
  }
  self.all_of_task = !only_local;
  self.all_of_thread = only_local || world_.config.is(PolicyValue::poll_all_with_thread_local);
  return wait_for_event(thread, record.result, record.arguments[0], record.arguments[1],
                        record.cycle);
}

ReferenceKernel::Problem ReferenceKernel::wait_for_event(unsigned thread, std::uint16_t result,
                                                         std::uint64_t ready, std::uint64_t timeout,
                                                         Cycle now) {
  Thread& self = threads_[thread];
  self.wait = Wait::kPoll;  // so that poller_of() tells what is in the set
  int first = -1;
  for (int end = 0; end < ends(); ++end) {
    if (!end_at(end).ready() || poller_of(end) != static_cast<int>(thread)) {
      continue;
    }
    if (first < 0 || end_at(end).order < end_at(first).order) first = end;
  }
  self.wait = Wait::kNone;
  if (first >= 0) {
    CallOutcome expected = report(first);
    self.heard = first;
    expected.call = self.blocked_in;
    if (ready != argument(expected.fd)) return "another end is reported: " + to_text(expected);
    return gave(thread, expected, result);
  }
  if (timeout == 0) {
    return gave(
        thread,
        {.call = self.blocked_in, .result = result_of(kernel::EventKind::kTimedOut), .bytes = {}},
        result);
  }
  if (result != kBlocks) return "there is nothing to report";
  if (tasks_[self.task].dying) return std::nullopt;
  self.wait = Wait::kPoll;
  self.deadline = timeout == kNever ? kNever : later(now, timeout);
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::permission(unsigned thread, const trace::Record& record) {
  const bool allow = static_cast<SystemCall>(record.event) == SystemCall::unblock_uid;
  Task& task = tasks_[threads_[thread].task];
  const std::uint64_t uid = record.arguments[0];
  ReferenceErrors errors;
  errors.add_if(uid > static_cast<std::uint64_t>(kernel::kMaximumUid), KernelError::bad_argument);
  if (!errors.any()) {
    task.permissions[static_cast<std::uint32_t>(uid)] = allow;
    const std::deque<unsigned> clients = task.clients;
    for (const unsigned client : clients) {
      if (allow || tasks_[threads_[client].task].uid != uid) continue;
      std::erase(task.clients, client);
      threads_[client].news = CallOutcome{};
      threads_[client].news.result = result_of(KernelError::blocked);
      wake(client, Reason::kBlockedUid);
    }
  }
  return gave(
      thread,
      {.call = static_cast<SystemCall>(record.event), .result = errors.result(), .bytes = {}},
      record.result);
}

ReferenceKernel::Problem ReferenceKernel::spawn(unsigned thread, const trace::Record& record) {
  const unsigned task = threads_[thread].task;
  ReferenceErrors errors;
  errors.add_if(count_threads(task) >= world_.config.limit(kernel::LimitName::threads),
                KernelError::limit);
  CallOutcome expected{.call = SystemCall::spawn, .result = errors.result(), .bytes = {}};
  if (!errors.any()) {
    if (tasks_[task].dying) return "a dying task got a new thread";
    const auto spawned = static_cast<unsigned>(threads_.size());
    threads_.emplace_back();
    threads_.back().task = task;
    threads_.back().cpu = world_.spawned_on;
    expected_.push_back({kernel::EventCode::kReady, {lane_of(spawned)}, Reason::kSpawned});
    expected.number = spawned;
    if (record.arguments[0] != lane_of(spawned)) return "spawn names another thread";
  }
  return gave(thread, expected, record.result);
}

ReferenceKernel::Problem ReferenceKernel::kill(unsigned thread, const trace::Record& record) {
  const auto victim = static_cast<unsigned>(record.arguments[0]);
  const unsigned own = threads_[thread].task;
  ReferenceErrors errors;
  errors.add_if(victim != own && !tasks_[own].privileged, KernelError::not_privileged);
  errors.add_if(tasks_[victim].ended, KernelError::no_such_task);
  if (!errors.any() && !tasks_[victim].dying) stop_task(victim, thread);
  return gave(thread, {.call = SystemCall::kill, .result = errors.result(), .bytes = {}},
              record.result);
}

}  // namespace ipcsim::test
