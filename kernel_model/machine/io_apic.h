// SPDX-License-Identifier: BSD-2-Clause
// IoApic: turns the levels of 24 pins into messages to local APICs (Intel 82093AA data sheet,
// 290566).
//
// What always holds:
// - An edge pin sends one message when its level rises while the entry is unmasked. What happens
//   while it is masked is lost, and a level that is high already is no edge.
// - A level pin sends while it is asserted, unmasked, and no EOI of the last one is outstanding
//   (remote IRR). The EOI of its vector sends again what is still asserted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel_model/machine/interrupt_message.h"

namespace ipcsim::machine {

class ApicBus;

inline constexpr unsigned kIoApicPins = 24;
// Offsets in its page of memory (3.1).
inline constexpr std::uint32_t kIoRegisterSelect = 0x00;
inline constexpr std::uint32_t kIoWindow = 0x10;

// The bits of a redirection entry (3.2.4).
struct RedirectionEntry {
  static constexpr std::uint64_t kActiveLow = 1U << 13;
  static constexpr std::uint64_t kRemoteIrr = 1U << 14;  // read only
  static constexpr std::uint64_t kLevel = 1U << 15;
  static constexpr std::uint64_t kMasked = 1U << 16;
  // Without the delivery status (12), which is always idle, and remote IRR.
  static constexpr std::uint64_t kWritable = 0xff00'0000'0001'afff;

  std::uint64_t bits = kMasked;

  bool has(std::uint64_t which) const { return (bits & which) != 0; }
  std::uint8_t vector() const { return static_cast<std::uint8_t>(bits); }
  InterruptMessage message() const;
};

class IoApic {
 public:
  IoApic(std::uint8_t id, ApicBus& bus) : bus_(bus), id_(std::uint32_t{id} << 24) {}
  IoApic(const IoApic&) = delete;
  IoApic& operator=(const IoApic&) = delete;

  // 32 bits at one of the two offsets; other offsets read as zero, and writes there are lost.
  std::uint32_t read_memory(std::uint32_t offset) const;
  void write_memory(std::uint32_t offset, std::uint32_t value);
  // By index, as after a write to the register select.
  std::uint32_t read(std::uint8_t index) const;
  void write(std::uint8_t index, std::uint32_t value);

  // The electrical level of a pin; says what became of the interrupt that this makes, if it makes
  // one: kMasked and kRemoteIrr when it was to be sent but was not.
  struct PinChange {
    bool asserted = false;  // the change asserts the pin
    InterruptFate fate = InterruptFate::kMasked;
  };
  PinChange set_pin(unsigned pin, bool high);
  void end_of_interrupt(std::uint8_t vector);

  const RedirectionEntry& entry(unsigned pin) const { return entries_[pin]; }
  bool asserted(unsigned pin) const;

 private:
  InterruptFate send(RedirectionEntry& entry);
  void send_if_level(unsigned pin);
  void write_entry(unsigned pin, std::uint64_t value);

  ApicBus& bus_;
  std::uint32_t id_;
  std::uint8_t selected_ = 0;
  std::array<RedirectionEntry, kIoApicPins> entries_{};
  std::array<bool, kIoApicPins> high_{};
};

}  // namespace ipcsim::machine
