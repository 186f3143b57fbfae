// SPDX-License-Identifier: BSD-2-Clause
// ReplayRequest: what `ipcsim replay` is asked to do, read and checked; and the words that ask for
// exactly the same again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/cli/options.h"
#include "tools/cli/run_request.h"

namespace ipcsim::cli {

enum class Explain : std::uint8_t { kNo, kText, kMermaid };

struct ReplayRequest {
  RunRequest run;             // the schedule's text in its options
  std::string schedule_file;  // as it was given
  Explain explain = Explain::kNo;
};

Usage<ReplayRequest> replay_request(const Arguments& arguments);

std::vector<std::string> words_of(const ReplayRequest& request);

}  // namespace ipcsim::cli
