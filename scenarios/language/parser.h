// SPDX-License-Identifier: BSD-2-Clause
// parse: one file's text into its tree. Takes any bytes: never fails to return, in time and memory
// proportional to the text, and reports every mistake it can tell from a consequence of another.
#pragma once

#include "scenarios/language/ast.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

// The tree is whole when no error was reported for this file; otherwise it has what could be read.
ScenarioFile parse(const SourceFiles& sources, FileIndex file, Diagnostics& diagnostics);

}  // namespace ipcsim::scenario
