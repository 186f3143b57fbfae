// SPDX-License-Identifier: BSD-2-Clause
// KernelError: why a system call failed, as a value. From errors.def, whose order is the
// precedence.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/result.h"

namespace ipcsim::kernel {

enum class KernelError : std::uint8_t {
#define KERNEL_ERROR(name, meaning) name,
#include "kernel_model/abi/errors.def"
#undef KERNEL_ERROR
  // Not an error of a call: the calling thread has been ended, or the run is over. The thread's
  // code must return from its entry function without another call; further calls give it again.
  killed,
};

std::string_view name_of(KernelError error);
std::string_view meaning_of(KernelError error);
std::optional<KernelError> find_kernel_error(std::string_view name);  // never `killed`

template <class T>
using Call = Result<T, KernelError>;

}  // namespace ipcsim::kernel
