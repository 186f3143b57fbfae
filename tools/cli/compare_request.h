// SPDX-License-Identifier: BSD-2-Clause
// CompareRequest: what `ipcsim compare` is asked to do, read and checked: the axes, and what is the
// same in every run. Whether the names exist is for the scenario to say.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "tools/cli/comparison.h"
#include "tools/cli/options.h"

namespace ipcsim::cli {

// More columns than that are no table any more.
inline constexpr std::size_t kMostVariants = 64;

struct CompareRequest {
  std::string file;
  std::vector<Axis> axes;      // at least one, each with values that differ; 2 to 64 variants
  scenario::Overrides common;  // parameters and defects
  bool json = false;
};

Usage<CompareRequest> compare_request(const Arguments& arguments);

// Every combination, not run yet.
std::vector<Variant> variants_of(const CompareRequest& request);

// `compare FILE ...`: the words that ask for the same.
std::vector<std::string> words_of(const CompareRequest& request);

}  // namespace ipcsim::cli
