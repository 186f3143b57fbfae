// SPDX-License-Identifier: BSD-2-Clause
// What the names of a file mean from inside it: `N` and `M.N`, and what is said of those that mean
// nothing there.
#pragma once

#include <span>
#include <string_view>

#include "scenarios/language/check_state.h"

namespace ipcsim::scenario {

// None when it means nothing; then nothing was reported. What is found counts as used.
SymbolIndex resolve_qualified(CheckState& state, ModuleIndex module, const QualifiedName& name);

// `name` is no value in the file: unknown, or something else. `more` are further names legal there.
Diagnostic* report_unknown_name(CheckState& state, ModuleIndex module, SourceRange range,
                                std::string_view name, std::span<const std::string_view> more);

// `name` was found to be `found` (or nothing) where one of `wanted` is needed.
void report_not_a(CheckState& state, ModuleIndex module, const QualifiedName& name,
                  SymbolIndex found, SymbolKind wanted);

}  // namespace ipcsim::scenario
