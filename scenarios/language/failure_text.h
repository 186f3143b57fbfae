// SPDX-License-Identifier: BSD-2-Clause
// What a ScriptFailure says to people.
#pragma once

#include <string>
#include <vector>

#include "scenarios/language/program.h"
#include "scenarios/language/script_failure.h"

namespace ipcsim::scenario {

struct FailureText {
  std::string message;               // one line
  std::vector<std::string> details;  // the values that were compared, one a line
};

FailureText text_of(const Program& program, const ScriptFailure& failure);

}  // namespace ipcsim::scenario
