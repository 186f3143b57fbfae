// SPDX-License-Identifier: BSD-2-Clause
// The words of the language that this version does not offer yet (not_offered.def).
#pragma once

#include <string_view>

#include "scenarios/language/diagnostic.h"

namespace ipcsim::scenario {

// Reports `word` when it is such a word; false when it is none.
bool report_not_offered(Diagnostics& diagnostics, SourceRange range, std::string_view word);

}  // namespace ipcsim::scenario
