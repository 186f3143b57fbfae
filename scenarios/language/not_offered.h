// SPDX-License-Identifier: BSD-2-Clause
// The forms and calls of the language that this version does not offer yet (not_offered.def).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ipcsim::scenario {

enum class NotOffered : std::uint8_t { kForm, kCall };

// What `word` belongs to ("simulated memory") when it is such a form or call.
std::optional<std::string_view> not_offered(NotOffered kind, std::string_view word);

}  // namespace ipcsim::scenario
