// SPDX-License-Identifier: BSD-2-Clause
// Interrupts as the kernel takes them, one at a time and to its end: acknowledged when it lands,
// dealt with under locks, ended at the local APIC before the CPU goes back to user code. The timer
// ends slices, sleeps and time-outs; a wake makes an idle CPU look for work; a kill ends the
// running thread; a shootdown makes the CPU forget; a device's goes to its driver
// (device_interrupts.cc).
#include <algorithm>

#include "kernel_model/abi/interrupt_vectors.h"
#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {

// On the fiber of the interrupted thread, or of the idle one. Returns when the thread is back in
// user code, perhaps after others have run; or at once, for the idle thread, which looks for work.
void Kernel::take_interrupt(Thread& self) {
  if (engine_.unwinding()) return;
  machine::Cpu& cpu = self.processor->cpu;
  const machine::TakenInterrupt taken = cpu.acknowledge();
  tracer_.emit(EventGroup::kIrq, EventCode::kInterruptTaken, cpu.number(), self.source,
               {engine_.now() - taken.raised, taken.vector}, {.flow = taken.flow});
  if (taken.spurious) {
    cpu.run_kernel(self.lane, state_.cost.interrupt_entry, machine::kInterrupt);
    leave_interrupt(self);
  } else if (taken.vector == kShootdownVector) {
    take_shootdown(self);
  } else if (is_device_vector(taken.vector)) {
    take_device_interrupt(self, taken.vector);
  } else {
    take_scheduling(self, taken.vector);
  }
}

// The handler works on its own until it needs the run queue; taking its lock is the step at which
// the interrupt takes effect. What the lock costs while it is free is part of the handler.
void Kernel::take_scheduling(Thread& self, std::uint8_t vector) {
  Scheduler& scheduler = state_.scheduler;
  const Cycles logic = std::max(state_.cost.interrupt_logic, state_.cost.lock_acquire);
  acquire(self, scheduler.lock(), machine::kInterrupt,
          state_.cost.interrupt_entry + logic - state_.cost.lock_acquire);
  if (engine_.unwinding()) return;
  Processor& processor = *self.processor;
  const bool slice_over = vector == kTimerVector && processor.slice_end <= engine_.now();
  if (slice_over) processor.slice_end = kNever;  // the timer is not set for it again
  if (vector == kTimerVector && !expire_timers(self)) return;
  end_interrupt(self, vector);
  if (&self == &processor.idle) {
    scheduler.update_timer(processor);
    release_all(self);
    return;
  }
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
  leave_interrupt(self);
}

// A shootdown needs no lock.
void Kernel::take_shootdown(Thread& self) {
  self.processor->cpu.run_kernel(self.lane, state_.cost.interrupt_entry, machine::kInterrupt);
  if (engine_.unwinding()) return;
  serve_shootdowns(self, machine::kInterrupt);
  if (engine_.unwinding()) return;
  end_interrupt(self, kShootdownVector);
  leave_interrupt(self);
}

void Kernel::end_interrupt(Thread& self, std::uint8_t vector) {
  machine::Cpu& cpu = self.processor->cpu;
  tracer_.emit(EventGroup::kIrq, EventCode::kInterruptEnded, cpu.number(), self.source, {vector});
  cpu.end_interrupt();
}

// Back to user code, or to a halt: the idle thread looks for work first.
void Kernel::leave_interrupt(Thread& self) {
  if (engine_.unwinding() || &self == &self.processor->idle || must_end(self)) return;
  self.processor->cpu.run_kernel(self.lane, state_.cost.interrupt_exit, machine::kInterrupt);
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
