// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/diagnostic_code.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/base/check.h"

namespace ipcsim::scenario {

namespace {

constexpr auto kDescriptions = std::to_array<DiagnosticDescription>({
#define DIAGNOSTIC(number, name, severity, title, explanation) \
  {DiagnosticCode::name, #name, Severity::severity, title, explanation},
#include "scenarios/language/diagnostics.def"
#undef DIAGNOSTIC
});

constexpr bool ascending() {
  for (std::size_t i = 1; i < kDescriptions.size(); ++i) {
    if (kDescriptions[i - 1].code >= kDescriptions[i].code) return false;
  }
  return true;
}
static_assert(ascending(), "the codes in diagnostics.def ascend, and none is there twice");

constexpr unsigned kMaximumCode = 9999;  // four digits
static_assert(static_cast<unsigned>(kDescriptions.back().code) <= kMaximumCode);

}  // namespace

std::span<const DiagnosticDescription> diagnostic_descriptions() { return kDescriptions; }

const DiagnosticDescription& describe(DiagnosticCode code) {
  const auto* const found =
      std::lower_bound(kDescriptions.begin(), kDescriptions.end(), code,
                       [](const DiagnosticDescription& description, DiagnosticCode wanted) {
                         return description.code < wanted;
                       });
  SIM_CHECK(found != kDescriptions.end() && found->code == code, "every code is described");
  return *found;
}

std::string code_text(DiagnosticCode code) {
  std::string digits = std::to_string(static_cast<unsigned>(code));
  return "E" + std::string(4 - digits.size(), '0') + digits;
}

std::optional<DiagnosticCode> find_code(std::string_view text) {
  if (text.size() != 5 || (text[0] != 'E' && text[0] != 'e')) return std::nullopt;
  unsigned number = 0;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  for (const DiagnosticDescription& description : kDescriptions) {
    if (static_cast<unsigned>(description.code) == number) return description.code;
  }
  return std::nullopt;
}

}  // namespace ipcsim::scenario
