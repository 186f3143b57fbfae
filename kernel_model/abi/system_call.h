// SPDX-License-Identifier: BSD-2-Clause
// SystemCall: the calls of the kernel by number, from system_calls.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/cycles.h"

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

// How often a system call came back to user code, and after how long.
struct CallCount {
  std::uint64_t returns = 0;
  std::uint64_t failures = 0;  // those of them that gave an error
  Cycles cycles = 0;           // from the kernel's entry to the return, with all waiting
};

}  // namespace ipcsim::kernel
