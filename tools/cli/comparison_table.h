// SPDX-License-Identifier: BSD-2-Clause
// A comparison as people read it: one table, a column for each variant, a row for each figure, and
// below it what the marks in its last column mean.
#pragma once

#include <string>

#include "tools/cli/comparison.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

std::string comparison_table(const Comparison& comparison, const Painter& paint);

}  // namespace ipcsim::cli
