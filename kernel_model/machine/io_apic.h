// SPDX-License-Identifier: BSD-2-Clause
// IoApic: turns the wires of devices into messages (82093AA data sheet), with 24 pins.
//
// What always holds:
// - An edge-triggered pin sends one message for each time its wire becomes active while unmasked;
//   what happens while masked is lost.
// - A level-triggered pin sends while its wire is active, it is unmasked, and remote IRR is 0.
// Remote
//   IRR is set when a local APIC takes the message, and cleared by the end of its vector.
// - A wire that falls takes nothing back.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/machine/apic_port.h"
#include "kernel_model/machine/wire_level.h"

namespace ipcsim::machine {

class IoApic {
 public:
  static constexpr unsigned kPins = 24;

  // Its port answers at once.
  explicit IoApic(ApicPort& port) : port_(port) { entries_.fill(kEntryMasked); }
  IoApic(const IoApic&) = delete;
  IoApic& operator=(const IoApic&) = delete;

  // Offsets: 0 selects a register, 10H is the selected one, 40H takes vectors that have ended.
  // Other offsets and widths than 32 bits read 0 and are not written, as are registers that are
  // none.
  std::uint32_t read(std::uint32_t offset, unsigned bytes) const;
  void write(std::uint32_t offset, unsigned bytes, std::uint32_t value);

  // What came of it. Masked and remote IRR: of a level-triggered pin the interrupt is still to
  // come, if the wire stays active.
  Delivery set_line(unsigned pin, Level level);
  // A local APIC has ended a level-triggered interrupt.
  void end(std::uint8_t vector);

  std::uint64_t entry(unsigned pin) const { return entries_[pin]; }
  // What became of everything that its pins asked for.
  const Delivery& total() const { return total_; }

 private:
  static constexpr std::uint64_t kEntryMasked = 1U << 16;

  std::uint32_t read_register() const;
  void write_register(std::uint32_t value);
  bool is_active(unsigned pin) const;
  bool is_level_triggered(unsigned pin) const;
  Delivery drive(unsigned pin);
  void resume(unsigned pin);
  Delivery send(unsigned pin);

  ApicPort& port_;
  std::uint8_t selected_ = 0;
  std::uint8_t id_ = 0;
  std::array<std::uint64_t, kPins> entries_{};
  std::array<Level, kPins> lines_{};
  Delivery total_;
};

}  // namespace ipcsim::machine
