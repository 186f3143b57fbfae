// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_kernel.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernel_model/abi/interrupt_vectors.h"

namespace ipcsim::test {

using kernel::EventCode;
using kernel::EventKind;
using kernel::kBlocks;
using kernel::KernelError;
using kernel::kNoArgument;
using kernel::kNoDescriptor;
using kernel::kNoResult;
using kernel::kOk;
using kernel::PolicyValue;
using kernel::Reason;
using kernel::result_of;
using kernel::SystemCall;

namespace {

std::string result_text(std::uint16_t result) {
  return result == kNoResult ? "ok" : std::string(kernel::vocabulary().results[result]);
}

std::string thread_text(std::uint64_t thread) { return "thread " + std::to_string(thread); }

std::string due_text(const auto& due) {
  std::string text(kernel::vocabulary().events[static_cast<std::size_t>(due.code)].name);
  for (const std::uint64_t argument : due.arguments) text += " " + std::to_string(argument);
  return text + " " + std::string(kernel::vocabulary().reasons[static_cast<std::size_t>(due.why)]);
}

// What a line does, or the write to EOI of one.
bool tells_of_interrupt(const trace::Record& record) {
  const auto code = static_cast<EventCode>(record.event);
  if (code == EventCode::kInterruptEnded) {
    return kernel::is_device_vector(static_cast<std::uint8_t>(record.arguments[0]));
  }
  return code >= EventCode::kDriverSignaled && code <= EventCode::kEdgeLatched;
}

std::uint64_t generation_bits(std::uint64_t generation) { return generation << kernel::kSlotBits; }

}  // namespace

std::string to_text(const CallOutcome& outcome) {
  return std::string(name_of(outcome.call)) + " -> " + result_text(outcome.result) + " fd " +
         std::to_string(outcome.fd) + " number " + std::to_string(outcome.number) + " '" +
         outcome.bytes + "'";
}

ReferenceKernel::ReferenceKernel(const World& world)
    : world_(world),
      first_lane_(world.cpus + static_cast<unsigned>(world.devices.size())),
      memory_(world.tasks.size(), world.memory_pages),
      interrupted_(world.cpus) {
  for (const machine::DeviceDescription& device : world.devices) {
    const bool level = device.trigger == machine::TriggerMode::kLevel;
    peripherals_.emplace(device.pin, Peripheral{ReferenceDevice(device), ReferenceLine(level)});
  }
  for (const World::Task& task : world.tasks) {
    tasks_.emplace_back();
    tasks_.back().uid = task.uid;
    tasks_.back().privileged = task.privileged;
  }
  for (const World::Thread& thread : world.threads) {
    run_queue_.push_back(static_cast<unsigned>(threads_.size()));
    threads_.emplace_back();
    threads_.back().task = thread.task;
    threads_.back().cpu = thread.cpu;
  }
}

// --- The books.

int ReferenceKernel::find(const Thread& thread, std::int64_t fd) const {
  const Table& table = fd < 0 ? thread.table : tasks_[thread.task].table;
  for (std::size_t slot = 0; slot < table.size(); ++slot) {
    const auto number = static_cast<std::int64_t>(slot + generation_bits(table[slot].generation));
    if (table[slot].end >= 0 && (fd < 0 ? -1 - number : number) == fd) return table[slot].end;
  }
  return -1;
}

ReferenceKernel::Table& ReferenceKernel::table_of(const End& end) {
  return end.local ? threads_[end.thread].table : tasks_[end.task].table;
}

int ReferenceKernel::make_end(unsigned thread, bool local) {
  End end;
  end.task = threads_[thread].task;
  end.thread = thread;
  end.local = local;
  Table& table = table_of(end);
  std::size_t slot = 0;
  while (slot < table.size() && (table[slot].end >= 0 || table[slot].retired)) ++slot;
  if (slot == table.size()) table.emplace_back();
  table[slot].end = static_cast<int>(ends_.size());
  const auto number = static_cast<std::int64_t>(slot + generation_bits(table[slot].generation));
  end.fd = local ? -1 - number : number;
  ends_.push_back(end);
  return static_cast<int>(ends_.size()) - 1;
}

int ReferenceKernel::link(unsigned client, bool local, int port) {
  const int end = make_end(client, local);
  end_at(end).state = end_at(port).state = State::kConnected;
  end_at(end).side = 0;
  end_at(end).peer = port;
  end_at(port).peer = end;
  end_at(end).connection = end_at(port).connection = static_cast<int>(connections_.size());
  end_at(port).client = threads_[client].task;
  connections_.emplace_back();
  return end;
}

int ReferenceKernel::poller_of(int end) const {
  for (unsigned index = 0; index < threads_.size(); ++index) {
    const Thread& thread = threads_[index];
    if (thread.wait != Wait::kPoll) continue;
    const auto& set = thread.polled;
    const bool named = std::find(set.begin(), set.end(), end) != set.end();
    const End& of = end_at(end);
    const bool by_task = thread.all_of_task && !of.local && of.task == thread.task;
    const bool by_thread = thread.all_of_thread && of.local && of.thread == index;
    if (named || by_task || by_thread) return static_cast<int>(index);
  }
  return -1;
}

std::uint64_t ReferenceKernel::lane_of_poller(int end) const {
  const int poller = poller_of(end);
  return poller < 0 ? kNoArgument : lane_of(static_cast<unsigned>(poller));
}

CallOutcome ReferenceKernel::report(int index) {
  End& end = end_at(index);
  CallOutcome news;
  news.fd = end.fd;
  if (end.opened) {
    news.result = result_of(EventKind::kOpened);
    news.number = std::uint64_t{end.client} << 32 | tasks_[end.client].uid;
    end.opened = false;
  } else if (end.signaled) {
    news.result = result_of(EventKind::kSignaled);
    news.number = end.sequence;
    end.signaled = false;
  } else {
    news.result = result_of(EventKind::kClosed);
  }
  end.order = next_order_++;  // to the tail, if there is more to tell
  return news;
}

void ReferenceKernel::wake(unsigned thread, Reason why) {
  if (threads_[thread].wait == Wait::kFault) faults_.withdraw(thread);
  threads_[thread].wait = Wait::kNone;
  expected_.push_back({EventCode::kReady, {lane_of(thread)}, why});
}

void ReferenceKernel::set_bit(int index, bool End::*bit, Reason why) {
  if (!end_at(index).ready()) end_at(index).order = next_order_++;
  end_at(index).*bit = true;
  const int poller = poller_of(index);
  if (poller < 0) return;
  thread_at(poller).news = report(index);
  thread_at(poller).heard = index;
  wake(static_cast<unsigned>(poller), why);
}

void ReferenceKernel::close(int index) {
  End& end = end_at(index);
  if (end.peer >= 0 && end_at(end.peer).state != State::kClosed) {
    set_bit(end.peer, &End::closed, Reason::kClosed);
  }
  if (index == faults_.socket()) lose_daemon();
  if (const auto pin = driven_by(index)) lose_driver(index, *pin);
  const int poller = poller_of(index);
  if (end.state == State::kQueued) std::erase(tasks_[end.task].ports, index);
  for (Slot& slot : table_of(end)) {
    if (slot.end != index) continue;
    slot.end = -1;
    slot.retired = world_.config.is(PolicyValue::descriptor_reuse_never);
    if (world_.config.is(PolicyValue::descriptor_reuse_generation)) ++slot.generation;
  }
  end.state = State::kClosed;
  end.opened = end.signaled = end.closed = false;
  if (poller < 0 || thread_at(poller).polled.empty()) return;
  thread_at(poller).news = CallOutcome{};
  thread_at(poller).news.result = result_of(EventKind::kCancelled);
  thread_at(poller).news.fd = end.fd;
  wake(static_cast<unsigned>(poller), Reason::kCancelled);
}

unsigned ReferenceKernel::count_connections(unsigned task) const {
  return static_cast<unsigned>(
      std::count_if(ends_.begin(), ends_.end(),
                    [task](const End& end) {
                      return end.task == task && end.state == State::kConnected && end.side == 0;
                    }) +
      std::count_if(threads_.begin(), threads_.end(), [task](const Thread& thread) {
        return thread.task == task && thread.wait == Wait::kConnect;
      }));
}

unsigned ReferenceKernel::count_ports(unsigned task) const {
  return static_cast<unsigned>(std::count_if(ends_.begin(), ends_.end(), [task](const End& end) {
    return end.task == task && (end.state == State::kPort || end.state == State::kQueued);
  }));
}

unsigned ReferenceKernel::count_threads(unsigned task) const {
  return static_cast<unsigned>(
      std::count_if(threads_.begin(), threads_.end(),
                    [task](const Thread& thread) { return thread.task == task && !thread.ended; }));
}

bool ReferenceKernel::last_of_task(unsigned thread) const {
  return count_threads(threads_[thread].task) == 1 && !threads_[thread].ended;
}

// Its last thread is on its way out; at which step the task begins to die stands in no record.
bool ReferenceKernel::could_be_dying(unsigned task) const {
  const auto leaves = [task](const Thread& thread) {
    return thread.task != task || thread.ended || thread.exiting;
  };
  return tasks_[task].dying || could_die_of_a_fault(task) ||
         std::all_of(threads_.begin(), threads_.end(), leaves);
}

bool ReferenceKernel::could_die_of_a_fault(unsigned task) const {
  return tasks_[task].doomed ||
         (traps_ > 0 && std::any_of(threads_.begin(), threads_.end(), [task](const Thread& thread) {
            return thread.task == task && thread.trap && thread.trap->may_end && !thread.ended;
          }));
}

bool ReferenceKernel::dies_of_a_fault(unsigned task) {
  const bool dies = !tasks_[task].dying && could_die_of_a_fault(task);
  if (dies) tasks_[task].dying = a_fault_ended_a_task_ = true;
  return dies;
}

void ReferenceKernel::stop_task(unsigned task, unsigned self) {
  tasks_[task].dying = true;
  // With many locks the blocked threads follow one by one, each under its own.
  if (world_.config.is(PolicyValue::kernel_lock_fine)) return;
  for (unsigned index = 0; index < threads_.size(); ++index) {
    Thread& thread = threads_[index];
    if (thread.task != task || index == self || thread.wait == Wait::kNone) continue;
    if (thread.wait == Wait::kConnect) std::erase(tasks_[thread.server].clients, index);
    wake(index, Reason::kKilled);
  }
}

// The end that a thread on its way out must close next; -1: none.
int ReferenceKernel::next_to_close(unsigned thread) const {
  const auto first_of = [](const Table& table) {
    for (const Slot& slot : table) {
      if (slot.end >= 0) return slot.end;
    }
    return -1;
  };
  const Thread& self = threads_[thread];
  if (self.closes_own) {
    if (const int own = first_of(self.table); own >= 0) return own;
  }
  if (!last_of_task(thread)) return -1;
  for (const Thread& other : threads_) {
    if (other.task != self.task) continue;
    if (const int end = first_of(other.table); end >= 0) return end;
  }
  return first_of(tasks_[self.task].table);
}

bool ReferenceKernel::somebody_can_run() const {
  const auto asks = [](const auto& peripheral) { return peripheral.second.line.is_pending(); };
  const auto can_run = [this](const Thread& thread) {
    if (thread.ended) return false;
    if (thread.wait == Wait::kFault) return tasks_[thread.task].doomed;
    if (thread.wait == Wait::kPoll) {
      const auto index = static_cast<int>(&thread - threads_.data());
      for (int end = 0; end < ends(); ++end) {
        if (end_at(end).ready() && poller_of(end) == index) return true;
      }
    }
    const bool timed = thread.wait == Wait::kPoll || thread.wait == Wait::kSleep;
    return thread.wait == Wait::kNone || (timed && thread.deadline != kNever);
  };
  return !run_queue_.empty() || !expected_.empty() ||
         std::any_of(peripherals_.begin(), peripherals_.end(), asks) ||
         std::any_of(threads_.begin(), threads_.end(), can_run);
}

// --- The records.

std::optional<std::string> ReferenceKernel::replay(const trace::Record& record,
                                                   const trace::Recorder& recorder) {
  // Devices stop when nobody can hear of them any more; a thread that does something could have.
  const bool of_thread = record.lane.value() >= first_lane_;
  Problem problem = of_thread ? catch_up(record.cycle) : std::nullopt;
  if (!problem) problem = replay_record(record, recorder);
  if (traps_ > 0) look_at_traps();
  return problem;
}

ReferenceKernel::Problem ReferenceKernel::replay_record(const trace::Record& record,
                                                        const trace::Recorder& recorder) {
  const auto code = static_cast<EventCode>(record.event);
  if (undecided_) decide_block(record);
  if (code == EventCode::kInterruptSent) return std::nullopt;
  if (code == EventCode::kInterruptTaken) return take_interrupt(record);
  if (code == EventCode::kInvalidated) {
    const bool page = record.arguments[0] != kNoArgument;
    memory_.invalidated(record.cpu, static_cast<unsigned>(record.arguments[1]),
                        page ? std::optional(record.arguments[0]) : std::nullopt);
    return std::nullopt;
  }
  if (tells_of_interrupt(record) && expected_.empty()) {
    if (Problem problem = begin_interrupt(record)) return problem;
  }
  if (!expected_.empty()) return replay_due(record);
  if (code == EventCode::kInterruptEnded || code == EventCode::kFinding) return std::nullopt;
  if (code >= EventCode::kWireRose && code <= EventCode::kDevicePutOut) return replay_wire(record);
  if (code == EventCode::kReady) return replay_ready(record);
  if (code == EventCode::kSwitch) return replay_switch(record);
  if (record.lane.value() < first_lane_) return std::nullopt;
  const unsigned thread = record.lane.value() - first_lane_;
  if (threads_[thread].ended) return thread_text(thread) + " goes on after its end";
  if (record.event >= kernel::kSystemCalls) return replay_event(thread, record);
  if (static_cast<Reason>(record.why) == Reason::kEnded) return replay_end(thread, record);
  if (threads_[thread].exiting) return thread_text(thread) + " calls after exit_thread";
  Problem problem = replay_call(thread, record, recorder);
  if (!problem && !wires_.empty()) return "a call moves a wire for no reason";
  const Thread& self = threads_[thread];
  if (self.wait != Wait::kNone && could_be_dying(self.task)) undecided_ = thread;
  return problem;
}

// What a thread records outside of its calls.
ReferenceKernel::Problem ReferenceKernel::replay_event(unsigned thread,
                                                       const trace::Record& record) {
  const auto code = static_cast<EventCode>(record.event);
  Thread& self = threads_[thread];
  switch (code) {
    case EventCode::kTaskEnded:
    case EventCode::kThreadEnded:
      return replay_end(thread, record);
    case EventCode::kPolled: {
      self.news.call = self.blocked_in;
      const bool opened = self.news.result == result_of(EventKind::kOpened);
      const std::uint64_t fd = self.news.result == result_of(EventKind::kTimedOut)
                                   ? kNoDescriptor
                                   : std::bit_cast<std::uint64_t>(self.news.fd);
      if (record.arguments[0] != fd) return "polled another end than " + to_text(self.news);
      if (record.arguments[1] != (opened ? self.news.number >> 32 : kNoArgument)) {
        return "polled another client than " + to_text(self.news);
      }
      return gave(thread, self.news, record.result);
    }
    case EventCode::kConnected:
      self.news.call = SystemCall::connect;
      return gave(thread, self.news, record.result);
    case EventCode::kReturn:
      if (const auto call = static_cast<SystemCall>(record.arguments[0]);
          call == SystemCall::sleep || call == SystemCall::yield) {
        self.outcomes.push_back({.call = call, .bytes = {}});
      }
      memory_.returned(thread);
      note_brought(thread);
      return std::nullopt;
    case EventCode::kLoad:
    case EventCode::kStore:
    case EventCode::kExchange:
    case EventCode::kFetchAdd:
    case EventCode::kCompareExchange:
      return access(thread, record);
    case EventCode::kFault:
      return fault(thread, record);
    case EventCode::kFaultQueued:
      return fault_queued(thread, record);
    case EventCode::kFaultResumed:
      return fault_resumed(thread, record);
    default:
      return std::nullopt;
  }
}

void ReferenceKernel::decide_block(const trace::Record& record) {
  const unsigned index = *std::exchange(undecided_, std::nullopt);
  const bool blocks = static_cast<EventCode>(record.event) == EventCode::kSwitch &&
                      record.arguments[0] == lane_of(index);
  if (blocks) return;
  Thread& thread = threads_[index];
  if (thread.wait == Wait::kConnect) std::erase(tasks_[thread.server].clients, index);
  thread.wait = Wait::kNone;
  tasks_[thread.task].dying = true;
}

// The step that is being replayed has more to tell.
ReferenceKernel::Problem ReferenceKernel::replay_due(const trace::Record& record) {
  const Due due = expected_.front();
  const auto& [first, second, third, fourth] = record.arguments;
  const bool comes = static_cast<EventCode>(record.event) == due.code &&
                     due.arguments == std::array{first, second, third} &&
                     static_cast<Reason>(record.why) == due.why;
  if (!comes) return due_text(due) + " should have come next";
  expected_.pop_front();
  if (due.code == EventCode::kReady) {
    run_queue_.push_back(static_cast<unsigned>(first) - first_lane_);
  }
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::replay_ready(const trace::Record& record) {
  const auto why = static_cast<Reason>(record.why);
  const auto index = static_cast<unsigned>(record.arguments[0]) - first_lane_;
  if (index >= threads_.size()) return "a thread became ready that nobody made";
  Thread& thread = threads_[index];
  if (why == Reason::kTimeout) {
    if (thread.wait != Wait::kPoll || record.cycle < thread.deadline) {
      return thread_text(index) + " timed out too early";
    }
    thread.wait = Wait::kNone;
    thread.news = CallOutcome{};
    thread.news.result = result_of(EventKind::kTimedOut);
  } else if (why == Reason::kSleepOver) {
    if (thread.wait != Wait::kSleep || record.cycle < thread.deadline) {
      return thread_text(index) + " slept too short";
    }
    thread.wait = Wait::kNone;
  } else if (why == Reason::kKilled) {
    if (thread.wait == Wait::kNone ||
        (!tasks_[thread.task].dying && !dies_of_a_fault(thread.task))) {
      return thread_text(index) + " was killed by nobody";
    }
    if (thread.wait == Wait::kConnect) std::erase(tasks_[thread.server].clients, index);
    if (thread.wait == Wait::kFault) faults_.withdraw(index);
    thread.wait = Wait::kNone;
  } else if (why == Reason::kServerEnded) {
    if (thread.wait != Wait::kConnect || !could_be_dying(thread.server)) {
      return thread_text(index) + " was refused by a server that lives";
    }
    Task& server = tasks_[thread.server];
    server.dying = true;
    if (server.clients.empty() || server.clients.front() != index) {
      return thread_text(index) + " is not the first that waits";
    }
    server.clients.pop_front();
    thread.wait = Wait::kNone;
    thread.news = CallOutcome{};
    thread.news.result = result_of(KernelError::refused);
  } else if (why != Reason::kSlice && why != Reason::kYield) {
    return thread_text(index) + " became ready for no reason";
  }
  run_queue_.push_back(index);
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::replay_switch(const trace::Record& record) {
  if (record.arguments[1] < first_lane_) return std::nullopt;  // to an idle thread
  const auto to = static_cast<unsigned>(record.arguments[1]) - first_lane_;
  const auto eligible = [this, &record](unsigned thread) {
    return !threads_[thread].cpu || *threads_[thread].cpu == record.cpu;
  };
  const auto first = std::find_if(run_queue_.begin(), run_queue_.end(), eligible);
  if (!world_.picks_freely && (first == run_queue_.end() || *first != to)) {
    return thread_text(to) + " runs, but is not the first in the queue";
  }
  const auto at = std::find(run_queue_.begin(), run_queue_.end(), to);
  if (at == run_queue_.end() || !eligible(to)) return thread_text(to) + " may not run here";
  run_queue_.erase(at);
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::replay_end(unsigned thread, const trace::Record& record) {
  Thread& self = threads_[thread];
  Task& task = tasks_[self.task];
  const auto code = static_cast<EventCode>(record.event);
  if (!task.dying && !self.exiting && !dies_of_a_fault(self.task)) {
    return thread_text(thread) + " ends without a reason";
  }
  if (self.trap && self.trap->may_end) a_fault_ended_a_task_ = true;
  if (self.wait == Wait::kFault) return thread_text(thread) + " ends while it waits for a page";
  self.wait = Wait::kNone;
  memory_.returned(thread);
  const int next = next_to_close(thread);
  if (code == EventCode::kThreadEnded) {
    if (next >= 0 && !task.dying) return thread_text(thread) + " leaves an open end";
    if (last_of_task(thread) && !task.ended) return "the task of the last thread lives on";
    self.ended = true;
    if (self.trap) --traps_;
    self.trap.reset();
    return std::nullopt;
  }
  if (code == EventCode::kTaskEnded) {
    if (!last_of_task(thread)) return "a task ends before its threads";
    if (next >= 0) return "a task ends with an open end";
    if (!task.clients.empty()) return "a task ends while clients wait";
    task.dying = task.ended = true;
    memory_.has_ended(self.task);
    release_lines(self.task);
    return std::nullopt;
  }
  if (next < 0) return thread_text(thread) + " has nothing to close";
  if (end_at(next).fd != descriptor(record.arguments[0])) {
    return "the next to close is " + std::to_string(end_at(next).fd);
  }
  const bool own = self.closes_own && end_at(next).local && end_at(next).thread == thread;
  if (!own) {
    if (!task.clients.empty()) return "ends are closed before waiting clients are refused";
    task.dying = true;
  }
  close(next);
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::gave(unsigned thread, const CallOutcome& expected,
                                               std::uint16_t result) {
  const auto plain = [](std::uint16_t value) { return value == kOk ? kNoResult : value; };
  if (plain(result) != plain(expected.result)) {
    return std::string(name_of(expected.call)) + " gave " + result_text(result) + " instead of " +
           result_text(expected.result);
  }
  CallOutcome kept = expected;
  kept.result = plain(kept.result);
  if (result != kBlocks) threads_[thread].outcomes.push_back(kept);
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::gave_one_of(unsigned thread, CallOutcome expected,
                                                      const std::set<std::uint16_t>& possible,
                                                      std::uint16_t result) {
  expected.result = possible.contains(result) ? result : *possible.begin();
  return gave(thread, expected, result);
}

}  // namespace ipcsim::test
