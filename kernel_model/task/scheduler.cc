// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/scheduler.h"

#include <algorithm>

#include "kernel_model/abi/interrupt_vectors.h"
#include "sim/base/check.h"

namespace ipcsim::kernel {

Scheduler::Scheduler(engine::Engine& engine, Tracer& tracer, Arena& arena, TaskTable& tasks,
                     machine::PhysicalMemory& memory, machine::InterruptNetwork& interrupts,
                     const machine::CostModel& cost, std::span<engine::EventQueue<ThreadId>> timers,
                     Cycles slice, PolicyValue wake)
    : engine_(engine),
      tracer_(tracer),
      tasks_(tasks),
      memory_(memory),
      interrupts_(interrupts),
      cost_(cost),
      arena_(arena),
      timers_(timers),
      slice_(slice),
      wakes_by_interrupt_(wake == PolicyValue::wake_ipi),
      processors_(&arena) {}

Processor& Scheduler::add_processor(CpuId id, trace::LaneId lane) {
  Processor* const processor =
      arena_.make<Processor>(engine_, id, lane, arena_, memory_, interrupts_);
  interrupts_.attach(processor->cpu);
  processor->cpu.start_apic(kTimerVector, kShootdownVector, kSpuriousVector);
  processor->timers = &timers_[id.value()];
  processor->timers->clear();
  processors_.push_back(processor);
  return *processor;
}

void Scheduler::make_ready(Thread& thread, Reason why, std::uint32_t flow) {
  SIM_CHECK(thread.state != RunState::kReady && thread.state != RunState::kEnded,
            "a thread became ready that was queued or had ended");
  thread.state = RunState::kReady;
  run_queue_.push_back(thread);
  engine_.touch(lock_.object(), engine::Access::kWrite);
  tracer_.emit(EventGroup::kSched, EventCode::kReady, trace::kNoCpu, thread.source,
               {thread.lane.value()}, {.why = why, .flow = flow});
  tell_idle_cpu(thread);
}

void Scheduler::tell_idle_cpu(const Thread& thread) {
  Processor* told = nullptr;
  for (Processor* const processor : processors_) {
    if (processor->current != &processor->idle || processor->told) continue;
    if (!may_run(*processor, thread)) continue;
    if (processor->awake) {
      processor->told = true;
      return;
    }
    if (told == nullptr || next_tick(*processor) < next_tick(*told)) told = processor;
  }
  if (told == nullptr) return;
  told->told = true;
  if (!wakes_by_interrupt_) {
    told->slice_end = next_tick(*told);
    update_timer(*told);
    return;
  }
  interrupt(*told, kWakeVector, thread.source);
}

void Scheduler::interrupt(Processor& target, std::uint8_t vector, trace::SourceLine source) {
  const engine::AgentId sender = engine_.running_agent();
  const std::uint32_t flow = tracer_.new_flow();
  tracer_.emit(EventGroup::kIrq, EventCode::kInterruptSent,
               sender.valid() ? static_cast<std::uint16_t>(sender.value()) : trace::kNoCpu, source,
               {vector, target.cpu.lane().value()}, {.flow = flow});
  interrupts_.interrupt(target.cpu, vector, flow);
}

// Not the oldest thread is picked: whoever counted on this CPU may need another.
void Scheduler::tell_for_overlooked(Processor& taken, const Thread& picked) {
  taken.told = true;  // not this one again
  for (const Thread* thread = run_queue_.first(); thread != &picked;
       thread = thread->next_in_queue) {
    if (may_run(taken, *thread)) tell_idle_cpu(*thread);
  }
}

// When an idle CPU ticks next. With wake-up interrupts it does not tick, and the lowest number
// counts. Ticks that would find nothing are not simulated.
Cycle Scheduler::next_tick(const Processor& processor) const {
  if (wakes_by_interrupt_) return 0;
  const Cycle now = engine_.now();
  if (now < processor.idle_since) return later(processor.idle_since, slice_);
  return later(processor.idle_since, ((now - processor.idle_since) / slice_ + 1) * slice_);
}

bool Scheduler::has_work(const Processor& processor) const {
  for (const Thread* thread = run_queue_.first(); thread != nullptr;
       thread = thread->next_in_queue) {
    if (may_run(processor, *thread)) return true;
  }
  return false;
}

bool Scheduler::choose_preemption(Processor& processor, const Thread& running) {
  if (!engine_.asks(engine::ChoiceKind::kPreempt)) return false;
  options_.clear();
  options_.push_back(engine_.option_of(running.lane, 0, false));
  add_ready_options(processor);
  if (options_.size() == 1) return false;
  return engine_.choose(engine::ChoiceKind::kPreempt, 2, options_.front().step, options_) == 1;
}

void Scheduler::add_ready_options(const Processor& processor) {
  for (Thread* thread = run_queue_.first(); thread != nullptr; thread = thread->next_in_queue) {
    if (may_run(processor, *thread)) {
      options_.push_back(engine_.option_of(thread->lane, 0, false));
    }
  }
}

Thread* Scheduler::pick(Processor& processor) {
  engine_.touch(lock_.object(), engine::Access::kWrite);
  Thread* picked = nullptr;
  if (engine_.asks(engine::ChoiceKind::kPick)) {
    options_.clear();
    add_ready_options(processor);
    const std::uint64_t answer = engine_.choose(engine::ChoiceKind::kPick, options_.size(),
                                                engine_.current_step(), options_);
    std::uint64_t index = 0;
    for (Thread* thread = run_queue_.first(); thread != nullptr; thread = thread->next_in_queue) {
      if (may_run(processor, *thread) && index++ == answer) picked = thread;
    }
    if (answer > 0) tell_for_overlooked(processor, *picked);
  } else {
    picked = run_queue_.first();
    while (picked != nullptr && !may_run(processor, *picked)) picked = picked->next_in_queue;
  }
  if (picked != nullptr) run_queue_.remove(*picked);
  return picked;
}

Cycle Scheduler::prepare_switch(Thread& from, Thread& to, Cycles after, machine::Activity activity,
                                Reason why) {
  Processor& processor = *from.processor;
  machine::Cpu& cpu = processor.cpu;
  const bool to_idle = &to == &processor.idle;
  if (&from != &processor.idle) from.processor = nullptr;
  to.processor = &processor;
  to.state = RunState::kRunning;
  processor.current = &to;
  tracer_.emit(EventGroup::kSched, EventCode::kSwitch, cpu.number(), from.source,
               {from.lane.value(), to.lane.value()}, {.why = why});
  Cycle at = later(engine_.now(), after);
  cpu.plan(activity, at);
  if (to_idle) return at;
  ++switches_;
  processor.told = processor.awake = false;
  if (processor.loaded != to.task) {
    at = later(at, cost_.address_space_switch);
    load_space(processor, to.task);
  }
  cpu.plan(machine::kSwitch, at);
  at = std::max(later(at, to.resume_cost), later(engine_.now(), 1));
  cpu.plan(to.resume_activity, at);
  start_slice(processor, at);
  if (to.fiber == nullptr) to.fiber = &engine_.fibers().start(thread_entry_, &to);
  return at;
}

void Scheduler::switch_to(Thread& from, Thread& to, Cycles after, machine::Activity activity,
                          Reason why) {
  if (engine_.unwinding()) return;
  Processor& processor = *from.processor;
  Cycle at = prepare_switch(from, to, after, activity, why);
  if (&to == &processor.idle) at = start_idle(processor, at);
  engine_.hand_over(processor.cpu.agent(), to.lane, at, *to.fiber);
  if (!engine_.unwinding() && &from != &processor.idle) from.processor->cpu.settle();
}

void Scheduler::leave_cpu(Thread& thread, Cycles after, machine::Activity activity, Reason why) {
  if (engine_.unwinding()) return;
  Processor& processor = *thread.processor;
  Thread* const next = pick(processor);
  switch_to(thread, next != nullptr ? *next : processor.idle, after, activity, why);
}

void Scheduler::leave_cpu_for_ever(Thread& thread) {
  engine::FiberSet& fibers = engine_.fibers();
  if (engine_.unwinding()) fibers.finish(fibers.main());
  Processor& processor = *thread.processor;
  Thread* const next = pick(processor);
  Thread& to = next != nullptr ? *next : processor.idle;
  Cycle at = prepare_switch(thread, to, 0, machine::kSwitch, Reason::kEnded);
  thread.fiber = nullptr;
  if (&to == &processor.idle) at = start_idle(processor, later(at, 1));
  engine_.hand_over_and_finish(processor.cpu.agent(), to.lane, at, *to.fiber);
}

void Scheduler::preempt(Thread& thread, Reason why) {
  thread.state = RunState::kReady;
  run_queue_.push_back(thread);
  tracer_.emit(EventGroup::kSched, EventCode::kReady, thread.processor->cpu.number(), thread.source,
               {thread.lane.value()}, {.why = why});
  // Whoever the CPU turns to may be pinned to it; this thread perhaps need not wait for it.
  tell_idle_cpu(thread);
}

void Scheduler::idle_on(Processor& processor) {
  const Cycle at = start_idle(processor, engine_.now());
  engine_.step(processor.cpu.agent(), processor.cpu.lane(), at);
}

// From `from` on the CPU is halted; gives the cycle of the step that ends it.
Cycle Scheduler::start_idle(Processor& processor, Cycle from) {
  processor.idle_since = from;
  processor.slice_end = kNever;
  update_timer(processor);
  return processor.cpu.start_idle(from);
}

// Without PCIDs: what the CPU remembers of the space before is gone.
void Scheduler::load_space(Processor& processor, TaskId task) {
  processor.loaded = task;
  const std::uint64_t root = task.valid() ? tasks_[task].space.root() : 0;
  // The same tables, of which nothing is remembered: tasks without memory share having none.
  if (root == processor.mmu.registers().cr3 && processor.mmu.tlb().size() == 0) return;
  const machine::Fault fault = processor.mmu.write_cr3(root);
  SIM_CHECK(fault.none(), "the root of an address space is a valid CR3");
}

void Scheduler::start_slice(Processor& processor, Cycle from) {
  processor.slice_end = later(from, slice_);
  update_timer(processor);
}

void Scheduler::arm_timer(Thread& thread, Cycle deadline) {
  if (deadline == kNever) return;
  Processor& processor = *thread.processor;
  thread.wait.timer_cpu = processor.id;
  thread.wait.timer = processor.timers->push(deadline, thread.id);
  update_timer(processor);
}

void Scheduler::cancel_timer(Thread& thread) {
  if (!thread.wait.timer.valid()) return;
  Processor& processor = *processors_[thread.wait.timer_cpu.value()];
  processor.timers->cancel(thread.wait.timer);
  thread.wait.timer = engine::EventHandle::none();
  update_timer(processor);
}

void Scheduler::update_timer(Processor& processor) {
  const Cycle deadline = std::min(processor.slice_end, processor.timers->next_cycle());
  if (deadline == processor.cpu.timer()) return;
  // What is due already, the interrupt that is pending will deal with.
  if (deadline <= engine_.now() && processor.cpu.timer_pending()) return;
  processor.cpu.set_timer(deadline);
}

}  // namespace ipcsim::kernel
