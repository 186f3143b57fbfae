// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/not_offered.h"

#include <array>

#include <fmt/format.h>

namespace ipcsim::scenario {

namespace {

struct Entry {
  std::string_view word;
  std::string_view belongs_to;
};

constexpr auto kEntries = std::to_array<Entry>({
#define NOT_OFFERED(word, belongs_to) {#word, belongs_to},
#include "scenarios/language/not_offered.def"
#undef NOT_OFFERED
});

}  // namespace

bool report_not_offered(Diagnostics& diagnostics, SourceRange range, std::string_view word) {
  for (const Entry& entry : kEntries) {
    if (entry.word != word) continue;
    diagnostics
        .report(DiagnosticCode::not_offered, range,
                fmt::format("`{}` is not offered by this version", word))
        .with_label(fmt::format("{} will come with a later one", entry.belongs_to));
    return true;
  }
  return false;
}

}  // namespace ipcsim::scenario
