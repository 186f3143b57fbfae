// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_device.h"

#include <algorithm>
#include <utility>

namespace ipcsim::test {

using machine::DeviceKind;

namespace {

constexpr std::size_t kBytesThatWait = 16;

}  // namespace

bool ReferenceDevice::happen(std::uint64_t number, Cycle now) {
  const std::uint64_t time = happened_ / plan_.burst;
  ++happened_;
  const bool planned = !plan_.count || time < *plan_.count;
  if (number != happened_ || !planned || now != plan_.at + time * plan_.every) return false;
  if (!is(DeviceKind::kSerial)) {
    expire();
    return true;
  }
  if (number > plan_.bytes.size()) return true;
  lost_ = lost_ || bytes_.size() == kBytesThatWait;
  if (bytes_.size() == kBytesThatWait) return true;
  bytes_.push_back(static_cast<std::uint64_t>(plan_.bytes[number - 1]));
  ++edges_;
  return true;
}

// An event of a source, or of a timer.
void ReferenceDevice::expire() {
  ++events_;
  ++edges_;
}

bool ReferenceDevice::run_out(Cycle now) {
  if (in_doubt_) return true;
  if (next_ != now) return false;
  expire();
  next_ = again_ ? std::optional(now + interval_) : std::nullopt;
  return true;
}

bool ReferenceDevice::catch_up(Cycle now) {
  while (next_ && *next_ < now && !in_doubt_) {
    if (!is_level() || !wants()) return false;
    run_out(*next_);
  }
  return true;
}

bool ReferenceDevice::put_out(std::uint64_t value, Cycle now) {
  if (sends_ != value || now != sent_at_) return false;
  sends_.reset();
  if (!is_level()) ++edges_;
  return true;
}

// It runs out in this very cycle, or has already: nobody can see that on a wire that is high.
void ReferenceDevice::doubt_if_due(Cycle now) {
  if (next_ == now && is_level() && wants()) in_doubt_ = true;
}

unsigned ReferenceDevice::registers() const {
  if (is(DeviceKind::kTimer)) return 4;
  return is(DeviceKind::kSerial) ? 2 : 1;
}

std::uint64_t ReferenceDevice::read(unsigned number, Cycle now) {
  if (is(DeviceKind::kTimer)) return read_timer(number, now);
  if (is(DeviceKind::kSerial)) return read_serial(number);
  if (events_ == 0) return 0;
  --events_;
  return happened_ - events_;
}

std::uint64_t ReferenceDevice::read_timer(unsigned number, Cycle now) {
  doubt_if_due(now);
  switch (number) {
    case 0:
      return std::exchange(events_, 0);
    case 1:
      return interval_;
    case 2:
      return again_ ? 1 : 0;
    default:
      return next_ ? *next_ - now : 0;
  }
}

std::uint64_t ReferenceDevice::read_serial(unsigned number) {
  if (number == 1) {
    return (bytes_.empty() ? 0U : 1U) + (sends_ ? 2U : 0U) +
           (std::exchange(lost_, false) ? 4U : 0U);
  }
  if (bytes_.empty()) return 0;
  const std::uint64_t byte = bytes_.front();
  bytes_.pop_front();
  return byte;
}

bool ReferenceDevice::write(unsigned number, std::uint64_t value, Cycle now) {
  if (is(DeviceKind::kTimer)) return write_timer(number, value, now);
  if (!is(DeviceKind::kSerial) || number != 0 || value > 0xff || sends_) return false;
  sends_ = value;
  sent_at_ = now + std::max<Cycles>(plan_.delay, 1);
  return true;
}

bool ReferenceDevice::write_timer(unsigned number, std::uint64_t value, Cycle now) {
  constexpr std::uint64_t kLongest = std::uint64_t{1} << 48;
  if (number == 1 && value <= kLongest) {
    doubt_if_due(now);
    interval_ = value;
    next_ = value > 0 ? std::optional(now + value) : std::nullopt;
    return true;
  }
  if (number == 2 && value <= 1) {
    doubt_if_due(now);
    again_ = value == 1;
    return true;
  }
  return false;
}

bool ReferenceDevice::wants() const { return events_ > 0 || !bytes_.empty(); }

bool ReferenceDevice::take_edge() {
  if (edges_ == 0) return false;
  --edges_;
  return true;
}

}  // namespace ipcsim::test
