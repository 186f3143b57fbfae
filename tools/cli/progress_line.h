// SPDX-License-Identifier: BSD-2-Clause
// ProgressLine: how far work has come, on one line of stderr that is written over and leaves
// nothing behind. Only where a person watches a terminal, and only for work that takes over a
// second.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "tools/cli/console.h"

namespace ipcsim::cli {

class ProgressLine {
 public:
  explicit ProgressLine(Console& console)
      : console_(console), start_(std::chrono::steady_clock::now()) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  // "[3/17] now": `now` is what is being worked on.
  void show(std::size_t done, std::size_t all, std::string_view now);

  // Before anything else is written to the terminal.
  void clear();

 private:
  Console& console_;
  std::chrono::steady_clock::time_point start_;
  bool shown_ = false;
};

}  // namespace ipcsim::cli
