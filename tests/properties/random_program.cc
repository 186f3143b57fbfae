// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/random_program.h"

#include <algorithm>
#include <array>
#include <string>

namespace ipcsim::test {

using kernel::result_of;
using kernel::SystemCall;

namespace {

constexpr std::uint32_t kUids = 3;

constexpr std::array<std::string_view, 2> kCosts = {"unit", "skylake_nokpti"};

}  // namespace

RandomProgram::RandomProgram(std::uint64_t seed) : seed_(seed) {
  Random random(seed);
  setup_.cpus = static_cast<unsigned>(random.range(1, 4));
  setup_.cost = kCosts[random.below(kCosts.size())];
  setup_.slice = setup_.cost == "unit" ? 50 + random.below(500) : 3'000 + random.below(100'000);
  for (const kernel::NamedMeaning& policy : kernel::policies()) {
    const auto which = static_cast<kernel::Policy>(&policy - kernel::policies().data());
    const auto values = kernel::policy_values(which);
    // Some values leave little to try; they are drawn less often.
    const bool narrow = policy.name == "ipc_scope" || policy.name == "permissions_default";
    const std::uint64_t value = narrow && !random.one_in(6) ? 0 : random.below(values.size());
    setup_.policies.emplace_back(policy.name, values[value].name);
  }
  for (const kernel::NamedMeaning& limit : kernel::limit_names()) {
    setup_.limits.emplace_back(limit.name, static_cast<std::uint32_t>(random.range(2, 6)));
  }
  length_ = static_cast<unsigned>(random.range(10, 50));
  waits_for_ever_ = random.one_in(3);
  dies_ = random.one_in(2);
  uses_memory_ = random.one_in(2);
  handles_faults_ = uses_memory_ && random.one_in(2);
  if (random.one_in(3)) draw_devices(random);
  if (random.one_in(3)) setup_.memory_pages = 8 + random.below(16);
  const auto tasks = static_cast<unsigned>(random.range(2, 4));
  for (unsigned task = 0; task < tasks; ++task) {
    tasks_.push_back(
        {static_cast<std::uint32_t>(random.below(kUids)), random.one_in(uses_memory_ ? 2 : 4)});
    if (task == 0 && (handles_faults_ || !devices_.empty())) tasks_.back().privileged = true;
    const auto threads = static_cast<unsigned>(random.range(1, 3));
    for (unsigned thread = 0; thread < threads; ++thread) {
      std::optional<unsigned> cpu;
      if (random.one_in(5)) cpu = static_cast<unsigned>(random.below(setup_.cpus));
      threads_.push_back({task, cpu});
    }
  }
}

ReferenceKernel::World RandomProgram::world() const {
  ReferenceKernel::World world;
  for (const auto& [policy, value] : setup_.policies) world.config.set_policy(policy, value);
  for (const auto& [limit, value] : setup_.limits) world.config.set_limit(limit, value);
  world.cpus = setup_.cpus;
  world.memory_pages = setup_.memory_pages;
  world.devices = devices_;
  for (const TaskPlan& task : tasks_) world.tasks.push_back({task.uid, task.privileged});
  for (const ThreadPlan& thread : threads_) world.threads.push_back({thread.task, thread.cpu});
  return world;
}

void RandomProgram::start(Machine& machine) {
  shared_fds_.assign(tasks_.size(), {});
  seen_.clear();
  loaded_.clear();
  frames_.clear();
  mapped_.assign(tasks_.size(), {});
  daemon_.reset();
  taken_.clear();
  spawned_ = 0;
  for (const machine::DeviceDescription& device : devices_) machine.device(device);
  std::vector<TaskId> tasks;
  for (std::size_t task = 0; task < tasks_.size(); ++task) {
    tasks.push_back(
        machine.task("task" + std::to_string(task), tasks_[task].uid, tasks_[task].privileged));
  }
  for (std::size_t index = 0; index < threads_.size(); ++index) {
    machine.thread(tasks[threads_[index].task], "thread" + std::to_string(index),
                   [this, &machine](UserThread& self) { act(machine, self.id().value(), self); },
                   {.cpu = threads_[index].cpu});
  }
}

