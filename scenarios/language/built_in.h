// SPDX-License-Identifier: BSD-2-Clause
// BuiltIn: the functions of the language that are no system calls, from built_ins.def.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ipcsim::scenario {

enum class BuiltIn : std::uint8_t {
#define BUILT_IN(name, arguments, gives, meaning) name,
#include "scenarios/language/built_ins.def"
#undef BUILT_IN
};

// Whether it works on the machine, takes time and can be interrupted, unlike a pure function.
constexpr bool takes_time(BuiltIn function) { return function >= BuiltIn::random; }

std::string_view name_of(BuiltIn function);
std::optional<BuiltIn> find_built_in(std::string_view name);

}  // namespace ipcsim::scenario
