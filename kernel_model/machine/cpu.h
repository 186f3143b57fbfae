// SPDX-License-Identifier: BSD-2-Clause
// Cpu: one processor with its local APIC. It passes time for whoever runs on it, takes interrupts
// only in user code and when halted, and keeps account of its cycles.
//
// What always holds:
// - User code and halt are divisible: an interrupt lands at its cycle. With interrupts off (kernel
//   code) it waits until the kernel is left.
// - Every cycle belongs to exactly one activity, so the accounts add up to the clock.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "kernel_model/machine/local_apic.h"
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

// An interrupt as its CPU takes it.
struct TakenInterrupt {
  std::uint8_t vector = 0;
  bool spurious = false;   // nothing was pending any more: it has no end (SDM vol. 3A 10.9)
  std::uint32_t flow = 0;  // the arrow of the trace from whoever asked for it; 0: none
  Cycle raised = 0;        // when it was asked for: of several that became one, the first
};

class Cpu {
 public:
  // `port` is where its local APIC puts what is for others; its number is its APIC id.
  Cpu(engine::Engine& engine, engine::AgentId agent, trace::LaneId lane, ApicPort& port,
      std::pmr::memory_resource& memory)
      : engine_(engine),
        agent_(agent),
        lane_(lane),
        apic_(port, ApicId(agent.value()),
              agent.value() == 0 ? ProcessorKind::kBootstrap : ProcessorKind::kApplication),
        arrivals_(&memory) {}

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

  // Kernel code that spins: without a step until release_spin() gives it one. Interrupts are off,
  // so it can only look whether somebody calls: spin() gives false when the call vector has arrived
  // since answer_call(), and is then called again.
  void begin_spin() { released_at_ = kNever; }
  bool spin(trace::LaneId lane);
  void release_spin(Cycle at) {
    released_at_ = at;
    if (spinning_) engine_.move_step(agent_, at);
  }
  void answer_call() { called_ = false; }

  // --- Interrupts.
  LocalApic& apic() { return apic_; }
  const LocalApic& apic() const { return apic_; }
  // What the kernel does when the CPU starts: an x2APIC that is on, its timer in deadline mode.
  void start_apic(std::uint8_t timer_vector, std::uint8_t call_vector, std::uint8_t spurious);

  bool interrupt_due() const { return deliverable_ || timer_ <= engine_.now(); }
  // Takes the one that comes first; interrupt_due() says that there is one.
  TakenInterrupt acknowledge();
  void end_interrupt();                                         // the write to EOI
  std::uint64_t acknowledged() const { return acknowledged_; }  // without spurious ones
  // A fixed interrupt to another CPU: the write to the command register.
  void command_interrupt(std::uint32_t target, std::uint8_t vector);
  // Told by the network: the vector is pending at the local APIC.
  void interrupt_arrived(std::uint8_t vector, std::uint32_t flow, Cycle raised);

  // The deadline of the timer. kNever: off. One that has passed is due at once.
  void set_timer(Cycle deadline);
  Cycle timer() const { return timer_; }
  // It is due, or has come and was not taken.
  bool timer_pending() const {
    return timer_ <= engine_.now() || apic_.request().test(timer_vector_);
  }

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

  // An interrupt that is pending, and what is known of it.
  struct Arrival {
    std::uint8_t vector = 0;
    std::uint32_t flow = 0;
    Cycle raised = 0;
  };

  // What has become due reaches IRR.
  void catch_up();
  void write_apic(std::uint32_t msr, std::uint64_t value);
  void note_arrival(std::uint8_t vector, std::uint32_t flow, Cycle raised);

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

  LocalApic apic_;
  std::pmr::vector<Arrival> arrivals_;  // few
  std::uint8_t timer_vector_ = 0;
  std::uint8_t call_vector_ = 0;
  bool called_ = false;       // the call vector has arrived and was not answered
  bool deliverable_ = false;  // what apic_ says
  std::uint64_t acknowledged_ = 0;
  Cycle timer_ = kNever;      // when apic_'s timer is due
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
