// SPDX-License-Identifier: BSD-2-Clause
// A syntax tree as text, everything in it but the places: two trees are equal when their texts are.
// Made without the printer, so that tests of the printer do not compare it with itself.
#pragma once

#include <string>

#include "scenarios/language/ast.h"

namespace ipcsim::scenario {

// One line a declaration, statement or item, its parts in parentheses: (let x (call read (name
// fd))).
std::string tree_text(const ScenarioFile& file);
std::string tree_text(const Statement& statement);
std::string tree_text(const Expression& expression);

}  // namespace ipcsim::scenario
