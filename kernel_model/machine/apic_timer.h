// SPDX-License-Identifier: BSD-2-Clause
// ApicTimer: the timer of a local APIC (SDM vol. 3A 10.5.4). One count is one cycle before the
// divider. It holds no clock: whoever asks says what time it is, having called expire() for every
// expiry up to then.
//
//   one-shot   counts from the initial count down to 0, expires, stands still
//   periodic   expires at 0 and starts again
//   deadline   expires when the time-stamp counter has come to a value, and is disarmed
//
// A change between one-shot and periodic lets a running count run on, and starts none. A change
// into or out of deadline mode disarms. A change of the divider takes effect on the running count.
#pragma once

#include <cstdint>

#include "sim/base/cycles.h"

namespace ipcsim::machine {

enum class ApicTimerMode : std::uint8_t { kOneShot, kPeriodic, kDeadline, kReserved };

class ApicTimer {
 public:
  void set_mode(ApicTimerMode mode);
  ApicTimerMode mode() const { return mode_; }

  // Starts counting; 0 stops. Ignored in deadline mode.
  void set_initial_count(std::uint32_t count, Cycle now);
  std::uint32_t initial_count() const { return initial_; }
  std::uint32_t current_count(Cycle now) const;

  // Bits 3, 1 and 0.
  void set_divide(std::uint32_t bits, Cycle now);
  std::uint32_t divide() const { return divide_; }

  // IA32_TSC_DEADLINE; ignored outside deadline mode. 0 disarms.
  void set_deadline(std::uint64_t cycle);
  std::uint64_t deadline() const { return deadline_; }

  // When it expires next; kNever: it does not run.
  Cycle expiry() const { return mode_ == ApicTimerMode::kDeadline ? armed_deadline() : expiry_; }
  // That cycle has come.
  void expire();

 private:
  // 1, 2, 4, ... 128 (figure 10-10).
  Cycles divider() const;
  Cycle armed_deadline() const { return deadline_ == 0 ? kNever : deadline_; }

  ApicTimerMode mode_ = ApicTimerMode::kOneShot;
  std::uint32_t initial_ = 0;
  std::uint32_t divide_ = 0;
  std::uint64_t deadline_ = 0;
  Cycle expiry_ = kNever;  // of the count
};

}  // namespace ipcsim::machine
