// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/cpu.h"

#include <algorithm>

#include "sim/base/check.h"

namespace ipcsim::machine {

bool Cpu::run_user_in_turn(trace::LaneId lane, Cycles& user, Cycle user_end, Cycle at,
                           Activity activity) {
  plan(kUserCode, user_end);
  plan(activity, at);
  user_end_ = user_end;
  step_at_ = at;
  divisible_from_ = engine_.now();
  divisible_ = true;
  engine_.step_in_turn(agent_, lane, next_step());
  divisible_ = false;
  const bool reached = !interrupted_;
  const Cycle stopped_at = interrupted_ ? landed_at_ : user_end;
  user = reached ? 0 : user_end - stopped_at;
  if (!reached) plan_[0].until = plan_[1].until = stopped_at;
  interrupted_ = false;
  settle();
  return reached;
}

void Cpu::run_kernel_in_turn(trace::LaneId lane, Cycle at, Activity activity) {
  plan(activity, at);
  engine_.step_in_turn(agent_, lane, at);
  settle();
}

Cycle Cpu::start_idle(Cycle from) {
  plan(kIdle, kNever);
  user_end_ = kNever;
  step_at_ = kNever;
  divisible_from_ = from;
  divisible_ = true;
  if (!deliverable_) return next_step();
  interrupted_ = true;
  landed_at_ = from;
  return from;
}

void Cpu::end_idle() {
  divisible_ = false;
  interrupted_ = false;
  settle();
}

bool Cpu::spin(trace::LaneId lane) {
  if (engine_.unwinding() || released_at_ <= engine_.now()) return true;
  if (called_) return false;
  plan(kSpin, kNever);
  spinning_ = true;
  engine_.step(agent_, lane, released_at_);
  spinning_ = false;
  settle();
  return engine_.unwinding() || released_at_ <= engine_.now();
}

// --- Interrupts.

namespace {

constexpr std::uint32_t msr_of(ApicRegister which) {
  return kX2apicMsrs + static_cast<std::uint32_t>(which) / 16;
}

// Bits 18:17 of the timer's entry: by IA32_TSC_DEADLINE.
constexpr std::uint64_t kDeadlineMode = static_cast<std::uint64_t>(TimerMode::kTscDeadline) << 17;

}  // namespace

void Cpu::start_apic(std::uint8_t timer_vector, std::uint8_t call_vector, std::uint8_t spurious) {
  timer_vector_ = timer_vector;
  call_vector_ = call_vector;
  const std::uint64_t base = apic_.base() | kApicBaseEnable | kApicBaseX2apic;
  write_apic(kMsrApicBase, base);
  write_apic(msr_of(ApicRegister::kSpuriousVector), kSpuriousEnable | spurious);
  write_apic(msr_of(ApicRegister::kLvtTimer), kDeadlineMode | timer_vector);
}

void Cpu::write_apic(std::uint32_t msr, std::uint64_t value) {
  catch_up();
  const MsrWrite written = apic_.write_msr(msr, value, engine_.now());
  SIM_CHECK(written == MsrWrite::kDone, "the kernel writes what its local APIC accepts");
  deliverable_ = apic_.deliverable();
  timer_ = apic_.next_expiry();
}

void Cpu::catch_up() {
  if (timer_ > engine_.now()) return;
  if (is_pending(apic_.expire(timer_))) note_arrival(timer_vector_, 0, timer_);
  timer_ = apic_.next_expiry();
  deliverable_ = apic_.deliverable();
}

void Cpu::note_arrival(std::uint8_t vector, std::uint32_t flow, Cycle raised) {
  for (const Arrival& arrival : arrivals_) {
    if (arrival.vector == vector) return;
  }
  arrivals_.push_back({vector, flow, raised});
}

TakenInterrupt Cpu::acknowledge() {
  catch_up();
  const Acknowledged acknowledged = apic_.acknowledge();
  deliverable_ = apic_.deliverable();
  TakenInterrupt taken;
  taken.vector = acknowledged.vector;
  taken.spurious = acknowledged.kind == Acknowledged::Kind::kSpurious;
  taken.raised = engine_.now();
  if (!taken.spurious) ++acknowledged_;
  for (auto arrival = arrivals_.begin(); arrival != arrivals_.end(); ++arrival) {
    if (arrival->vector != taken.vector) continue;
    taken.flow = arrival->flow;
    taken.raised = arrival->raised;
    arrivals_.erase(arrival);
    break;
  }
  return taken;
}

void Cpu::end_interrupt() { write_apic(msr_of(ApicRegister::kEndOfInterrupt), 0); }

void Cpu::command_interrupt(std::uint32_t target, std::uint8_t vector) {
  write_apic(msr_of(ApicRegister::kCommandLow), std::uint64_t{target} << 32 | vector);
}

void Cpu::set_timer(Cycle deadline) {
  // 0 would disarm it.
  const std::uint64_t armed = deadline == kNever ? 0 : std::max<Cycle>(deadline, 1);
  write_apic(kMsrTscDeadline, armed);
  if (!divisible_ || deliverable_) return;
  // Somebody else changed the timer of a CPU that waits in user code or halt: plan it anew.
  interrupted_ = false;
  engine_.move_step(agent_, next_step());
}

void Cpu::interrupt_arrived(std::uint8_t vector, std::uint32_t flow, Cycle raised) {
  note_arrival(vector, flow, raised);
  deliverable_ = apic_.deliverable();
  if (vector == call_vector_) {
    called_ = true;
    if (spinning_) {
      engine_.move_step(agent_, engine_.now());
      return;
    }
  }
  if (!deliverable_ || !divisible_ || engine_.now() > user_end_) return;
  if (interrupted_ && landed_at_ <= engine_.now()) return;
  interrupted_ = true;
  landed_at_ = std::max(engine_.now(), divisible_from_);
  engine_.move_step(agent_, landed_at_);
}

void Cpu::settle() {
  const Cycle now = engine_.now();
  for (std::size_t index = 0; index < planned_; ++index) {
    const Cycle until = std::min(plan_[index].until, now);
    if (until <= booked_until_) continue;
    account_[plan_[index].activity] += until - booked_until_;
    booked_until_ = until;
  }
  planned_ = 0;
  account_[kHeld] += now - booked_until_;
  booked_until_ = now;
}

}  // namespace ipcsim::machine