void RandomProgram::act(Machine& machine, unsigned thread, UserThread& self) {
  if (seen_.size() <= thread) seen_.resize(thread + 1);
  if (loaded_.size() <= thread) loaded_.resize(thread + 1);
  Actor actor(thread, self.task().value(), Random(seed_ * 1000 + thread));
  run(machine, actor, self);
}

void RandomProgram::run(Machine& machine, Actor& actor, UserThread& self) {
  // The memory daemon stays longer than most.
  const bool is_daemon = handles_faults_ && actor.thread == 0;
  const unsigned rounds = is_daemon ? 2 * length_ : length_;
  for (unsigned round = 0; round < rounds && actor.alive; ++round) step(machine, actor, self);
}

void RandomProgram::step(Machine& machine, Actor& actor, UserThread& self) {
  const std::uint64_t kind = actor.random.below(100);
  const bool is_daemon = handles_faults_ && (actor.thread == 0 || actor.fault_socket);
  const bool drives = tasks_[actor.task].privileged;
  if (is_daemon && !actor.random.one_in(6)) {
    serve_faults(actor, self);
  } else if (handles_faults_ && actor.random.one_in(20)) {
    try_faults(actor, self);
  } else if (!devices_.empty() && actor.random.one_in(drives ? 3 : 20)) {
    use_device(actor, self);
  } else if (uses_memory_ && actor.random.one_in(3)) {
    use_memory(actor, self);
  } else if (kind < 22) {
    serve(actor, self);
  } else if (kind < 62) {
    message(actor, self);
  } else if (kind < 88) {
    wait(actor, self);
  } else {
    manage(machine, actor, self);
  }
}

RandomProgram::Seen& RandomProgram::note(Actor& actor, SystemCall call,
                                         std::optional<KernelError> error) {
  Seen seen;
  seen.outcome.call = call;
  if (error) {
    seen.outcome.result = result_of(*error);
    seen.killed = *error == KernelError::killed;
    if (seen.killed) actor.alive = false;
  }
  std::vector<Seen>& of_thread = seen_[actor.thread];
  of_thread.push_back(seen);
  return of_thread.back();
}

void RandomProgram::note_fd(Actor& actor, SystemCall call, const Call<Descriptor>& fd) {
  if (!noted(actor, call, fd)) return;
  seen_[actor.thread].back().outcome.fd = fd->number;
  (fd->number < 0 ? actor.fds : shared_fds_[actor.task]).push_back(fd->number);
}

void RandomProgram::note_event(Actor& actor, SystemCall call, const Call<Event>& event) {
  if (!noted(actor, call, event)) return;
  CallOutcome& outcome = seen_[actor.thread].back().outcome;
  outcome.result = result_of(event->kind);
  if (event->kind != EventKind::kTimedOut) outcome.fd = event->fd.number;
  if (event->kind == EventKind::kSignaled) outcome.number = event->sequence;
  if (event->kind == EventKind::kOpened) {
    outcome.number = std::uint64_t{event->task.value()} << 32 | event->uid;
  }
}

std::int64_t RandomProgram::any_fd(Actor& actor) {
  const std::vector<std::int64_t>& shared = shared_fds_[actor.task];
  if (actor.random.one_in(12)) return actor.random.range(-4, 4);
  const std::size_t all = actor.fds.size() + shared.size();
  if (all == 0) return actor.random.range(-2, 2);
  // Young descriptors are likelier to be open.
  const std::uint64_t age = std::min(actor.random.below(all), actor.random.below(all));
  if (age < actor.fds.size()) return actor.fds[actor.fds.size() - 1 - age];
  return shared[shared.size() - 1 - (age - actor.fds.size())];
}

Scope RandomProgram::any_scope(Actor& actor) { return actor.random.one_in(2) ? kFull : kLocal; }

