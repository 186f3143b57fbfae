// SPDX-License-Identifier: BSD-2-Clause
// TraceHeader: what a trace says about the run before its events: enough to run it again, and to
// tell why two traces cannot be compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ipcsim::trace {

struct TraceHeader {
  std::string tool;      // version of the program; outside every comparison
  std::string scenario;  // name of the file, without folder
  std::uint64_t scenario_digest = 0;
  std::vector<std::pair<std::string, std::string>> parameters;  // name and value
  std::vector<std::pair<std::string, std::string>> policies;
  std::vector<std::string> defects;  // those switched on
  std::string cost_model;
  std::uint64_t cost_model_digest = 0;
  std::optional<std::uint64_t> seed;  // of a random walk; other schedules have none
  std::vector<std::string> schedule;  // the schedule's text, line by line; empty: the reference
  std::vector<std::string> recorded{"all"};  // kinds of events, see recorded_kinds() in kinds.h

  friend bool operator==(const TraceHeader&, const TraceHeader&) = default;
};

// The lines before the first event, in the text form. The second line is always the tool's.
void append_header(std::string& out, const TraceHeader& header);

}  // namespace ipcsim::trace
