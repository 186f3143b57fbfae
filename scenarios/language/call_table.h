// SPDX-License-Identifier: BSD-2-Clause
// CallSignature: how a system call or built-in function is written: its arguments and what it
// gives. From calls.def and built_ins.def; which errors a call can give is in kernel_model/abi.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/system_call.h"
#include "scenarios/language/built_in.h"
#include "scenarios/language/static_kind.h"

namespace ipcsim::scenario {

enum class ArgumentKind : std::uint8_t {
  kInteger,
  kBytes,
  kTask,
  kDescriptor,
  kScope,     // `full_task` or `thread_local`, no expression
  kPollable,  // a descriptor or a table of them
  kThread,    // the name of a thread, no expression
  kAccess,    // `read` or `write`, no expression
  kDevice,    // the name of a device, no expression
  kAny,
};

// "a descriptor", ...
std::string_view describe(ArgumentKind kind);

enum class MoreArguments : std::uint8_t { kNoMore, kLastRepeats };

struct CallSignature {
  std::string_view name;
  std::array<ArgumentKind, 4> kinds{};
  std::size_t count = 0;     // of kinds
  std::size_t required = 0;  // arguments beyond these may be left out
  MoreArguments more = MoreArguments::kNoMore;
  StaticKind gives = StaticKind::kNothing;

  // Of the argument at `index`, which may lie beyond the table when the last one repeats.
  ArgumentKind kind_of(std::size_t index) const { return kinds[index < count ? index : count - 1]; }
};

// The calls that can stand in an expression: without `sleep` and `yield`, which are statements.
std::optional<kernel::SystemCall> find_system_call(std::string_view name);
const CallSignature& signature_of(kernel::SystemCall call);
const CallSignature& signature_of(BuiltIn function);

bool can_give(kernel::SystemCall call, kernel::KernelError error);
std::vector<std::string_view> errors_of(kernel::SystemCall call);

// The names of all calls and functions, for suggestions.
std::vector<std::string_view> callable_names();

}  // namespace ipcsim::scenario
