// SPDX-License-Identifier: BSD-2-Clause
// SystemCall: the calls of the kernel by number, from system_calls.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ipcsim::kernel {

enum class SystemCall : std::uint8_t {
#define SYSTEM_CALL(name, arguments, meaning) name,
#include "kernel_model/abi/system_calls.def"
#undef SYSTEM_CALL
};

inline constexpr std::size_t kSystemCalls = 0
#define SYSTEM_CALL(name, arguments, meaning) +1
#include "kernel_model/abi/system_calls.def"
#undef SYSTEM_CALL
    ;

struct SystemCallDescription {
  std::string_view name;
  std::string_view arguments;  // as documentation shows them
  std::string_view meaning;
};

std::span<const SystemCallDescription> system_calls();  // in the order of the enum
std::string_view name_of(SystemCall call);

}  // namespace ipcsim::kernel
