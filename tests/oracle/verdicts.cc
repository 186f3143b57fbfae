// SPDX-License-Identifier: BSD-2-Clause
#include "tests/oracle/verdicts.h"

#include <string_view>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::oracle {

Result<std::set<std::string>, std::string> parse_exceptions(const std::string& path,
                                                            const std::vector<std::string>& lines) {
  std::set<std::string> names;
  unsigned number = 0;
  for (const std::string_view whole : lines) {
    ++number;
    const std::string_view line = trim(whole.substr(0, whole.find('#')));
    if (line.empty()) continue;
    const auto parts = split(line, '|');
    const bool complete = parts.size() == 3 && !trim(parts[0]).empty() && !trim(parts[1]).empty() &&
                          !trim(parts[2]).empty();
    if (!complete) {
      return Failure(fmt::format("{}:{}: not NAME | SECTION | REASON: {}", path, number, line));
    }
    if (!names.emplace(trim(parts[0])).second) {
      return Failure(fmt::format("{}:{}: excepted twice: {}", path, number, trim(parts[0])));
    }
  }
  return names;
}

void Verdicts::pass(const std::string& name) {
  if (excepted_.contains(name)) {
    ++excepted_passes_;
    fmt::print("{}: excepted, but passed\n", name);
  } else {
    ++passed_;
  }
}

void Verdicts::fail(const std::string& name, const std::string& report) {
  if (excepted_.contains(name)) {
    ++excepted_failures_;
    return;
  }
  ++failed_;
  if (failed_ <= kMostReports) fmt::print("{}\n", report);
  if (failed_ == kMostReports + 1) fmt::print("... further failures are only counted\n");
}

int Verdicts::finish() const {
  const std::uint64_t excepted = excepted_failures_ + excepted_passes_;
  if (excepted != 0) fmt::print("{} excepted, {} of them passed\n", excepted, excepted_passes_);
  fmt::print("{} passed, {} failed\n", passed_, failed_);
  return failed_ == 0 ? kAllPassed : kSomeFailed;
}

}  // namespace ipcsim::oracle
