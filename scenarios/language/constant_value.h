// SPDX-License-Identifier: BSD-2-Clause
// ConstantValue: what a param, a const, a template argument or a replica variable stands for, known
// before anything runs.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "kernel_model/abi/ids.h"
#include "scenarios/language/static_kind.h"

namespace ipcsim::scenario {

// A word of the kernel's: the value of a policy, or a scope.
struct Word {
  std::string text;
  friend bool operator==(const Word&, const Word&) = default;
};

// std::string holds bytes.
using ConstantValue =
    std::variant<std::int64_t, bool, std::string, kernel::TaskId, kernel::DeviceId, Word>;

// As a scenario would write it: 8, true, "a\x00", shared. A task is shown as `task`,
// a device as `device`.
std::string text_of(const ConstantValue& value);

StaticValue static_value(const ConstantValue& value);

}  // namespace ipcsim::scenario
