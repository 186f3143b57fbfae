// SPDX-License-Identifier: BSD-2-Clause
// The first line in which two traces differ; the line that names the tool's version is outside the
// comparison.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ipcsim::cli {

struct TraceDifference {
  std::size_t line = 0;     // from 1, in `expected`, or in `found` where that ends later
  std::string_view before;  // the last equal line; empty when there is none
  std::optional<std::string_view> expected;  // nothing: it has ended
  std::optional<std::string_view> found;
};

// Views into the texts; nothing when they are equal.
std::optional<TraceDifference> first_difference(std::string_view expected, std::string_view found);

// Lines to print, each indented and ended: "line 57:", "    ...", "  - ...", "  + ...".
std::string describe(const TraceDifference& difference);

}  // namespace ipcsim::cli
