// SPDX-License-Identifier: BSD-2-Clause
// The result of a search as people read it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fuzzer.h"
#include "tools/cli/painter.h"

namespace ipcsim::cli {

// What a search had of its corpus, and what it left there.
struct CorpusUse {
  std::vector<std::string> files;  // the schedules that it began with
  std::uint64_t runs = 0;          // of them
  std::uint64_t failed = 0;        // of these runs
  std::uint64_t unfit = 0;         // files of this scenario that do not fit it any more
  std::uint64_t added = 0;
};

// One scenario searched.
struct FuzzResult {
  std::string file;
  std::string scenario;  // its name
  scenario::FuzzReport report;
  std::vector<std::string> schedules;  // per finding: the file with it; empty: it was not written
  std::optional<CorpusUse> corpus;
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
