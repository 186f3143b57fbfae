// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/text_writer.h"

#include <algorithm>
#include <utility>

#include "sim/base/digits.h"
#include "sim/trace/text_form.h"

namespace ipcsim::trace {

namespace {

// What a line takes in most traces: to ask for memory once, not to be exact.
constexpr std::size_t kUsualLine = 110;

struct AroundTool {
  std::string_view before;  // with its line end
  std::string_view after;   // with the line end of the tool's line
};

// The text without its second line.
AroundTool without_tool(std::string_view text) {
  const std::size_t tool = std::min(text.find('\n'), text.size() - 1) + 1;
  return {text.substr(0, tool), text.substr(std::min(text.find('\n', tool), text.size()))};
}

}  // namespace

TextWriter::TextWriter(const TraceHeader& header) {
  append_header(text_, header);
  const AroundTool parts = without_tool(text_);
  hash_.add_raw(parts.before);
  hash_.add_raw(parts.after.substr(1));
  hashed_ = text_.size();
}

void TextWriter::add(const EventLine& event) {
  append_line(text_, event);
  text_ += '\n';
  ++events_;
}

void TextWriter::add(std::span<const Record> records, const RecordFormatter& formatter) {
  text_.reserve(text_.size() + records.size() * kUsualLine);
  for (const Record& record : records) {
    formatter.append_line(text_, record);
    text_ += '\n';
  }
  events_ += records.size();
}

void TextWriter::finish() {
  hash_text();
  text_ += kEndEvents;
  append_decimal(text_, events_);
  text_ += kEndHash;
  append_digest(text_, hash_.digest());
  text_ += '\n';
}

std::string TextWriter::take() {
  hash_text();
  hashed_ = 0;
  return std::exchange(text_, std::string());
}

void TextWriter::hash_text() {
  hash_.add_raw(std::string_view(text_).substr(hashed_));
  hashed_ = text_.size();
}

std::string write_text(const TraceHeader& header, std::span<const Record> records,
                       const Vocabulary& vocabulary, const Names& names) {
  TextWriter writer(header);
  writer.add(records, RecordFormatter(vocabulary, names));
  writer.finish();
  return writer.take();
}

std::string write_text(const Trace& trace) {
  TextWriter writer(trace.header);
  for (const EventLine& event : trace.events) writer.add(event);
  writer.finish();
  return writer.take();
}

bool same_but_tool(std::string_view one, std::string_view other) {
  const AroundTool parts_of_one = without_tool(one);
  const AroundTool parts_of_other = without_tool(other);
  return parts_of_one.before == parts_of_other.before && parts_of_one.after == parts_of_other.after;
}

}  // namespace ipcsim::trace
