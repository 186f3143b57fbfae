// SPDX-License-Identifier: BSD-2-Clause
// How a descriptor's number is made: slot + 2^20 * generation; a thread-local one is -1 - that. So
// a slot's first use shows 0, 1, 2, ... or -1, -2, ...
#pragma once

#include <cstdint>
#include <string>

#include "kernel_model/abi/user_types.h"

namespace ipcsim::kernel {

inline constexpr unsigned kSlotBits = 20;
inline constexpr std::uint32_t kMaximumSlots = 1U << kSlotBits;

struct DescriptorParts {
  Scope scope = Scope::kFullTask;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;
};

constexpr DescriptorParts parts_of(Descriptor fd) {
  const bool local = fd.number < 0;
  const auto number = static_cast<std::uint64_t>(local ? -1 - fd.number : fd.number);
  return {local ? Scope::kThreadLocal : Scope::kFullTask,
          static_cast<std::uint32_t>(number & (kMaximumSlots - 1)), number >> kSlotBits};
}

constexpr Descriptor descriptor_of(const DescriptorParts& parts) {
  const auto number = static_cast<std::int64_t>(parts.slot + (parts.generation << kSlotBits));
  return {parts.scope == Scope::kThreadLocal ? -1 - number : number};
}

// "3", "-1", or "3.g2" from a slot's second use on.
std::string to_text(Descriptor fd);

}  // namespace ipcsim::kernel
