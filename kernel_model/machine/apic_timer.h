// SPDX-License-Identifier: BSD-2-Clause
// ApicTimer: the timer of a local APIC (SDM vol. 3A 10.5.4). It counts one for each `divider`
// cycles and knows nothing of masks and vectors. Nothing happens by itself: whoever owns it calls
// expire() at the cycle that next_expiry() gives, or skip() where an expiry has no effect.
//
// What always holds:
// - While it runs, next_expiry() is the cycle at which the count is 0.
// - Writing the initial count starts it; nothing else does (but for the deadline of its own mode).
// - Going into or out of the deadline mode stops it (10.5.4.1).
#pragma once

#include <cstdint>

#include "sim/base/cycles.h"

namespace ipcsim::machine {

// Bits 18:17 of the LVT entry.
enum class TimerMode : std::uint8_t { kOneShot, kPeriodic, kTscDeadline, kReserved };

class ApicTimer {
 public:
  // From one-shot to periodic and back the count goes on; it neither starts nor is reloaded.
  void set_mode(TimerMode mode);
  TimerMode mode() const { return mode_; }

  // A running count goes on from where it is at the new speed; what had passed of the current count
  // is lost.
  void write_divide(std::uint32_t value, Cycle now);
  std::uint32_t divide() const { return divide_; }

  // 0 stops it. Ignored in the deadline mode.
  void write_initial_count(std::uint32_t value, Cycle now);
  std::uint32_t initial_count() const { return initial_count_; }
  std::uint32_t current_count(Cycle now) const;

  // IA32_TSC_DEADLINE, the time-stamp counter being the clock. 0 disarms; a deadline in the past is
  // due at once. Ignored and 0 in the other modes.
  void write_deadline(std::uint64_t value, Cycle now);
  std::uint64_t deadline() const { return deadline_; }

  Cycle next_expiry() const { return expiry_; }
  // The expiry that is due now has come: a periodic count begins again, the others stop.
  void expire(Cycle now);
  // The same for every expiry up to now.
  void skip(Cycle now);

 private:
  Cycles divider() const;
  void start(std::uint32_t count, Cycle now);
  void stop();

  TimerMode mode_ = TimerMode::kOneShot;
  std::uint32_t divide_ = 0;
  std::uint32_t initial_count_ = 0;
  std::uint64_t deadline_ = 0;
  Cycle expiry_ = kNever;  // kNever: stopped
};

}  // namespace ipcsim::machine
