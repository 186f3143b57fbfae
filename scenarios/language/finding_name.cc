// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/finding_name.h"

#include <array>

namespace ipcsim::scenario {

namespace {

constexpr auto kFindings = std::to_array<FindingDescription>({
#define FINDING(name, meaning) {#name, meaning},
#include "scenarios/language/findings.def"
#undef FINDING
});

}  // namespace

std::span<const FindingDescription> finding_descriptions() { return kFindings; }

std::string_view name_of(FindingName finding) {
  return kFindings[static_cast<std::size_t>(finding)].name;
}

std::optional<FindingName> find_finding(std::string_view name) {
  for (std::size_t index = 0; index < kFindings.size(); ++index) {
    if (kFindings[index].name == name) return static_cast<FindingName>(index);
  }
  return std::nullopt;
}

}  // namespace ipcsim::scenario
