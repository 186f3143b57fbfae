// SPDX-License-Identifier: BSD-2-Clause
// FuzzRequest: what `ipcsim fuzz` is asked to do, read and checked; and the words that ask for the
// same search again.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fuzzer.h"
#include "tools/cli/options.h"

namespace ipcsim::cli {

struct FuzzRequest {
  std::vector<std::string> files;  // scenarios; those of folders one by one
  scenario::Overrides overrides;
  scenario::FuzzOptions options;
  std::optional<std::chrono::milliseconds> time;  // for each file
  unsigned jobs = 1;
  std::string output = ".";           // the folder for schedules
  std::optional<std::string> corpus;  // the folder with those that are kept
  bool json = false;
};

Usage<FuzzRequest> fuzz_request(const Arguments& arguments);

// `fuzz FILE ...` for one of the files: everything that decides what is found.
std::vector<std::string> words_of(const FuzzRequest& request, const std::string& file);

}  // namespace ipcsim::cli
