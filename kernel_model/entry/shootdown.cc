// SPDX-License-Identifier: BSD-2-Clause
// TLB shootdown: after a right was taken away, every CPU that has the address space loaded forgets
// what it remembers of it, and says so, before the call that took it away returns. Whoever spins
// meanwhile, for a lock or for answers, answers others: so two CPUs that ask each other never wait
// for ever.
#include <algorithm>

#include "kernel_model/abi/interrupt_vectors.h"
#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {

// In kernel code of `self`, which holds the space's lock. False when the run is over.
bool Kernel::shoot_down(Thread& self, machine::Activity activity, const TlbShootdown& request) {
  Processor& own = *self.processor;
  if (own.loaded == request.task) {
    own.cpu.run_kernel(self.lane, state_.cost.invalidate_page, activity);
    if (engine_.unwinding()) return false;
    invalidate(own, request);
  }
  if (state_.config.has(Defect::shootdown_forgotten)) return true;
  own.shootdown = request;
  std::uint32_t asked = 0;
  for (const Processor* const other : state_.scheduler.processors()) {
    if (other == &own || other->loaded != request.task) continue;
    own.shootdown.waiting |= cpu_set_of(other->id);
    ++asked;
  }
  if (asked == 0) return true;
  ++state_.traffic.shootdowns;
  tracer_.emit(EventGroup::kMemory, EventCode::kShootdown, own.cpu.number(), self.source,
               {request.scope == ShootdownScope::kPage ? request.page : kNoArgument, asked,
                request.task.value()});
  own.cpu.begin_spin();
  for (const CpuSet waiting = own.shootdown.waiting;
       Processor* const other : state_.scheduler.processors()) {
    if ((waiting & cpu_set_of(other->id)) == 0) continue;
    own.cpu.run_kernel(self.lane, state_.cost.shootdown_send, activity);
    if (engine_.unwinding()) return false;
    other->shootdowns_from |= cpu_set_of(own.id);
    state_.scheduler.interrupt(*other, kShootdownVector, self.source);
  }
  while (!own.cpu.spin(self.lane)) serve_shootdowns(self, machine::kSpin);
  return !engine_.unwinding();
}

// Does what was asked of the CPU of `self`, and answers.
void Kernel::serve_shootdowns(Thread& self, machine::Activity activity) {
  Processor& own = *self.processor;
  own.cpu.answer_call();
  for (Processor* const other : state_.scheduler.processors()) {
    if ((own.shootdowns_from & cpu_set_of(other->id)) == 0) continue;
    own.cpu.run_kernel(self.lane, state_.cost.invalidate_page, activity);
    if (engine_.unwinding()) return;
    own.shootdowns_from &= ~cpu_set_of(other->id);
    TlbShootdown& request = other->shootdown;
    if (own.loaded == request.task) invalidate(own, request);
    tracer_.emit(EventGroup::kMemory, EventCode::kInvalidated, own.cpu.number(), self.source,
                 {request.scope == ShootdownScope::kPage ? request.page : kNoArgument,
                  request.task.value()});
    request.waiting &= ~cpu_set_of(own.id);
    if (request.in_flight()) continue;
    const Cycles handover = std::max<Cycles>(state_.cost.lock_handover, 1);
    other->cpu.release_spin(later(engine_.now(), handover));
  }
}

void Kernel::invalidate(Processor& processor, const TlbShootdown& request) {
  if (request.scope == ShootdownScope::kWholeSpace) {
    state_.scheduler.load_space(processor, TaskId::none());
  } else {
    processor.mmu.invlpg(request.page);
  }
}

}  // namespace ipcsim::kernel
