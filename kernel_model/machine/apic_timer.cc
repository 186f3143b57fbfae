// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_timer.h"

#include "sim/base/check.h"

namespace ipcsim::machine {

Cycles ApicTimer::divider() const {
  const std::uint32_t code = (divide_ >> 1 & 0b100) | (divide_ & 0b11);
  return code == 0b111 ? 1 : Cycles{2} << code;
}

void ApicTimer::set_mode(ApicTimerMode mode) {
  const auto counts = [](ApicTimerMode of) {
    return of == ApicTimerMode::kOneShot || of == ApicTimerMode::kPeriodic;
  };
  if (counts(mode) != counts(mode_) || mode == ApicTimerMode::kReserved) {
    expiry_ = kNever;
    deadline_ = 0;
  }
  mode_ = mode;
}

void ApicTimer::set_initial_count(std::uint32_t count, Cycle now) {
  if (mode_ == ApicTimerMode::kDeadline) return;
  initial_ = count;
  const bool runs = count != 0 && mode_ != ApicTimerMode::kReserved;
  expiry_ = runs ? later(now, Cycles{count} * divider()) : kNever;
}

std::uint32_t ApicTimer::current_count(Cycle now) const {
  if (mode_ == ApicTimerMode::kDeadline || expiry_ == kNever || expiry_ <= now) return 0;
  return static_cast<std::uint32_t>((expiry_ - now + divider() - 1) / divider());
}

void ApicTimer::set_divide(std::uint32_t bits, Cycle now) {
  const std::uint32_t left = current_count(now);
  divide_ = bits;
  if (expiry_ != kNever) expiry_ = later(now, Cycles{left} * divider());
}

void ApicTimer::set_deadline(std::uint64_t cycle) {
  if (mode_ == ApicTimerMode::kDeadline) deadline_ = cycle;
}

void ApicTimer::expire() {
  SIM_CHECK(expiry() != kNever, "a timer that does not run expires");
  if (mode_ == ApicTimerMode::kDeadline) {
    deadline_ = 0;
  } else if (mode_ == ApicTimerMode::kPeriodic) {
    expiry_ = later(expiry_, Cycles{initial_} * divider());
  } else {
    expiry_ = kNever;
  }
}

}  // namespace ipcsim::machine