Cycles RandomProgram::any_timeout(Actor& actor) {
  if (waits_for_ever_ && actor.random.one_in(10)) return kNever;
  if (actor.random.one_in(3)) return 0;
  return 1 + actor.random.below(setup_.cost == "unit" ? 200 : 20'000);
}

Cycles RandomProgram::any_span(Actor& actor) {
  return actor.random.below(setup_.cost == "unit" ? 300 : 20'000);
}

void RandomProgram::serve(Actor& actor, UserThread& self) {
  const std::uint64_t kind = actor.random.below(22);
  if (kind < 6) {
    const auto port = self.new_port(any_scope(actor));
    note_fd(actor, SystemCall::new_port, port);
    if (!port || actor.random.one_in(4)) return;
    noted(actor, SystemCall::push_to_listen_queue, self.push_to_listen_queue(*port));
  } else if (kind < 9) {
    noted(actor, SystemCall::push_to_listen_queue, self.push_to_listen_queue({any_fd(actor)}));
  } else if (kind < 19) {
    const auto server = static_cast<std::uint32_t>(actor.random.below(tasks_.size()));
    note_fd(actor, SystemCall::connect, self.connect(TaskId(server), any_scope(actor)));
  } else {
    constexpr std::array<std::int64_t, 6> kTried = {0, 1, 2, 0, -1, 65'536};
    const std::int64_t uid = kTried[actor.random.below(kTried.size())];
    if (actor.random.one_in(3)) {
      noted(actor, SystemCall::block_uid, self.block_uid(uid));
    } else {
      noted(actor, SystemCall::unblock_uid, self.unblock_uid(uid));
    }
  }
}

void RandomProgram::message(Actor& actor, UserThread& self) {
  const std::uint64_t kind = actor.random.below(40);
  const Descriptor fd{any_fd(actor)};
  if (kind < 16) {
    noted(actor, SystemCall::wakeup, self.wakeup(fd));
  } else if (kind < 25) {
    const std::size_t size = actor.random.below(36);
    const std::string letters(size, static_cast<char>('a' + actor.random.below(26)));
    const auto result = self.write(fd, bytes(letters));
    noted(actor, SystemCall::write, result);
    // The trace cannot tell how long a message was that is refused.
    const bool refused = !result && result.error() == KernelError::too_long;
    const bool counts = actor.alive || result;
    if (counts && refused != (size > kernel::kBufferBytes)) actor.alive = false;
    if (counts && refused != (size > kernel::kBufferBytes)) {
      seen_[actor.thread].back().outcome.bytes = "too_long is wrong here";
    }
  } else if (kind < 34) {
    const auto buffer = self.read(fd);
    if (!noted(actor, SystemCall::read, buffer)) return;
    seen_[actor.thread].back().outcome.bytes.assign(reinterpret_cast<const char*>(buffer->data()),
                                                    buffer->size());
  } else {
    noted(actor, SystemCall::close, self.close(fd));
  }
}

void RandomProgram::wait(Actor& actor, UserThread& self) {
  if (actor.random.one_in(4)) {
    note_event(actor, SystemCall::poll_all, self.poll_all(any_timeout(actor)));
    return;
  }
  std::vector<Descriptor> set;
  const std::uint64_t size = actor.random.one_in(20) ? 0 : 1 + actor.random.below(4);
  while (set.size() < size) {
    const Descriptor fd{any_fd(actor)};
    set.push_back(fd);
    if (actor.random.one_in(5)) set.push_back(fd);
  }
  note_event(actor, SystemCall::poll, self.poll(set, any_timeout(actor)));
}

void RandomProgram::manage(Machine& machine, Actor& actor, UserThread& self) {
  const Cycles span = any_span(actor);
  const std::uint64_t kind = actor.random.below(12);
  if (kind < 4) {
    if (!self.compute(span)) actor.alive = false;
  } else if (kind < 6) {
    noted(actor, SystemCall::sleep, self.sleep(span));
  } else if (kind < 9) {
    noted(actor, SystemCall::yield, self.yield());
  } else if (kind == 9 || !dies_ || actor.random.one_in(2)) {
    const auto name = "spawned" + std::to_string(spawned_++);
    const auto spawned = self.spawn(machine.spawned(
        name, [this, &machine](UserThread& other) { act(machine, other.id().value(), other); }));
    if (!noted(actor, SystemCall::spawn, spawned)) return;
    seen_[actor.thread].back().outcome.number = spawned->value();
  } else if (kind == 10) {
    const auto victim = static_cast<std::uint32_t>(actor.random.below(tasks_.size()));
    noted(actor, SystemCall::kill, self.kill(TaskId(victim)));
  } else {
    const bool task = actor.random.one_in(3);
    noted(actor, task ? SystemCall::exit_task : SystemCall::exit_thread,
          task ? self.exit_task() : self.exit_thread());
  }
}

}  // namespace ipcsim::test
