// SPDX-License-Identifier: BSD-2-Clause
// Where a piece of source is, as traces and reports say it: never an absolute path, so that they
// are the same wherever the files lie.
#pragma once

#include <string>

#include "scenarios/language/source_file.h"
#include "sim/trace/record.h"

namespace ipcsim::scenario {

// The line on which the range begins; line 0 when it has no place.
trace::SourceLine source_line(const SourceFiles& sources, SourceRange range);

// The main file by its name, every other by its path as seen from the main file's folder:
// "hello.scn", "../library/server.scn".
std::string name_in_traces(const SourceFiles& sources, FileIndex file);

}  // namespace ipcsim::scenario
