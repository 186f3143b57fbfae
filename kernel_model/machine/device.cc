// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/device.h"

#include <algorithm>

#include "kernel_model/machine/interrupt_network.h"

namespace ipcsim::machine {
namespace {

// Payloads of events: the times of the description, or what call_back() was asked for.
constexpr std::uint64_t kTime = ~std::uint64_t{0};

}  // namespace

void Device::start() {
  if (description_.count == std::uint64_t{0}) return;
  const Cycle now = context_.engine.now();
  schedule_time(description_.at == kNever ? now : std::max(now, description_.at));
}

// The jitter is chosen when the time is set, so that the reference is the earliest one.
void Device::schedule_time(Cycle at) {
  Cycles jitter = description_.jitter_from;
  if (description_.jitter_to > description_.jitter_from) {
    jitter += context_.engine.choose(engine::ChoiceKind::kJitter,
                                     description_.jitter_to - description_.jitter_from + 1,
                                     context_.engine.next_step_of(lane_));
  }
  description_.at = at;
  ++scheduled_;
  context_.engine.schedule(later(at, jitter), lane_, *this, kTime);
}

void Device::happen(std::uint64_t payload) {
  if (payload == kTime) {
    pass_time();
  } else {
    called_back(payload);
  }
  --scheduled_;
}

void Device::pass_time() {
  ++times_;
  for (std::uint64_t each = 0; each < description_.burst; ++each) {
    context_.listener.happened(*this, ++happenings_);
    act(happenings_);
  }
  const bool again = description_.every > 0 && times_ != description_.count;
  if (again && context_.listener.is_heard())
    schedule_time(later(description_.at, description_.every));
}

engine::EventHandle Device::call_back(Cycles delay, std::uint64_t what) {
  ++scheduled_;
  const Cycle at = later(context_.engine.now(), std::max<Cycles>(delay, 1));
  return context_.engine.schedule(at, lane_, *this, what);
}

void Device::call_off(engine::EventHandle event) {
  --scheduled_;
  context_.engine.cancel(event);
}

void Device::set_wire(Level level) {
  if (level == wire_) return;
  wire_ = level;
  if (level == Level::kLow) {
    context_.interrupts.set_line(description_.pin, level, 0);
    context_.listener.fallen(*this);
    return;
  }
  const std::uint32_t flow = context_.listener.rises(*this);
  const Delivery outcome = context_.interrupts.set_line(description_.pin, level, flow);
  context_.listener.risen(*this, flow, outcome);
}

void Device::ask() {
  set_wire(Level::kHigh);
  if (description_.trigger == TriggerMode::kEdge) set_wire(Level::kLow);
}

void Device::set_wanting(bool wanting) {
  if (description_.trigger == TriggerMode::kLevel) {
    set_wire(wanting ? Level::kHigh : Level::kLow);
  } else if (wanting) {
    ask();
  }
}

void Device::disturb() {
  if (wire_ == Level::kHigh) return;
  set_wire(Level::kHigh);
  set_wire(Level::kLow);
}

}  // namespace ipcsim::machine
