// SPDX-License-Identifier: BSD-2-Clause
// Golden traces: NAME.trace beside NAME.scn, the trace that the scenario must give on the reference
// schedule. Which files belong to a test, and what is done to them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

// Sorted by name, each file once.
struct TestFiles {
  std::vector<std::string> scenarios;
  std::vector<std::string> stray_traces;  // below a folder that was named, without a scenario
};

// From folders, which are searched (hidden ones below them are not), and scenario files.
Usage<TestFiles> find_test_files(std::span<const std::string> operands);

std::string golden_path(const std::string& scenario);

// By its first line. Others are not ours to remove.
bool is_ipcsim_trace(const std::string& path);

}  // namespace ipcsim::cli
