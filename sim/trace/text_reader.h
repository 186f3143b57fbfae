// SPDX-License-Identifier: BSD-2-Clause
// Reading the text form of a trace. Whatever the input, the answer is a value: the trace, or the
// first thing that is wrong with it, where, and what to do about it. Accepted is exactly what
// TextWriter writes; so writing what was read gives the same text again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/base/stable_hash.h"
#include "sim/trace/event_line.h"
#include "sim/trace/header.h"
#include "sim/trace/header_reader.h"
#include "sim/trace/trace.h"

namespace ipcsim::trace {

enum class TraceFault : std::uint8_t {
  kNotATrace,
  kOtherVersion,
  kCarriageReturn,  // line ends are CR LF
  kLineTooLong,
  kHeader,     // a line of the header is not understood
  kEvent,      // a line is no event
  kTruncated,  // the last line is missing, or a part of it
  kCount,      // the last line counts other events than there are
  kHash,       // something was changed
  kAfterEnd,   // something stands behind the last line
};

struct ReadError {
  TraceFault fault = TraceFault::kNotATrace;
  std::size_t line = 1;  // from 1
  std::string message;   // what is wrong
  std::string advice;    // what to do

  std::string text() const;  // "line 3: MESSAGE; ADVICE"
};

// Reads a trace line by line and keeps no more than one line, the header and a hash: for traces
// larger than memory. After an error nothing more may be given to it.
class TextReader {
 public:
  enum class Line : std::uint8_t { kHeader, kEvent, kEnd };

  // `line` without its end. kEvent: event() borrows from it.
  Result<Line, ReadError> next(std::string_view line);

  // To be asked when the text is over: whether it was whole. `rest` is what stood behind the last
  // line end; a whole trace has nothing there.
  Result<Nothing, ReadError> finish(std::string_view rest) const;

  const TraceHeader& header() const { return header_.header(); }
  const EventLine& event() const { return event_; }
  std::uint64_t events() const { return events_; }

 private:
  enum class State : std::uint8_t { kFirstLine, kHeader, kEvents, kEnded };

  Result<Line, ReadError> first_line(std::string_view line);
  Failure<ReadError> no_trace(std::string_view line) const;
  Result<Line, ReadError> end_line(std::string_view line);
  Failure<ReadError> fail(TraceFault fault, std::string message) const;

  State state_ = State::kFirstLine;
  std::size_t line_number_ = 0;
  std::uint64_t events_ = 0;
  HeaderReader header_;
  EventLine event_;
  StableHash hash_;
};

// The whole text at once. Takes memory in proportion to the text: at most 20 times its size.
Result<Trace, ReadError> read_text(std::string text);

}  // namespace ipcsim::trace
