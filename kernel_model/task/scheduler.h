// SPDX-License-Identifier: BSD-2-Clause
// Scheduler: which thread runs on which CPU. One first-in first-out run queue, an optional pin of a
// thread to a CPU, a slice by the CPU's timer. A thread that joins the tail, woken or preempted,
// does not preempt; the lowest-numbered idle CPU that may run it is told.
//
// What always holds:
// - A thread is in the run queue exactly while it is kReady, and on one CPU exactly while kRunning.
// - Where a thread is ready and idle CPUs may run it, one of them looks for work, or has been
//   told to.
// - A CPU's APIC timer is set to the earlier of its slice's end and the first timer that ends
//   there, or its interrupt is pending.
//
// Its functions run in kernel code, under the run queue's lock, in the step that takes effect;
// switch_to and those that use it let the calling thread's fiber wait until it is switched to
// again.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/machine/cost_model.h"
#include "kernel_model/object/tracer.h"
#include "kernel_model/task/processor.h"
#include "kernel_model/task/run_queue.h"
#include "kernel_model/task/task_table.h"

namespace ipcsim::kernel {

class Scheduler {
 public:
  Scheduler(engine::Engine& engine, Tracer& tracer, Arena& arena, TaskTable& tasks,
            machine::PhysicalMemory& memory, machine::InterruptNetwork& interrupts,
            const machine::CostModel& cost, std::span<engine::EventQueue<ThreadId>> timers,
            Cycles slice, PolicyValue wake);

  // The CPU `id` with its idle thread. All are added before the run, in ascending order.
  Processor& add_processor(CpuId id, trace::LaneId lane);
  Processor& processor(CpuId id) { return *processors_[id.value()]; }
  const std::pmr::vector<Processor*>& processors() const { return processors_; }
  machine::InterruptNetwork& interrupts() { return interrupts_; }
  const machine::InterruptNetwork& interrupts() const { return interrupts_; }
  // The CPU whose step this is, or whoever acts between steps, interrupts another one.
  void interrupt(Processor& target, std::uint8_t vector, trace::SourceLine source);
  const RunQueue& run_queue() const { return run_queue_; }
  KernelLock& lock() { return lock_; }
  const KernelLock& lock() const { return lock_; }

  // A thread that exists from the start joins the queue.
  void add_at_start(Thread& thread) { run_queue_.push_back(thread); }

  // A thread that is in no queue and on no CPU can run again.
  void make_ready(Thread& thread, Reason why, std::uint32_t flow = 0);

  // Whether a thread waits that `processor` may run.
  bool has_work(const Processor& processor) const;
  // Whether somebody who is ready takes the place of the running thread before its next step.
  bool choose_preemption(Processor& processor, const Thread& running);

  // Takes the thread that `processor` runs next out of the queue; null when there is none.
  Thread* pick(Processor& processor);

  // From `from`, in kernel code on its processor, to `to` (the idle thread or one that pick gave):
  // first `after` cycles of `activity`. Returns when `from` is switched to again, perhaps on
  // another CPU.
  void switch_to(Thread& from, Thread& to, Cycles after, machine::Activity activity, Reason why);

  // Gives up the CPU of a thread that has just been blocked, or has ended (`finishing`: its fiber
  // is not needed any more).
  void leave_cpu(Thread& thread, Cycles after, machine::Activity activity, Reason why);
  [[noreturn]] void leave_cpu_for_ever(Thread& thread);

  // A running thread, about to be switched away from, joins the queue's tail.
  void preempt(Thread& thread, Reason why);

  // Halts the CPU of an idle thread, whose fiber calls it, until an interrupt comes.
  void idle_on(Processor& processor);

  // Loads a task's page tables, or none, on the CPU that asks.
  void load_space(Processor& processor, TaskId task);

  // Starts a new slice at cycle `from`.
  void start_slice(Processor& processor, Cycle from);

  // Timers. The thread's wait record keeps the handle.
  void arm_timer(Thread& thread, Cycle deadline);
  void cancel_timer(Thread& thread);
  void update_timer(Processor& processor);

  std::uint64_t switches() const { return switches_; }

  // How a thread's first run begins; given by the kernel above.
  void set_thread_entry(engine::FiberSet::Entry entry) { thread_entry_ = entry; }

 private:
  bool may_run(const Processor& processor, const Thread& thread) const {
    return !thread.pinned.valid() || thread.pinned == processor.id;
  }
  // Behind those that are there: the threads that the processor could take.
  void add_ready_options(const Processor& processor);
  void tell_idle_cpu(const Thread& thread);
  void tell_for_overlooked(Processor& taken, const Thread& picked);
  Cycle next_tick(const Processor& processor) const;
  Cycle start_idle(Processor& processor, Cycle from);
  // Plans the time up to `to`'s first user cycle; gives the cycle of its step.
  Cycle prepare_switch(Thread& from, Thread& to, Cycles after, machine::Activity activity,
                       Reason why);

  engine::Engine& engine_;
  Tracer& tracer_;
  TaskTable& tasks_;
  machine::PhysicalMemory& memory_;
  machine::InterruptNetwork& interrupts_;
  const machine::CostModel& cost_;
  Arena& arena_;
  std::span<engine::EventQueue<ThreadId>> timers_;  // one per CPU; kept from run to run
  Cycles slice_;
  bool wakes_by_interrupt_;
  engine::FiberSet::Entry thread_entry_ = nullptr;

  RunQueue run_queue_;
  KernelLock lock_{LockRank::kRunQueue};
  std::pmr::vector<Processor*> processors_;
  std::vector<engine::Option>
      options_;  // of one choice; heap memory that the Scheduler's owner destroys
  std::uint64_t switches_ = 0;
};

}  // namespace ipcsim::kernel
