// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/cpu.h"

#include <algorithm>

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
  if (pending_ == 0) return next_step();
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
  if (pending(kShootdownInterrupt)) return false;
  plan(kSpin, kNever);
  spinning_ = true;
  engine_.step(agent_, lane, released_at_);
  spinning_ = false;
  settle();
  return engine_.unwinding() || released_at_ <= engine_.now();
}

void Cpu::set_timer(Cycle deadline) {
  timer_ = deadline;
  if (!divisible_ || pending_ != 0) return;
  // Somebody else changed the timer of a CPU that waits in user code or halt: plan it anew.
  interrupted_ = false;
  engine_.move_step(agent_, next_step());
}

Interrupts Cpu::take_interrupts() {
  Interrupts due = static_cast<Interrupts>(pending_ & ~kShootdownInterrupt);
  if (timer_ <= engine_.now()) due |= kTimerInterrupt;
  pending_ &= kShootdownInterrupt;
  return due;
}

void Cpu::send(Interrupts what, Cycles latency, std::uint32_t flow) {
  engine_.schedule(later(engine_.now(), latency), lane_, *this, std::uint64_t{flow} << 8 | what);
}

void Cpu::happen(std::uint64_t payload) {
  const auto what = static_cast<Interrupts>(payload);
  pending_ |= what;
  flows_[place_of(what)] = static_cast<std::uint32_t>(payload >> 8);
  if (spinning_ && pending(kShootdownInterrupt)) {
    engine_.move_step(agent_, engine_.now());
    return;
  }
  if (!divisible_ || engine_.now() > user_end_) return;
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
