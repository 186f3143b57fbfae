// SPDX-License-Identifier: BSD-2-Clause
// InterruptLine: the wire of a device. On a PC it leads to a pin of an I/O APIC, to an input of the
// 8259 pair, or to both; which of them is heard, software decides with their masks.
#pragma once

#include "kernel_model/machine/interrupt_controller_8259.h"
#include "kernel_model/machine/io_apic.h"

namespace ipcsim::machine {

class InterruptLine {
 public:
  void connect(IoApic& apic, unsigned pin) {
    io_apic_ = &apic;
    pin_ = pin;
  }
  void connect(InterruptControllerPair& pair, unsigned input) {
    pair_ = &pair;
    input_ = input;
  }

  // What came of it at the I/O APIC, if there is one.
  Delivery set(Level level) {
    level_ = level;
    if (pair_ != nullptr) pair_->set_line(input_, level == Level::kHigh);
    return io_apic_ == nullptr ? Delivery(Acceptance::kNoChange) : io_apic_->set_line(pin_, level);
  }
  Level level() const { return level_; }

 private:
  IoApic* io_apic_ = nullptr;
  unsigned pin_ = 0;
  InterruptControllerPair* pair_ = nullptr;
  unsigned input_ = 0;
  Level level_ = Level::kLow;
};

}  // namespace ipcsim::machine
