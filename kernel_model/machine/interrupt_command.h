// SPDX-License-Identifier: BSD-2-Clause
// The interrupt command register of a local APIC, taken apart (SDM vol. 3A 10.6.1; 10.12.9 for the
// form with a wide destination).
#pragma once

#include <cstdint>

#include "kernel_model/machine/interrupt_message.h"

namespace ipcsim::machine {

// The low half. Delivery status (bit 12) is read-only and always idle here: messages take no time
// to leave.
inline constexpr std::uint32_t kCommandAssert = 1U << 14;
inline constexpr std::uint32_t kCommandLevelTriggered = 1U << 15;
inline constexpr std::uint32_t kCommandBits = 0xccfff;  // the rest is reserved

// INIT with level 0 and trigger mode 1 only set arbitration ids, of processors long gone.
constexpr bool is_init_deassert(std::uint32_t low) {
  const auto mode = static_cast<DeliveryMode>(low >> 8 & 7);
  return mode == DeliveryMode::kInit && (low & kCommandLevelTriggered) != 0 &&
         (low & kCommandAssert) == 0;
}

constexpr bool has_vector(DeliveryMode mode) {
  return mode == DeliveryMode::kFixed || mode == DeliveryMode::kLowestPriority;
}

// Inter-processor interrupts are edge triggered, whatever bit 15 says (10.6.1, trigger mode).
constexpr InterruptMessage decode_command(std::uint32_t low, std::uint32_t destination,
                                          DestinationWidth width, ApicId sender) {
  InterruptMessage message;
  message.vector = static_cast<std::uint8_t>(low);
  message.delivery = static_cast<DeliveryMode>(low >> 8 & 7);
  message.destination_mode = static_cast<DestinationMode>(low >> 11 & 1);
  message.shorthand = static_cast<Shorthand>(low >> 18 & 3);
  message.width = width;
  message.destination = destination;
  message.sender = sender;
  return message;
}

}  // namespace ipcsim::machine
