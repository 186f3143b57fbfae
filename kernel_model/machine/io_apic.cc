// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/io_apic.h"

#include "kernel_model/machine/interrupt_command.h"
#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

// 82093AA 3.1; the third is of its successors with version 20H, which have it for local APICs that
// do not broadcast ends.
constexpr std::uint32_t kSelect = 0x00;
constexpr std::uint32_t kWindow = 0x10;
constexpr std::uint32_t kEnd = 0x40;

// 3.2.1 .. 3.2.4.
constexpr std::uint8_t kId = 0;
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kArbitration = 2;
constexpr std::uint8_t kEntries = 0x10;
constexpr std::uint32_t kVersionValue = (IoApic::kPins - 1) << 16 | 0x20;

constexpr std::uint64_t kActiveLow = 1U << 13;
constexpr std::uint64_t kRemoteIrr = 1U << 14;
constexpr std::uint64_t kLevelTriggered = 1U << 15;
constexpr std::uint64_t kMasked = 1U << 16;
// Delivery status (bit 12) is always idle: messages take no time to leave.
constexpr std::uint64_t kWritable = 0xff00'0000'0001'afff;

DeliveryMode delivery_of(std::uint64_t entry) { return static_cast<DeliveryMode>(entry >> 8 & 7); }

}  // namespace

std::uint32_t IoApic::read(std::uint32_t offset, unsigned bytes) const {
  if (bytes != 4) return 0;
  if (offset == kSelect) return selected_;
  return offset == kWindow ? read_register() : 0;
}

void IoApic::write(std::uint32_t offset, unsigned bytes, std::uint32_t value) {
  if (bytes != 4) return;
  if (offset == kSelect) selected_ = static_cast<std::uint8_t>(value);
  if (offset == kWindow) write_register(value);
  if (offset == kEnd) end(static_cast<std::uint8_t>(value));
}

std::uint32_t IoApic::read_register() const {
  // Arbitration follows the id: there is no serial bus to arbitrate for.
  if (selected_ == kId || selected_ == kArbitration) return std::uint32_t{id_} << 24;
  if (selected_ == kVersion) return kVersionValue;
  if (selected_ < kEntries || selected_ >= kEntries + 2 * kPins) return 0;
  const unsigned part = selected_ - kEntries;
  return static_cast<std::uint32_t>(entries_[part / 2] >> (part % 2 * 32));
}

void IoApic::write_register(std::uint32_t value) {
  if (selected_ == kId) id_ = static_cast<std::uint8_t>(value >> 24 & 0xf);
  if (selected_ < kEntries || selected_ >= kEntries + 2 * kPins) return;
  const unsigned pin = (selected_ - kEntries) / 2U;
  const bool high = (selected_ - kEntries) % 2U != 0;
  const std::uint64_t half = std::uint64_t{0xffffffff} << (high ? 32 : 0);
  const std::uint64_t changed = half & kWritable;
  std::uint64_t& entry = entries_[pin];
  entry = (entry & ~changed) | ((std::uint64_t{value} << (high ? 32 : 0)) & changed);
  if (!is_level_triggered(pin)) {
    entry &= ~kRemoteIrr;
  } else {
    resume(pin);
  }
}

bool IoApic::is_active(unsigned pin) const {
  return (lines_[pin] == Level::kHigh) != ((entries_[pin] & kActiveLow) != 0);
}

// SMI, NMI, INIT and ExtINT know no end that would clear remote IRR, so they go by edges.
bool IoApic::is_level_triggered(unsigned pin) const {
  return (entries_[pin] & kLevelTriggered) != 0 && has_vector(delivery_of(entries_[pin]));
}

Delivery IoApic::set_line(unsigned pin, Level level) {
  SIM_CHECK(pin < kPins, "an I/O APIC has this pin");
  const bool before = is_active(pin);
  lines_[pin] = level;
  if (!is_active(pin) || before) return Delivery(Acceptance::kNoChange);
  return drive(pin);
}

// The wire is active, and that counts.
Delivery IoApic::drive(unsigned pin) {
  Delivery delivery;
  if ((entries_[pin] & kMasked) != 0) {
    delivery.add(Acceptance::kMasked);
  } else if (is_level_triggered(pin) && (entries_[pin] & kRemoteIrr) != 0) {
    delivery.add(Acceptance::kRemoteIrr);
  } else {
    delivery = send(pin);
  }
  total_.add(delivery);
  return delivery;
}

// A level-triggered pin that asks still, and may be heard now.
void IoApic::resume(unsigned pin) {
  const bool held_back = (entries_[pin] & (kMasked | kRemoteIrr)) != 0;
  if (is_level_triggered(pin) && is_active(pin) && !held_back) drive(pin);
}

Delivery IoApic::send(unsigned pin) {
  const std::uint64_t entry = entries_[pin];
  const DeliveryMode mode = delivery_of(entry);
  // SIPI and mode 3 are none for an I/O APIC (82093AA 3.2.4).
  if (mode == DeliveryMode::kStartup || mode == DeliveryMode::kReserved) {
    return Delivery(Acceptance::kReservedMode);
  }
  InterruptMessage message;
  message.vector = static_cast<std::uint8_t>(entry);
  message.delivery = mode;
  message.trigger = is_level_triggered(pin) ? TriggerMode::kLevel : TriggerMode::kEdge;
  message.destination_mode = static_cast<DestinationMode>(entry >> 11 & 1);
  message.destination = static_cast<std::uint32_t>(entry >> 56);
  const Delivery delivery = port_.send(message);
  if (message.trigger == TriggerMode::kLevel && delivery.pending() != 0) {
    entries_[pin] |= kRemoteIrr;
  }
  return delivery;
}

void IoApic::end(std::uint8_t vector) {
  std::array<bool, kPins> ended{};
  for (unsigned pin = 0; pin < kPins; ++pin) {
    std::uint64_t& entry = entries_[pin];
    if ((entry & kRemoteIrr) == 0 || static_cast<std::uint8_t>(entry) != vector) continue;
    entry &= ~kRemoteIrr;
    ended[pin] = true;
  }
  for (unsigned pin = 0; pin < kPins; ++pin) {
    if (ended[pin]) resume(pin);
  }
}

}  // namespace ipcsim::machine
