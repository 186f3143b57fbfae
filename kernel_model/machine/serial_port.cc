// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/serial_port.h"

namespace ipcsim::machine {
namespace {

enum class SerialRegister : unsigned { kData, kStatus };

}  // namespace

std::uint64_t SerialPort::read(unsigned number) {
  if (static_cast<SerialRegister>(number) == SerialRegister::kData) return take();
  const std::uint64_t status = (count_ > 0 ? 1U : 0U) | (sending_ ? 2U : 0U) | (lost_ ? 4U : 0U);
  lost_ = false;
  return status;
}

std::uint64_t SerialPort::take() {
  if (count_ == 0) return 0;
  const auto byte = static_cast<std::uint64_t>(waiting_[first_]);
  first_ = (first_ + 1) % kRoom;
  --count_;
  if (count_ == 0 && description().trigger == TriggerMode::kLevel) set_wanting(false);
  return byte;
}

bool SerialPort::write(unsigned number, std::uint64_t value) {
  const bool is_data = static_cast<SerialRegister>(number) == SerialRegister::kData;
  if (!is_data || value > 0xff || sending_) return false;
  sending_ = true;
  call_back(description().delay, value);
  return true;
}

void SerialPort::called_back(std::uint64_t what) {
  sending_ = false;
  context().listener.put_out(*this, what);
  // A level would stay: only waiting bytes hold it.
  if (description().trigger == TriggerMode::kEdge) set_wanting(true);
}

// One byte after the other; behind the last there is nothing.
void SerialPort::act(std::uint64_t number) {
  if (number > description().bytes.size()) return;
  if (count_ == kRoom) {
    lost_ = true;
    return;
  }
  waiting_[(first_ + count_) % kRoom] = description().bytes[number - 1];
  ++count_;
  set_wanting(true);
}

}  // namespace ipcsim::machine
