// SPDX-License-Identifier: BSD-2-Clause
// TextWriter: a trace as text: header, one line an event, and the last line, which counts the
// events and holds a hash of all that stands before it except the line with the tool's version.
// The text can be taken away in pieces, so that a long trace need not be in memory as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/stable_hash.h"
#include "sim/trace/event_line.h"
#include "sim/trace/header.h"
#include "sim/trace/record.h"
#include "sim/trace/record_formatter.h"
#include "sim/trace/trace.h"

namespace ipcsim::trace {

class TextWriter {
 public:
  explicit TextWriter(const TraceHeader& header);

  void add(const EventLine& event);
  void add(std::span<const Record> records, const RecordFormatter& formatter);

  // The last line. Nothing may be added afterwards.
  void finish();

  // What was written since the last call.
  std::string take();

 private:
  void hash_text();

  std::string text_;
  std::size_t hashed_ = 0;  // so much of text_ is in hash_ already
  StableHash hash_;
  std::uint64_t events_ = 0;
};

// The whole text at once: of a run, and of a trace that was read.
std::string write_text(const TraceHeader& header, std::span<const Record> records,
                       const Vocabulary& vocabulary, const Names& names);
std::string write_text(const Trace& trace);

// Whether two texts of traces are the same but for the tool's version.
bool same_but_tool(std::string_view one, std::string_view other);

}  // namespace ipcsim::trace
