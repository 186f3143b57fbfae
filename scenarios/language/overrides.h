// SPDX-License-Identifier: BSD-2-Clause
// Overrides: what the command line (or a test) lays over a scenario file.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ipcsim::scenario {

struct Overrides {
  std::vector<std::pair<std::string, std::string>> parameters;  // `-P name=value`
  std::vector<std::pair<std::string, std::string>> policies;    // `--policy name=value`
  std::vector<std::string> defects;                             // `--defect name`
  std::optional<std::string> cost;                              // `--cost`: a model, or a file
};

}  // namespace ipcsim::scenario
