// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/io_apic.h"

#include "kernel_model/machine/apic_bus.h"
#include "sim/base/check.h"

namespace ipcsim::machine {
namespace {

// Register indices (3.2).
constexpr std::uint8_t kId = 0;
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kArbitration = 2;
constexpr std::uint8_t kFirstEntry = 0x10;
constexpr std::uint8_t kEndOfEntries = kFirstEntry + 2 * kIoApicPins;

constexpr std::uint32_t kIdBits = 0x0f00'0000;
// The version of an I/O APIC in a chip set; the 82093AA itself says 0x11.
constexpr std::uint32_t kVersionValue = (kIoApicPins - 1) << 16 | 0x20;
constexpr std::uint64_t kLowHalf = 0xffff'ffff;

bool is_entry(std::uint8_t index) { return index >= kFirstEntry && index < kEndOfEntries; }

}  // namespace

InterruptMessage RedirectionEntry::message() const {
  InterruptMessage message;
  message.vector = vector();
  message.mode = static_cast<DeliveryMode>(bits >> 8 & 7);
  message.destination_mode = static_cast<DestinationMode>(bits >> 11 & 1);
  message.trigger = has(kLevel) ? TriggerMode::kLevel : TriggerMode::kEdge;
  message.destination = static_cast<std::uint32_t>(bits >> 56);
  return message;
}

std::uint32_t IoApic::read_memory(std::uint32_t offset) const {
  if (offset == kIoRegisterSelect) return selected_;
  return offset == kIoWindow ? read(selected_) : 0;
}

void IoApic::write_memory(std::uint32_t offset, std::uint32_t value) {
  if (offset == kIoRegisterSelect) selected_ = static_cast<std::uint8_t>(value);
  if (offset == kIoWindow) write(selected_, value);
}

std::uint32_t IoApic::read(std::uint8_t index) const {
  if (index == kId || index == kArbitration) return id_;
  if (index == kVersion) return kVersionValue;
  if (!is_entry(index)) return 0;
  const RedirectionEntry& entry = entries_[(index - kFirstEntry) / 2U];
  return static_cast<std::uint32_t>(index % 2 == 0 ? entry.bits : entry.bits >> 32);
}

void IoApic::write(std::uint8_t index, std::uint32_t value) {
  if (index == kId) id_ = value & kIdBits;
  if (!is_entry(index)) return;
  const unsigned pin = (index - kFirstEntry) / 2U;
  const std::uint64_t bits = entries_[pin].bits;
  const std::uint64_t half = value;
  write_entry(pin, index % 2 == 0 ? (bits & ~kLowHalf) | half : (bits & kLowHalf) | half << 32);
}

void IoApic::write_entry(unsigned pin, std::uint64_t value) {
  RedirectionEntry& entry = entries_[pin];
  const std::uint64_t status = entry.bits & RedirectionEntry::kRemoteIrr;
  entry.bits = (value & RedirectionEntry::kWritable) | status;
  // An edge has no remote IRR to wait for.
  if (!entry.has(RedirectionEntry::kLevel)) entry.bits &= ~RedirectionEntry::kRemoteIrr;
  send_if_level(pin);
}

bool IoApic::asserted(unsigned pin) const {
  return high_[pin] != entries_[pin].has(RedirectionEntry::kActiveLow);
}

IoApic::PinChange IoApic::set_pin(unsigned pin, bool high) {
  SIM_CHECK(pin < kIoApicPins, "an I/O APIC has 24 pins");
  const bool before = asserted(pin);
  high_[pin] = high;
  PinChange change;
  change.asserted = asserted(pin) && !before;
  RedirectionEntry& entry = entries_[pin];
  if (!change.asserted) return change;
  if (entry.has(RedirectionEntry::kMasked)) {
    change.fate = InterruptFate::kMasked;
  } else if (entry.has(RedirectionEntry::kLevel) && entry.has(RedirectionEntry::kRemoteIrr)) {
    change.fate = InterruptFate::kRemoteIrr;
  } else {
    change.fate = send(entry);
  }
  return change;
}

InterruptFate IoApic::send(RedirectionEntry& entry) {
  const InterruptFate fate = bus_.deliver(entry.message());
  const bool taken = fate == InterruptFate::kAccepted || fate == InterruptFate::kCoalesced;
  if (taken && entry.has(RedirectionEntry::kLevel)) entry.bits |= RedirectionEntry::kRemoteIrr;
  return fate;
}

void IoApic::send_if_level(unsigned pin) {
  RedirectionEntry& entry = entries_[pin];
  const bool blocked =
      entry.has(RedirectionEntry::kMasked) || entry.has(RedirectionEntry::kRemoteIrr);
  if (!entry.has(RedirectionEntry::kLevel) || blocked || !asserted(pin)) return;
  static_cast<void>(send(entry));
}

void IoApic::end_of_interrupt(std::uint8_t vector) {
  for (unsigned pin = 0; pin < kIoApicPins; ++pin) {
    RedirectionEntry& entry = entries_[pin];
    if (!entry.has(RedirectionEntry::kLevel) || entry.vector() != vector) continue;
    entry.bits &= ~RedirectionEntry::kRemoteIrr;
    send_if_level(pin);
  }
}

}  // namespace ipcsim::machine
