// SPDX-License-Identifier: BSD-2-Clause
// The result of a search as people read it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scenarios/fuzzer.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

// One scenario searched.
struct FuzzResult {
  std::string file;
  std::string scenario;  // its name
  scenario::FuzzReport report;
  std::vector<std::string> schedules;  // per finding: the file with it; empty: it was not written
  std::chrono::milliseconds time{0};
  bool interrupted = false;
  std::string again;  // the command that searches this again
};

// Verdict, findings, what is missing. The same for the same search, whatever the machine.
std::string findings_text(const FuzzResult& result, const Painter& paint);

// How much was done, and how fast.
std::string effort_text(const FuzzResult& result);

// "3_412 runs, 1_024/s, 5 findings, ...": for the progress line.
std::string progress_text(const scenario::FuzzProgress& progress, std::chrono::milliseconds time);

}  // namespace ipcsim::cli
