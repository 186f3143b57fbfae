// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/text_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "sim/base/digits.h"
#include "sim/base/text.h"
#include "sim/trace/text_form.h"

namespace ipcsim::trace {

namespace {

std::string_view advice_for(TraceFault fault) {
  switch (fault) {
    case TraceFault::kNotATrace:
      return "give a file that was written as the native text form of a trace";
    case TraceFault::kOtherVersion:
      return "write the trace again with this program, or read it with the one named in line 2";
    case TraceFault::kCarriageReturn:
      return "turn the line ends back to LF alone (version control may have changed them: mark "
             "traces as binary there)";
    case TraceFault::kTruncated:
      return "what follows this line was lost when it was written or copied; do that again";
    case TraceFault::kLineTooLong:
    case TraceFault::kHeader:
    case TraceFault::kEvent:
    case TraceFault::kCount:
    case TraceFault::kHash:
    case TraceFault::kAfterEnd:
      break;
  }
  return "the file was changed after it was written; write the trace again";
}

std::string_view compressed_with(std::string_view text) {
  if (text.starts_with("\x28\xb5\x2f\xfd")) return "zstd";
  if (text.starts_with("\x1f\x8b")) return "gzip";
  return {};
}

}  // namespace

std::string ReadError::text() const {
  return "line " + std::to_string(line) + ": " + message + "; " + advice;
}

Failure<ReadError> TextReader::fail(TraceFault fault, std::string message) const {
  const std::size_t line = std::max<std::size_t>(line_number_, 1);
  return Failure(ReadError{fault, line, std::move(message), std::string(advice_for(fault))});
}

Result<TextReader::Line, ReadError> TextReader::next(std::string_view line) {
  ++line_number_;
  if (line.size() > kMaximumLine) {
    if (state_ == State::kFirstLine) return first_line(line.substr(0, kMaximumLine));
    return fail(TraceFault::kLineTooLong, "the line is longer than any line of a trace");
  }
  if (state_ == State::kFirstLine) return first_line(line);
  if (state_ == State::kEnded) {
    return fail(TraceFault::kAfterEnd, "something stands behind the last line of the trace");
  }
  if (line.ends_with('\r')) {
    return fail(TraceFault::kCarriageReturn, "the line ends with CR and LF");
  }
  if (state_ == State::kEvents && line.starts_with(kEndEvents)) return end_line(line);

  constexpr std::size_t kToolLine = 2;
  if (line_number_ != kToolLine) {
    hash_.add_raw(line);
    hash_.add_raw("\n");
  }
  if (state_ == State::kHeader) {
    const auto progress = header_.next(line);
    if (!progress) return fail(TraceFault::kHeader, progress.error());
    if (*progress == HeaderReader::Progress::kComplete) state_ = State::kEvents;
    return Line::kHeader;
  }
  auto event = read_line(line);
  if (!event) return fail(TraceFault::kEvent, event.error());
  event_ = *event;
  ++events_;
  return Line::kEvent;
}

Failure<ReadError> TextReader::no_trace(std::string_view line) const {
  const std::string_view packer = compressed_with(line);
  if (packer.empty()) return fail(TraceFault::kNotATrace, "this is no trace");
  Failure<ReadError> failure =
      fail(TraceFault::kNotATrace, "this is no text, but packed with " + std::string(packer));
  failure.error.advice = "unpack it first";
  return failure;
}

Result<TextReader::Line, ReadError> TextReader::first_line(std::string_view line) {
  if (!line.starts_with(kMagic)) return no_trace(line);
  const std::string_view version = line.substr(kMagic.size());
  if (version.ends_with('\r')) {
    return fail(TraceFault::kCarriageReturn, "the line ends with CR and LF");
  }
  const std::optional<std::uint64_t> number = read_decimal(version);
  if (!number)
    return fail(TraceFault::kNotATrace, "this is no trace, or its first line is damaged");
  if (*number != kFormatVersion) {
    return fail(TraceFault::kOtherVersion, "the trace has format version " + std::string(version) +
                                               ", this program reads version " +
                                               std::to_string(kFormatVersion));
  }
  hash_.add_raw(line);
  hash_.add_raw("\n");
  state_ = State::kHeader;
  return Line::kHeader;
}

Result<TextReader::Line, ReadError> TextReader::end_line(std::string_view line) {
  line.remove_prefix(kEndEvents.size());
  const std::size_t space = line.find(' ');
  const std::string_view after = line.substr(std::min(space, line.size()));
  const std::optional<std::uint64_t> count = read_decimal(line.substr(0, space));
  if (!count || !after.starts_with(kEndHash)) {
    return fail(TraceFault::kTruncated, "the last line of the trace is damaged");
  }
  const std::optional<std::uint64_t> hash = read_digest(after.substr(kEndHash.size()));
  if (!hash) return fail(TraceFault::kTruncated, "the hash in the last line is damaged");
  if (*count != events_) {
    return fail(TraceFault::kCount, "the last line counts " + std::to_string(*count) +
                                        " events, the trace has " + std::to_string(events_));
  }
  if (*hash != hash_.digest()) {
    return fail(TraceFault::kHash, "the hash in the last line is not that of the trace");
  }
  state_ = State::kEnded;
  return Line::kEnd;
}

Result<Nothing, ReadError> TextReader::finish(std::string_view rest) const {
  if (state_ == State::kEnded) {
    if (rest.empty()) return Nothing{};
    return fail(TraceFault::kAfterEnd, "something stands behind the last line of the trace");
  }
  const std::string_view beginning = rest.substr(0, kMagic.size());
  if (state_ == State::kFirstLine && (rest.empty() || !kMagic.starts_with(beginning))) {
    return no_trace(rest);
  }
  return fail(TraceFault::kTruncated, rest.empty() ? "the trace ends here, without its last line"
                                                   : "the trace ends in the middle of a line");
}

Result<Trace, ReadError> read_text(std::string text) {
  Trace trace;
  trace.text = std::make_shared<const std::string>(std::move(text));
  TextReader reader;
  std::string_view rest = *trace.text;
  for (;;) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    const auto line = reader.next(rest.substr(0, end));
    if (!line) return Failure(line.error());
    if (*line == TextReader::Line::kEvent) trace.events.push_back(reader.event());
    rest.remove_prefix(end + 1);
  }
  const auto whole = reader.finish(rest);
  if (!whole) return Failure(whole.error());
  trace.header = reader.header();
  return trace;
}

}  // namespace ipcsim::trace
