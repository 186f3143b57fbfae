// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/not_offered.h"

#include <array>

#include <fmt/format.h>

namespace ipcsim::scenario {

namespace {

struct Entry {
  NotOffered kind;
  std::string_view word;
  std::string_view belongs_to;
};

constexpr auto kEntries = std::to_array<Entry>({
#define NOT_OFFERED(kind, word, belongs_to) {NotOffered::kind, #word, belongs_to},
#include "scenarios/language/not_offered.def"
#undef NOT_OFFERED
});

}  // namespace

std::optional<std::string_view> not_offered(NotOffered kind, std::string_view word) {
  for (const Entry& entry : kEntries) {
    if (entry.kind == kind && entry.word == word) return entry.belongs_to;
  }
  return std::nullopt;
}

bool report_not_offered(Diagnostics& diagnostics, SourceRange range, NotOffered kind,
                        std::string_view word) {
  const auto belongs_to = not_offered(kind, word);
  if (!belongs_to) return false;
  diagnostics
      .report(DiagnosticCode::not_offered, range,
              fmt::format("`{}` is not offered by this version", word))
      .with_label(fmt::format("{} will come with a later one", *belongs_to));
  return true;
}

}  // namespace ipcsim::scenario
