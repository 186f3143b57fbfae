// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_bus.h"

#include <algorithm>

#include "kernel_model/machine/io_apic.h"

namespace ipcsim::machine {
namespace {

// The id of nobody: an I/O APIC sends.
constexpr std::uint32_t kNotLocal = ~0U;

bool is_target(const LocalApic& apic, const InterruptMessage& message, std::uint32_t from) {
  switch (message.shorthand) {
    case Shorthand::kNone:
      return apic.addressed_by(message);
    case Shorthand::kSelf:
      return apic.id() == from;
    case Shorthand::kAll:
      return true;
    case Shorthand::kAllButSelf:
      return apic.id() != from;
  }
  return false;
}

}  // namespace

std::vector<LocalApic*> ApicBus::targets(const InterruptMessage& message,
                                         std::uint32_t from) const {
  std::vector<LocalApic*> found;
  for (LocalApic* const apic : local_) {
    if (is_target(*apic, message, from)) found.push_back(apic);
  }
  if (message.mode != DeliveryMode::kLowestPriority || found.size() < 2) return found;
  const auto least = std::ranges::min_element(
      found, {}, [](const LocalApic* apic) { return apic->processor_priority(); });
  return {*least};
}

void ApicBus::send(const InterruptMessage& message, std::uint32_t from) {
  for (LocalApic* const apic : targets(message, from)) static_cast<void>(apic->accept(message));
}

InterruptFate ApicBus::deliver(const InterruptMessage& message) {
  InterruptFate fate = InterruptFate::kNoTarget;
  for (LocalApic* const apic : targets(message, kNotLocal)) {
    const InterruptFate at_target = apic->accept(message);
    const bool taken = fate == InterruptFate::kAccepted || fate == InterruptFate::kCoalesced;
    if (!taken) fate = at_target;
  }
  return fate;
}

void ApicBus::end_of_interrupt(std::uint8_t vector) {
  for (IoApic* const apic : io_) apic->end_of_interrupt(vector);
}

}  // namespace ipcsim::machine
