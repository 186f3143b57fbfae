// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_bus.h"

#include "sim/base/check.h"

namespace ipcsim::machine {

ApicBus::ApicBus(Arena& arena) : local_apics_(&arena), io_apics_(&arena) {}

void ApicBus::attach(LocalApic& apic) {
  SIM_CHECK(local_apics_.empty() || local_apics_.back()->id() < apic.id(),
            "local APICs are attached in the order of their ids");
  local_apics_.push_back(&apic);
}

void ApicBus::attach(IoApic& apic) { io_apics_.push_back(&apic); }

// The one that takes a message of lowest priority; if nobody can, the first that it is for.
LocalApic* ApicBus::least_busy(const InterruptMessage& message) const {
  LocalApic* found = nullptr;
  for (LocalApic* const apic : local_apics_) {
    if (!apic->is_destination(message)) continue;
    if (found == nullptr || (apic->takes_fixed() && !found->takes_fixed())) {
      found = apic;
    } else if (apic->takes_fixed() &&
               apic->arbitration_priority() < found->arbitration_priority()) {
      found = apic;
    }
  }
  return found;
}

Delivery ApicBus::deliver(const InterruptMessage& message) {
  Delivery delivery;
  if (message.delivery == DeliveryMode::kLowestPriority) {
    LocalApic* const target = least_busy(message);
    return Delivery(target == nullptr ? Acceptance::kNoTarget : target->accept(message));
  }
  for (LocalApic* const apic : local_apics_) {
    if (apic->is_destination(message)) delivery.add(apic->accept(message));
  }
  if (delivery == Delivery()) delivery.add(Acceptance::kNoTarget);
  return delivery;
}

Delivery ApicBus::send(const InterruptMessage& message) {
  const Delivery delivery = deliver(message);
  total_.add(delivery);
  return delivery;
}

void ApicBus::broadcast_end(std::uint8_t vector) {
  for (IoApic* const apic : io_apics_) apic->end(vector);
}

}  // namespace ipcsim::machine
