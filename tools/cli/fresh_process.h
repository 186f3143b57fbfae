// SPDX-License-Identifier: BSD-2-Clause
// A fresh process of this very program: for what must come out the same elsewhere in memory.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

struct FreshProcess {
  std::string output;  // what it wrote to stdout; its messages are dropped
  std::string end;     // empty when it ended with `expected_code`; else how it ended, in words
};

// Runs the program with these arguments and this stdin, to its end.
Usage<FreshProcess> run_fresh_process(std::span<const std::string> arguments,
                                      std::string_view input, int expected_code);

}  // namespace ipcsim::cli
