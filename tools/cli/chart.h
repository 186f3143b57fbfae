// SPDX-License-Identifier: BSD-2-Clause
// Chart: a story as text for a terminal: a column for each thread, a line for each thing that
// happens, arrows between the columns. The words are the same in every look.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/story.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

enum class Letters : std::uint8_t {
  kAscii,
  kBoxes,  // lines and arrows of Unicode, for terminals that show UTF-8
};

std::string chart(const scenario::Story& story, Letters letters, const Painter& paint);

}  // namespace ipcsim::cli
