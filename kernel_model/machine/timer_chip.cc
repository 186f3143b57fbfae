// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/timer_chip.h"

#include <algorithm>

namespace ipcsim::machine {
namespace {

enum class TimerRegister : unsigned { kExpiries, kInterval, kMode, kRemaining };

constexpr Cycles kLongest = Cycles{1} << 48;

}  // namespace

std::uint64_t TimerChip::read(unsigned number) {
  switch (static_cast<TimerRegister>(number)) {
    case TimerRegister::kExpiries: {
      const std::uint64_t expiries = expiries_;
      expiries_ = 0;
      if (description().trigger == TriggerMode::kLevel) set_wanting(false);
      return expiries;
    }
    case TimerRegister::kInterval:
      return interval_;
    case TimerRegister::kMode:
      return periodic_ ? 1 : 0;
    default:
      return runs_ ? next_ - std::min(next_, context().engine.now()) : 0;
  }
}

bool TimerChip::write(unsigned number, std::uint64_t value) {
  const auto which = static_cast<TimerRegister>(number);
  if (which == TimerRegister::kInterval && value <= kLongest) {
    set(value);
    return true;
  }
  if (which == TimerRegister::kMode && value <= 1) {
    periodic_ = value == 1;
    return true;
  }
  return false;
}

void TimerChip::set(Cycles interval) {
  interval_ = interval;
  if (runs_) call_off(event_);
  runs_ = interval > 0;
  if (!runs_) return;
  next_ = later(context().engine.now(), interval);
  event_ = call_back(interval, 0);
}

void TimerChip::act(std::uint64_t) { expire(); }

void TimerChip::called_back(std::uint64_t) {
  expire();
  runs_ = periodic_ && context().listener.is_heard();
  if (!runs_) return;
  next_ = later(context().engine.now(), interval_);
  event_ = call_back(interval_, 0);
}

void TimerChip::expire() {
  ++expiries_;
  set_wanting(true);
}

}  // namespace ipcsim::machine
