// SPDX-License-Identifier: BSD-2-Clause
// DiagnosticCode: the stable name of one kind of message about a scenario, "E0101". Every code has
// one line in diagnostics.def: what it is, and an explanation with an example. A code never changes
// its meaning and is never used again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ipcsim::scenario {

enum class Severity : std::uint8_t { kError, kWarning };

enum class DiagnosticCode : std::uint16_t {
#define DIAGNOSTIC(number, name, severity, title, explanation) name = number,
#include "scenarios/language/diagnostics.def"
#undef DIAGNOSTIC
};

struct DiagnosticDescription {
  DiagnosticCode code;
  std::string_view name;  // "unclosed_string"
  Severity severity;
  std::string_view title;        // one line
  std::string_view explanation;  // what it means, why it is so, an example and its cure
};

// In ascending order of code.
std::span<const DiagnosticDescription> diagnostic_descriptions();
const DiagnosticDescription& describe(DiagnosticCode code);

std::string code_text(DiagnosticCode code);                      // "E0101"
std::optional<DiagnosticCode> find_code(std::string_view text);  // "E0101" or "e0101"

}  // namespace ipcsim::scenario
