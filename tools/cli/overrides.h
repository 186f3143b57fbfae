// SPDX-License-Identifier: BSD-2-Clause
// What -P, --policy, --defect and --cost lay over a scenario: read from the arguments, and written
// as words again for the command that repeats a run. Whether the names exist is for the scenario
// to say, which knows its parameters.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "tools/cli/options.h"

namespace ipcsim::cli {

Usage<scenario::Overrides> overrides_of(const Arguments& arguments);

void append_words(std::vector<std::string>& words, const scenario::Overrides& overrides);

}  // namespace ipcsim::cli
