// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/checked.h"

#include <algorithm>

namespace ipcsim::scenario {

std::optional<std::uint32_t> CheckedBody::slot_of(std::string_view variable) const {
  const auto entry = std::find(variables.begin(), variables.end(), variable);
  if (entry == variables.end()) return std::nullopt;
  return static_cast<std::uint32_t>(entry - variables.begin());
}

std::optional<MarkIndex> CheckedScenario::find_mark(std::string_view name) const {
  const auto entry = std::find(marks.begin(), marks.end(), name);
  if (entry == marks.end()) return std::nullopt;
  return MarkIndex(static_cast<std::uint32_t>(entry - marks.begin()));
}

}  // namespace ipcsim::scenario
