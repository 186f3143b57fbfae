// SPDX-License-Identifier: BSD-2-Clause
// The determinism check: one run must come out the same again in this process, and in a fresh one,
// whose memory lies elsewhere. Traces are compared byte for byte.
#pragma once

#include <string>

#include "scenarios/scenario.h"
#include "tools/cli/run_request.h"

namespace ipcsim::cli {

struct DeterminismReport {
  std::string difference;  // empty: the three runs were equal; else several lines, ready to print
};

// `first` is the report of the run that was already made, with its trace recorded.
Usage<DeterminismReport> check_determinism(const RunRequest& request,
                                           const scenario::Scenario& scenario,
                                           const scenario::RunReport& first,
                                           const std::string& input);

}  // namespace ipcsim::cli
