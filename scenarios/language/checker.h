// SPDX-License-Identifier: BSD-2-Clause
// check: everything that is judged before a scenario runs. Reads the imports, parses them, and
// finds all mistakes it can tell from a consequence of another, all at once. Takes any text; the
// time and memory it needs are bounded by check_limits.h and source_limits.h.
#pragma once

#include <memory>

#include "scenarios/language/checked.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/overrides.h"
#include "scenarios/language/source_file.h"
#include "scenarios/language/source_loader.h"

namespace ipcsim::scenario {

// `main` is among `sources` already; imported files are added to them. `diagnostics` is over
// `sources`. Null when an error was reported.
std::unique_ptr<const CheckedScenario> check(SourceFiles& sources, FileIndex main,
                                             SourceLoader& loader, const Overrides& overrides,
                                             Diagnostics& diagnostics);

}  // namespace ipcsim::scenario
