// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/not_offered.h"

#include <array>

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

}  // namespace ipcsim::scenario
