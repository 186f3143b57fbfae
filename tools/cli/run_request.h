// SPDX-License-Identifier: BSD-2-Clause
// RunRequest: what `ipcsim run` is asked to do, read and checked; and the words that ask for
// exactly the same run again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "tools/cli/options.h"

namespace ipcsim::cli {

enum class TraceTo : std::uint8_t { kNowhere, kStdout, kFile };

struct RunRequest {
  std::string file;
  scenario::Overrides overrides;
  scenario::RunOptions options;
  std::string schedule_argument;  // of --schedule, as it was given
  TraceTo trace_to = TraceTo::kStdout;
  std::string output;  // of TraceTo::kFile
  bool json = false;
  bool check_determinism = false;
};

Usage<RunRequest> run_request(const Arguments& arguments);

// `run FILE ...`: everything that decides how the run goes, nothing about where its results go.
std::vector<std::string> words_of(const RunRequest& request);

}  // namespace ipcsim::cli
