// SPDX-License-Identifier: BSD-2-Clause
// The tables of the interface between kernel and user, made from the .def files.
#include <array>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"

namespace ipcsim::kernel {
namespace {

struct ErrorDescription {
  std::string_view name;
  std::string_view meaning;
};

constexpr ErrorDescription kErrors[] = {
#define KERNEL_ERROR(name, meaning) {#name, meaning},
#include "kernel_model/abi/errors.def"
#undef KERNEL_ERROR
    {"killed", "the calling thread has been ended"},
};

constexpr SystemCallDescription kCalls[] = {
#define SYSTEM_CALL(name, arguments, meaning) {#name, arguments, meaning},
#include "kernel_model/abi/system_calls.def"
#undef SYSTEM_CALL
};

constexpr std::string_view kEventKinds[] = {"opened", "signaled", "closed", "cancelled",
                                            "timed_out"};

}  // namespace

std::string_view name_of(KernelError error) {
  return kErrors[static_cast<std::size_t>(error)].name;
}

std::string_view meaning_of(KernelError error) {
  return kErrors[static_cast<std::size_t>(error)].meaning;
}

std::optional<KernelError> find_kernel_error(std::string_view name) {
  for (std::size_t index = 0; index < static_cast<std::size_t>(KernelError::killed); ++index) {
    if (kErrors[index].name == name) return static_cast<KernelError>(index);
  }
  return std::nullopt;
}

std::span<const SystemCallDescription> system_calls() { return kCalls; }

std::string_view name_of(SystemCall call) { return kCalls[static_cast<std::size_t>(call)].name; }

std::string_view name_of(EventKind kind) { return kEventKinds[static_cast<std::size_t>(kind)]; }

}  // namespace ipcsim::kernel
