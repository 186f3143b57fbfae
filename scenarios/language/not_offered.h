// SPDX-License-Identifier: BSD-2-Clause
// The words of the language that this version does not offer yet (not_offered.def).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/language/diagnostic.h"

namespace ipcsim::scenario {

enum class NotOffered : std::uint8_t { kCall, kRunState, kPolicy, kLimit, kFinding };

// What `word` belongs to ("simulated memory") when it is such a word.
std::optional<std::string_view> not_offered(NotOffered kind, std::string_view word);

// Reports it then; false when it is none.
bool report_not_offered(Diagnostics& diagnostics, SourceRange range, NotOffered kind,
                        std::string_view word);

}  // namespace ipcsim::scenario
