// SPDX-License-Identifier: BSD-2-Clause
// CorpusFolder: the schedules that searches leave to those that come after them, one file each, of
// any number of scenarios. A file is called by what is in it:
//
//   doorbell.failing.41c2d9e0aa17b3f4.schedule       leads to a finding
//   doorbell.interesting.9d03e5a2c6b81f70.schedule   showed something new
//
// Files are added, whole or not at all; none is ever changed or removed here. A schedule by any
// other name that ends so is taken for a failing one: somebody has put it there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fuzzer.h"
#include "scenarios/scenario.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

// The part of a corpus that is of one scenario: failing ones first, and by name.
struct ScenarioCorpus {
  std::vector<std::string> files;
  std::vector<std::string> texts;  // per file
  std::uint64_t interesting = 0;   // so many of them do not fail
  std::uint64_t outdated = 0;      // further files: of another version of the scenario
};

class CorpusFolder {
 public:
  // Makes the folder if there is none.
  static Usage<CorpusFolder> open(const std::string& folder);

  // The folder must be there.
  static Usage<CorpusFolder> find(const std::string& folder);

  ScenarioCorpus of(const scenario::Summary& scenario) const;

  std::optional<UsageError> add(const std::string& scenario,
                                const scenario::KeptSchedule& kept) const;

  const std::string& folder() const { return folder_; }

  // Files by a schedule's name that are none, or cannot be read.
  const std::vector<std::string>& strangers() const { return strangers_; }

 private:
  struct Entry {
    std::string path;
    bool failing = false;
    scenario::ScheduleHead head;
  };

  std::string folder_;
  std::vector<Entry> entries_;  // failing ones first, and by name
  std::vector<std::string> strangers_;
};

// A line that says that there are strangers; empty when there are none.
std::string strangers_text(const CorpusFolder& corpus);

}  // namespace ipcsim::cli
