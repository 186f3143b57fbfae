// SPDX-License-Identifier: BSD-2-Clause
// Cpu: one processor. It passes time for whoever runs on it, takes interrupts only in user code and
// when halted, has one timer, and keeps account of its cycles.
//
// What always holds:
// - User code and halt are divisible: an interrupt lands at its cycle. With interrupts off (kernel
//   code) it waits until the kernel is left.
// - Every cycle belongs to exactly one activity, so the accounts add up to the clock.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/base/cycles.h"
#include "sim/engine/engine.h"

namespace ipcsim::machine {

// What a cycle is spent on. The first are known here; the kernel numbers its calls from kFirstCall.
using Activity = std::uint8_t;
inline constexpr Activity kUserCode = 0;
inline constexpr Activity kIdle = 1;
inline constexpr Activity kSwitch = 2;     // from one thread to another
inline constexpr Activity kInterrupt = 3;  // entry, handler, exit
inline constexpr Activity kSpin = 4;       // waiting for a kernel lock
inline constexpr Activity kHeld = 5;       // kept from stepping by the schedule
inline constexpr Activity kFault = 6;      // a page fault: entry, handler, exit
inline constexpr Activity kFirstCall = 7;
inline constexpr std::size_t kActivities = 40;

// Why a CPU is interrupted: a set.
using Interrupts = std::uint8_t;
inline constexpr Interrupts kTimerInterrupt = 1;
inline constexpr Interrupts kWakeInterrupt = 2;  // a thread became ready while the CPU was idle
inline constexpr Interrupts kKillInterrupt = 4;  // the running thread is to end
inline constexpr Interrupts kShootdownInterrupt = 8;  // translations are to be forgotten

inline constexpr std::size_t kInterruptSources = 4;

class Cpu final : public engine::EventHandler {
 public:
  Cpu(engine::Engine& engine, engine::AgentId agent, trace::LaneId lane)
      : engine_(engine), agent_(agent), lane_(lane) {}

  engine::AgentId agent() const { return agent_; }
  trace::LaneId lane() const { return lane_; }
  std::uint16_t number() const { return static_cast<std::uint16_t>(agent_.value()); }

  // --- Time. `lane` is whom the step is for.

  // User code for `user` cycles, then with interrupts off `kernel` cycles under `activity`, up to
  // the next step. Gives false when an interrupt came first and is to be taken now; `user` is then
  // what is left of the user code.
  bool run_user(trace::LaneId lane, Cycles& user, Cycles kernel, Activity activity) {
    if (interrupt_due()) return false;
    const Cycle user_end = later(engine_.now(), user);
    const Cycle at = later(user_end, kernel);
    if (timer_ <= user_end || !engine_.step_at_once(lane, at)) {
      return run_user_in_turn(lane, user, user_end, at, activity);
    }
    book(kUserCode, user_end);
    book(activity, at);
    user = 0;
    return true;
  }

  // Kernel code with interrupts off for `cycles` (at least 1), up to the next step.
  void run_kernel(trace::LaneId lane, Cycles cycles, Activity activity) {
    const Cycle at = later(engine_.now(), cycles == 0 ? 1 : cycles);
    if (engine_.step_at_once(lane, at)) {
      book(activity, at);
    } else {
      run_kernel_in_turn(lane, at, activity);
    }
  }

  // Halted with interrupts on, from `from` (>= now) until an interrupt comes. start_idle gives the
  // cycle of the step that takes one, kNever while none is in sight; end_idle is called in it.
  Cycle start_idle(Cycle from);
  void end_idle();

  // Kernel code that spins: without a step until release_spin() gives it one. It serves shootdowns
  // meanwhile: spin() gives false when one has come, and is then called again after it was served.
  void begin_spin() { released_at_ = kNever; }
  bool spin(trace::LaneId lane);
  void release_spin(Cycle at) {
    released_at_ = at;
    if (spinning_) engine_.move_step(agent_, at);
  }

  // --- Interrupts.
  void set_timer(Cycle deadline);  // kNever: off
  Cycle timer() const { return timer_; }
  bool interrupt_due() const { return pending_ != 0 || timer_ <= engine_.now(); }
  bool pending(Interrupts what) const { return (pending_ & what) != 0; }
  void forget(Interrupts what) { pending_ &= static_cast<Interrupts>(~what); }
  // What is due now, and forgets it; but shootdowns are pending until they have been served.
  Interrupts take_interrupts();
  // An inter-processor interrupt reaches this CPU `latency` cycles from now. `flow` is the arrow of
  // its trace; flow_of() gives that of the last one that came.
  void send(Interrupts what, Cycles latency, std::uint32_t flow = 0);
  std::uint32_t flow_of(Interrupts source) const { return flows_[place_of(source)]; }
  void happen(std::uint64_t payload) override;

  // --- The account. Segments of planned time follow each other; settle() books what has passed.
  void plan(Activity activity, Cycle until) { plan_[planned_++] = {activity, until}; }
  Cycle planned_until() const { return planned_ == 0 ? engine_.now() : plan_[planned_ - 1].until; }
  void settle();
  Cycles booked(Activity activity) const { return account_[activity]; }

 private:
  struct Segment {
    Activity activity = kUserCode;
    Cycle until = 0;
  };

  // The same when other steps or events may come first.
  bool run_user_in_turn(trace::LaneId lane, Cycles& user, Cycle user_end, Cycle at,
                        Activity activity);
  void run_kernel_in_turn(trace::LaneId lane, Cycle at, Activity activity);

  static std::size_t place_of(Interrupts source) {
    return static_cast<std::size_t>(std::countr_zero(source));
  }

  // Of time that has passed and was not planned; all before it is booked.
  void book(Activity activity, Cycle until) {
    account_[activity] += until - booked_until_;
    booked_until_ = until;
  }

  Cycle next_step() {
    if (timer_ > user_end_) return step_at_;
    interrupted_ = true;
    landed_at_ = timer_ > divisible_from_ ? timer_ : divisible_from_;
    return landed_at_;
  }

  engine::Engine& engine_;
  engine::AgentId agent_;
  trace::LaneId lane_;

  Interrupts pending_ = 0;
  std::array<std::uint32_t, kInterruptSources> flows_{};  // by source; 0: none
  Cycle timer_ = kNever;
  bool divisible_ = false;    // waiting in user code or halt: interrupts land
  Cycle divisible_from_ = 0;  // from this cycle on
  bool interrupted_ = false;  // the next step takes an interrupt
  Cycle landed_at_ = 0;       // at this cycle
  Cycle user_end_ = 0;        // of the user code being waited for
  Cycle step_at_ = 0;         // the step behind it
  bool spinning_ = false;     // waiting in spin()
  Cycle released_at_ = 0;     // when it may stop spinning; kNever: not yet known

  std::array<Segment, 4> plan_{};
  std::size_t planned_ = 0;
  Cycle booked_until_ = 0;
  std::array<Cycles, kActivities> account_{};
};

}  // namespace ipcsim::machine
