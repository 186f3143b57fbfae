// SPDX-License-Identifier: BSD-2-Clause
// Mermaid: a story as a sequence diagram to paste into a page that draws those.
#pragma once

#include <string>

#include "scenarios/story.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

// Refuses what no page can draw legibly: more than 500 arrows.
Usage<std::string> mermaid(const scenario::Story& story);

}  // namespace ipcsim::cli
