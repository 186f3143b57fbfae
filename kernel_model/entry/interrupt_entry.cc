// SPDX-License-Identifier: BSD-2-Clause
// Interrupts as the kernel takes them: the timer (slices, sleeps, time-outs), a wake of an idle
// CPU, a request that the running thread end.
#include <algorithm>

#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {

// On the fiber of the interrupted thread, or of the idle one. Returns when the thread is back in
// user code, perhaps after others have run; or at once, for the idle thread, which looks for work.
void Kernel::take_interrupts(Thread& self) {
  if (engine_.unwinding()) return;
  Scheduler& scheduler = state_.scheduler;
  Cycles entry = state_.cost.interrupt_entry;
  if (self.processor->cpu.pending(machine::kShootdownInterrupt)) {
    if (!take_shootdown(self)) return;
    entry = 0;
  }
  // The handler works on its own until it needs the run queue; taking its lock is the step at which
  // the interrupt takes effect. What the lock costs while it is free is part of the handler.
  const Cycles logic = std::max(state_.cost.interrupt_logic, state_.cost.lock_acquire);
  acquire(self, scheduler.lock(), machine::kInterrupt, entry + logic - state_.cost.lock_acquire);
  if (engine_.unwinding()) return;

  Processor& processor = *self.processor;
  const machine::Interrupts due = processor.cpu.take_interrupts();
  record_interrupts(self, due);
  if (!expire_timers(self)) return;
  if (&self == &processor.idle) {
    processor.slice_end = kNever;
    scheduler.update_timer(processor);
    release_all(self);
    return;
  }
  const bool slice_over = processor.slice_end <= engine_.now();
  if (slice_over && scheduler.has_work(processor) && !must_end(self)) {
    scheduler.preempt(self, Reason::kSlice);
    Thread* const next = scheduler.pick(processor);
    release_all(self);
    self.resume_cost = state_.cost.interrupt_exit;
    self.resume_activity = machine::kInterrupt;
    scheduler.switch_to(self, *next, 0, machine::kInterrupt, Reason::kSlice);
    return;
  }
  if (slice_over) scheduler.start_slice(processor, engine_.now());
  release_all(self);
  if (must_end(self)) return;
  processor.cpu.run_kernel(self.lane, state_.cost.interrupt_exit, machine::kInterrupt);
}

void Kernel::record_interrupts(Thread& self, machine::Interrupts taken) {
  const machine::Cpu& cpu = self.processor->cpu;
  for (const machine::Interrupts source : {machine::kTimerInterrupt, machine::kWakeInterrupt,
                                           machine::kKillInterrupt, machine::kShootdownInterrupt}) {
    if ((taken & source) == 0) continue;
    tracer_.emit(EventGroup::kIrq, EventCode::kInterruptTaken, cpu.number(), self.source, {source},
                 {.flow = cpu.flow_of(source)});
  }
}

// A shootdown needs no lock. True when other interrupts are due, and taken without leaving.
bool Kernel::take_shootdown(Thread& self) {
  Processor& processor = *self.processor;
  processor.cpu.run_kernel(self.lane, state_.cost.interrupt_entry, machine::kInterrupt);
  if (engine_.unwinding()) return false;
  record_interrupts(self, machine::kShootdownInterrupt);
  serve_shootdowns(self, machine::kInterrupt);
  if (engine_.unwinding()) return false;
  if (processor.cpu.interrupt_due()) return true;
  if (&self != &processor.idle && !must_end(self)) {
    processor.cpu.run_kernel(self.lane, state_.cost.interrupt_exit, machine::kInterrupt);
  }
  return false;
}

// Each under its wait record's lock. That comes before the run queue's, which says whose timer is
// due: having both, look again.
bool Kernel::expire_timers(Thread& self) {
  Processor& processor = *self.processor;
  while (processor.timers->next_cycle() <= engine_.now()) {
    Thread& thread = state_.tasks[processor.timers->next()];
    if (!holds(self, actual(thread.wait_lock))) {
      release_all(self);
      acquire(self, thread.wait_lock, machine::kInterrupt);
      acquire(self, state_.scheduler.lock(), machine::kInterrupt);
      if (engine_.unwinding()) return false;
      continue;
    }
    processor.timers->pop();
    thread.wait.timer = engine::EventHandle::none();
    const bool sleeping = thread.state == RunState::kSleeping;
    if (!sleeping) thread.wait.event = Event{};  // timed_out
    state_.ipc.complete(thread, sleeping ? Reason::kSleepOver : Reason::kTimeout, 0);
    note_change();
  }
  state_.scheduler.update_timer(processor);
  return true;
}

}  // namespace ipcsim::kernel
