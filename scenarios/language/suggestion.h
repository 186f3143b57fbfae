// SPDX-License-Identifier: BSD-2-Clause
// Suggestion: "did you mean `poll`?" for a word that is not among those that are legal there.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/diagnostic.h"

namespace ipcsim::scenario {

// The help line, or empty when nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> legal);

// The words of a short list: "`a`, `b` or `c`".
std::string listed(std::span<const std::string_view> words);

// Reports a word that is not among the legal ones, with a suggestion, or with the list of them when
// none is near and they are few. `what` says what is missing: "there is no policy".
Diagnostic& report_unknown(Diagnostics& diagnostics, DiagnosticCode code, SourceRange range,
                           std::string_view what, std::string_view word,
                           std::span<const std::string_view> legal);

// The names of a table of descriptions.
template <class Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& entry : table) names.push_back(entry.name);
  return names;
}

}  // namespace ipcsim::scenario
