// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_timer.h"

#include <algorithm>
#include <array>

#include "sim/base/check.h"

namespace ipcsim::machine {

Cycles ApicTimer::divider() const {
  // By bits 3, 1 and 0 (figure 10-10).
  constexpr std::array<Cycles, 8> kDividers = {2, 4, 8, 16, 32, 64, 128, 1};
  return kDividers[(divide_ >> 1 & 4) | (divide_ & 3)];
}

void ApicTimer::stop() {
  expiry_ = kNever;
  deadline_ = 0;
}

void ApicTimer::start(std::uint32_t count, Cycle now) { expiry_ = later(now, count * divider()); }

void ApicTimer::set_mode(TimerMode mode) {
  if (mode == mode_) return;
  const auto counts = [](TimerMode which) {
    return which == TimerMode::kOneShot || which == TimerMode::kPeriodic;
  };
  if (!counts(mode) || !counts(mode_)) stop();
  mode_ = mode;
}

void ApicTimer::write_divide(std::uint32_t value, Cycle now) {
  const bool counting = expiry_ != kNever && mode_ != TimerMode::kTscDeadline;
  const std::uint32_t count = counting ? current_count(now) : 0;
  divide_ = value;
  if (counting) start(count, now);
}

void ApicTimer::write_initial_count(std::uint32_t value, Cycle now) {
  if (mode_ == TimerMode::kTscDeadline) return;
  initial_count_ = value;
  if (value == 0 || mode_ == TimerMode::kReserved) {
    stop();
  } else {
    start(value, now);
  }
}

std::uint32_t ApicTimer::current_count(Cycle now) const {
  if (expiry_ == kNever || mode_ == TimerMode::kTscDeadline || now >= expiry_) return 0;
  return static_cast<std::uint32_t>((expiry_ - now + divider() - 1) / divider());
}

void ApicTimer::write_deadline(std::uint64_t value, Cycle now) {
  if (mode_ != TimerMode::kTscDeadline) return;
  deadline_ = value;
  expiry_ = value == 0 ? kNever : std::max(value, now);
}

void ApicTimer::expire(Cycle now) {
  SIM_CHECK(expiry_ != kNever && now >= expiry_, "a timer expires when it is due");
  if (mode_ == TimerMode::kPeriodic) {
    start(initial_count_, expiry_);
  } else {
    stop();
  }
}

void ApicTimer::skip(Cycle now) {
  if (expiry_ == kNever || expiry_ > now) return;
  if (mode_ != TimerMode::kPeriodic) return stop();
  const Cycles period = initial_count_ * divider();
  expiry_ += ((now - expiry_) / period + 1) * period;
}

}  // namespace ipcsim::machine
