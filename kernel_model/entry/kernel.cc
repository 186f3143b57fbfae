// SPDX-License-Identifier: BSD-2-Clause
// How threads and CPUs begin, how kernel locks are taken, and what user code does between calls.
#include "kernel_model/entry/kernel.h"

#include <algorithm>

#include "sim/base/check.h"

namespace ipcsim::kernel {
namespace {

constexpr Cycles kLongComputation = 1'000'000;

}  // namespace

TaskId Kernel::add_task(std::string_view name, std::uint32_t uid, bool privileged) {
  Task& task = state_.tasks.add_task();
  task.name = name;
  task.uid = uid;
  task.privileged = privileged;
  state_.ipc.add_service(task.id);
  return task.id;
}

ThreadId Kernel::add_thread(TaskId task, const ThreadDescription& description) {
  Thread& thread = start_thread(state_.tasks[task], description);
  state_.scheduler.add_at_start(thread);
  return thread.id;
}

Thread& Kernel::start_thread(Task& task, const ThreadDescription& description) {
  Thread& thread = state_.tasks.add_thread(task);
  thread.name = description.name;
  thread.lane = engine_.add_lane(description.name);
  thread.program = description.program;
  thread.pinned = description.pinned;
  thread.background = description.background;
  thread.kernel = this;
  thread.resume_cost = state_.cost.system_call_exit;
  if (!thread.background) ++state_.foreground_threads;
  return thread;
}

void Kernel::start_processors(unsigned count) {
  state_.scheduler.set_thread_entry(&Kernel::thread_main);
  for (unsigned number = 0; number < count; ++number) {
    Processor& processor = *state_.scheduler.processors()[number];
    processor.idle.kernel = this;
    processor.idle.fiber = &engine_.fibers().start(&Kernel::idle_main, &processor);
    engine_.start_agent(processor.cpu.agent(), processor.cpu.lane(), 0, *processor.idle.fiber);
  }
}

void Kernel::thread_main(void* argument) {
  Thread& self = *static_cast<Thread*>(argument);
  Kernel& kernel = *self.kernel;
  if (!kernel.engine_.unwinding()) {
    self.processor->cpu.settle();
    if (kernel.must_end(self)) {
      kernel.end_thread(self);
    } else {
      UserThread user(kernel, self);
      self.program->run(user);
      if (self.state != RunState::kEnded) {
        static_cast<void>(kernel.exit(self, SystemCall::exit_thread));
      }
    }
  }
  kernel.state_.scheduler.leave_cpu_for_ever(self);
}

void Kernel::idle_main(void* argument) {
  Processor& processor = *static_cast<Processor*>(argument);
  Thread& idle = processor.idle;
  Kernel& kernel = *idle.kernel;
  Scheduler& scheduler = kernel.state_.scheduler;
  processor.cpu.settle();
  for (;;) {
    if (Thread* const next = scheduler.pick(processor)) {
      scheduler.switch_to(idle, *next, 0, machine::kSwitch, Reason::kIdle);
    } else {
      processor.told = processor.awake = false;
      scheduler.idle_on(processor);
    }
    processor.cpu.end_idle();
    processor.awake = true;
    kernel.take_interrupt(idle);
  }
}

void Kernel::acquire(Thread& self, KernelLock& lock, machine::Activity activity, Cycles before) {
  KernelLock& wanted = actual(lock);
  if (holds(self, wanted) || engine_.unwinding()) return;
  engine_.announce(self.lane, wanted.object(), engine::Access::kWrite);
  self.processor->cpu.run_kernel(self.lane, before + state_.cost.lock_acquire, activity);
  take_or_wait(self, wanted);
}

void Kernel::take_or_wait(Thread& self, KernelLock& lock) {
  if (engine_.unwinding()) return;
  SIM_CHECK(self.held_locks.empty() || self.held_locks.back()->rank < lock.rank ||
                (self.held_locks.back()->rank == lock.rank &&
                 self.held_locks.back()->index < lock.index) ||
                state_.config.has(Defect::locks_taken_crosswise),
            "kernel locks are taken against their order");
  engine_.touch(lock.object(), engine::Access::kWrite);
  if (!lock.owner.valid()) {
    lock.owner = self.processor->id;
  } else if (!wait_for(lock, self)) {
    return;
  }
  lock.holder = self.id;
  self.held_locks.push_back(&lock);
}

// False when the run is over before the lock is handed over.
bool Kernel::wait_for(KernelLock& lock, Thread& self) {
  Processor& processor = *self.processor;
  processor.next_lock_waiter = CpuId::none();
  if (lock.first_waiter.valid()) {
    state_.scheduler.processor(lock.last_waiter).next_lock_waiter = processor.id;
  } else {
    lock.first_waiter = processor.id;
  }
  lock.last_waiter = processor.id;
  self.wanted_lock = &lock;
  processor.cpu.begin_spin();
  while (!processor.cpu.spin(self.lane)) serve_shootdowns(self, machine::kSpin);
  self.wanted_lock = nullptr;
  if (engine_.unwinding()) return false;
  SIM_CHECK(lock.owner == processor.id, "a CPU went on without the lock it waited for");
  engine_.touch(lock.object(), engine::Access::kWrite);
  return true;
}

void Kernel::release(KernelLock& lock) {
  engine_.touch(lock.object(), engine::Access::kWrite);
  lock.owner = lock.first_waiter;
  lock.holder = ThreadId::none();
  if (lock.owner.valid()) hand_over(lock);
}

// To the CPU that has waited longest, which is its owner from now on.
void Kernel::hand_over(KernelLock& lock) {
  Processor& next = state_.scheduler.processor(lock.owner);
  lock.first_waiter = next.next_lock_waiter;
  lock.holder = next.current->id;
  const Cycles handover = std::max<Cycles>(state_.cost.lock_handover, 1);
  next.cpu.release_spin(later(engine_.now(), handover));
}

void Kernel::release_all(Thread& self) {
  if (engine_.unwinding()) return;
  while (!self.held_locks.empty()) {
    release(*self.held_locks.back());
    self.held_locks.pop_back();
  }
}

void Kernel::release_above(Thread& self, KernelLock& lock) {
  if (engine_.unwinding()) return;
  while (self.held_locks.back() != &actual(lock)) {
    release(*self.held_locks.back());
    self.held_locks.pop_back();
  }
}

bool Kernel::pass_user_time(Thread& self, Cycles kernel, machine::Activity activity) {
  Scheduler& scheduler = state_.scheduler;
  for (;;) {
    if (engine_.unwinding() || self.state == RunState::kEnded) return false;
    Processor& processor = *self.processor;
    if (scheduler.choose_preemption(processor, self)) {
      processor.slice_end = engine_.now();
      scheduler.update_timer(processor);
    }
    const Cycle user_end = later(engine_.now(), self.user_debt);
    if (processor.cpu.run_user(self.lane, self.user_debt, kernel, activity)) {
      self.entered_kernel = user_end;
      if (engine_.unwinding()) return false;
      // User code ends at an interrupt; but a thread that is to end gets no new call.
      if (activity == machine::kUserCode || !must_end(self)) return true;
      end_thread(self);
      return false;
    }
    if (engine_.unwinding()) return false;
    take_interrupt(self);
    if (!engine_.unwinding() && must_end(self)) {
      end_thread(self);
      return false;
    }
  }
}

Call<Nothing> Kernel::compute(Thread& self, Cycles span) {
  if (engine_.unwinding() || self.state == RunState::kEnded) return Failure(KernelError::killed);
  // User code is charged with the thread's next step. Long computations get steps of their own, so
  // that a thread that does nothing else still comes to the limits of the run.
  self.user_debt = later(self.user_debt, span);
  if (self.user_debt >= kLongComputation && !pass_user_time(self, 0, machine::kUserCode)) {
    return Failure(KernelError::killed);
  }
  return Nothing{};
}

Call<Nothing> Kernel::catch_up(Thread& self) {
  if (engine_.unwinding() || self.state == RunState::kEnded) return Failure(KernelError::killed);
  if (self.user_debt != 0 && !pass_user_time(self, 0, machine::kUserCode)) {
    return Failure(KernelError::killed);
  }
  return Nothing{};
}

Call<std::int64_t> Kernel::random(Thread& self, std::int64_t bound) {
  const Cycles cost = std::max<Cycles>(state_.cost.random, 1);
  if (!pass_user_time(self, cost, machine::kUserCode)) return Failure(KernelError::killed);
  return static_cast<std::int64_t>(engine_.choose(
      engine::ChoiceKind::kValue, static_cast<std::uint64_t>(bound), engine_.current_step()));
}

Call<Nothing> Kernel::await(Thread& self, const AwaitCondition& condition) {
  if (engine_.unwinding() || self.state == RunState::kEnded) return Failure(KernelError::killed);
  if (condition.holds()) return Nothing{};
  const Cycles entry = std::max<Cycles>(state_.cost.system_call_entry, 1);
  if (!pass_user_time(self, entry, machine::kSwitch)) return Failure(KernelError::killed);
  for (;;) {
    if (engine_.unwinding()) return Failure(KernelError::killed);
    if (must_end(self)) {
      end_thread(self);
      return Failure(KernelError::killed);
    }
    if (condition.holds()) return Nothing{};
    tracer_.emit(EventGroup::kScenario, EventCode::kAwait, self.processor->cpu.number(),
                 self.source, {}, {.result = kBlocks});
    self.state = RunState::kAwaiting;
    self.awaited = &condition;
    awaiting_.insert(
        std::upper_bound(awaiting_.begin(), awaiting_.end(), &self,
                         [](const Thread* a, const Thread* b) { return a->id < b->id; }),
        &self);
    engine_.tell_step_ends(true);
    note_change();
    self.resume_cost = state_.cost.system_call_exit;
    self.resume_activity = machine::kSwitch;
    state_.scheduler.leave_cpu(self, 0, machine::kSwitch, Reason::kBlocks);
  }
}

void Kernel::release_awaiting() {
  std::erase_if(awaiting_, [this](Thread* thread) {
    if (!thread->awaited->holds()) return false;
    thread->awaited = nullptr;
    state_.scheduler.make_ready(*thread, Reason::kAwaited);
    note_change();
    return true;
  });
}

}  // namespace ipcsim::kernel
