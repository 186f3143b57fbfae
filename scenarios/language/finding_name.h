// SPDX-License-Identifier: BSD-2-Clause
// FindingName: what a run can be found guilty of, by the names of `allow` and `expect_finding`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ipcsim::scenario {

enum class FindingName : std::uint8_t {
#define FINDING(name, meaning) name,
#include "scenarios/language/findings.def"
#undef FINDING
};

struct FindingDescription {
  std::string_view name;
  std::string_view meaning;
};

std::span<const FindingDescription> finding_descriptions();  // in the order of the enum
std::string_view name_of(FindingName finding);
std::optional<FindingName> find_finding(std::string_view name);

}  // namespace ipcsim::scenario
