// SPDX-License-Identifier: BSD-2-Clause
// Verdicts: how the cases of a truth table went. The first failures are printed in full, and in the
// end how many cases passed and failed. A case may be excepted by its name, in a file that says
// why; it is run all the same, and counted apart.
//
// A file of exceptions has one case a line: NAME | SECTION OF THE MANUAL | REASON. Text behind # is
// ignored.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.h"

namespace ipcsim::oracle {

// Exit codes of the programs.
inline constexpr int kAllPassed = 0;
inline constexpr int kSomeFailed = 1;
inline constexpr int kNotRun = 2;  // wrong usage, or a file that cannot be read or understood

// Names of excepted cases; or what is wrong with the file, with its place.
Result<std::set<std::string>, std::string> parse_exceptions(const std::string& path,
                                                            const std::vector<std::string>& lines);

class Verdicts {
 public:
  explicit Verdicts(std::set<std::string> excepted) : excepted_(std::move(excepted)) {}

  void pass(const std::string& name);
  // `report` is printed, unless there have been too many.
  void fail(const std::string& name, const std::string& report);

  // Prints the sums and gives the exit code.
  int finish() const;

 private:
  static constexpr std::uint64_t kMostReports = 20;

  std::set<std::string> excepted_;
  std::uint64_t passed_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t excepted_failures_ = 0;
  std::uint64_t excepted_passes_ = 0;
};

}  // namespace ipcsim::oracle
