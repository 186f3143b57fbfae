// SPDX-License-Identifier: BSD-2-Clause
// The one canonical layout of a scenario file, and its digest. For a tree that was parsed without
// errors: parsing what is printed gives the same tree, and printing that gives the same text.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/language/ast.h"

namespace ipcsim::scenario {

// With every comment and (single) blank lines; ends with a line end.
std::string print(const ScenarioFile& file);

// One expression on one line, as reports quote it.
std::string print(const Expression& expression);

// A hash of the canonical text without comments, blank lines and `schedule`: the same on every
// machine, for all layouts of one scenario.
std::uint64_t digest(const ScenarioFile& file);

}  // namespace ipcsim::scenario
