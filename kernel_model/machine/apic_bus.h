// SPDX-License-Identifier: BSD-2-Clause
// ApicBus: local APICs and I/O APICs of one machine, joined without delay. It finds the targets of
// a message and gives it to them in the order of their ids.
#pragma once

#include <vector>

#include "kernel_model/machine/interrupt_message.h"
#include "kernel_model/machine/local_apic.h"

namespace ipcsim::machine {

class IoApic;

class ApicBus final : public InterruptBus {
 public:
  // By ascending id. They outlive the bus.
  void add(LocalApic& apic) { local_.push_back(&apic); }
  void add(IoApic& apic) { io_.push_back(&apic); }

  void send(const InterruptMessage& message, std::uint32_t from) override;
  void end_of_interrupt(std::uint8_t vector) override;

  // From an I/O APIC, or any other that is no local APIC: no shorthand counts. What became of it at
  // its target; of several, the first that took it.
  InterruptFate deliver(const InterruptMessage& message);

  // The local APICs that a message from `from` goes to, by ascending id. Of lowest-priority
  // delivery it is the one with the least processor priority, and of equals the lowest id: which
  // of them is model specific (SDM vol. 3A 10.6.2.4).
  std::vector<LocalApic*> targets(const InterruptMessage& message, std::uint32_t from) const;

 private:
  std::vector<LocalApic*> local_;
  std::vector<IoApic*> io_;
};

}  // namespace ipcsim::machine
