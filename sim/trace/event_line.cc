// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/event_line.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "sim/base/digits.h"
#include "sim/base/text.h"
#include "sim/trace/columns.h"
#include "sim/trace/word.h"

namespace ipcsim::trace {

namespace {

constexpr std::string_view kArrow = "->";
constexpr std::string_view kFlow = "flow=";
constexpr std::string_view kWhy = "why=";

bool is_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <class Integer>
bool read_number(std::string_view text, std::uint64_t maximum, Integer& number) {
  const std::optional<std::uint64_t> value = read_decimal(text);
  if (!value || *value > maximum) return false;
  number = static_cast<Integer>(*value);
  return true;
}

// Cuts one line into fields, in their order, and keeps the first thing that is wrong.
class LineParser {
 public:
  explicit LineParser(std::string_view line) : rest_(line) {}

  Result<EventLine, std::string> parse() {
    if (!(read_columns() && read_arguments() && read_result() && read_flow() && read_why() &&
          read_place())) {
      return Failure(std::move(error_));
    }
    if (!field_.empty()) {
      return Failure("a field is not understood, or stands in the wrong order: " + quote(field_));
    }
    return event_;
  }

 private:
  void advance() {
    const std::size_t start = std::min(rest_.find_first_not_of(' '), rest_.size());
    const std::size_t end = std::min(rest_.find(' ', start), rest_.size());
    field_ = rest_.substr(start, end - start);
    rest_.remove_prefix(end);
  }

  bool fail(std::string_view what) {
    constexpr std::size_t kShown = 40;
    error_ = std::string(what) + ": " + quote(field_.substr(0, kShown));
    if (field_.size() > kShown) error_ += "...";
    return false;
  }

  bool read_columns() {
    advance();
    if (!read_number(field_, std::numeric_limits<Cycle>::max(), event_.cycle)) {
      return fail("the line should begin with a cycle, a decimal number");
    }
    advance();
    if (field_ != "-" &&
        !(field_.starts_with("cpu") && read_number(field_.substr(3), kNoCpu - 1U, event_.cpu))) {
      return fail("the CPU should be cpuN, or - for none");
    }
    advance();
    const std::size_t mark = field_.rfind('#');
    if (mark == std::string_view::npos || !text_of(field_.substr(0, mark)) ||
        !read_number(field_.substr(mark + 1), std::numeric_limits<std::uint32_t>::max(),
                     event_.step)) {
      return fail("the lane and its step should be LANE#N");
    }
    event_.lane = field_.substr(0, mark);
    advance();
    if (!is_bare_word(field_)) return fail("the kind of the event should be a word");
    event_.kind = field_;
    advance();
    if (!is_bare_word(field_)) return fail("the name of the event should be a word");
    event_.name = field_;
    advance();
    return true;
  }

  bool read_arguments() {
    while (!field_.starts_with(kFlow) && !field_.starts_with(kWhy)) {
      const std::size_t equals = field_.find('=');
      if (equals == std::string_view::npos || !is_key(field_.substr(0, equals))) return true;
      const ArgumentText argument{field_.substr(0, equals), field_.substr(equals + 1)};
      if (argument.value.empty()) return fail("an argument has no value");
      if (event_.argument_count == kMaximumArguments) {
        return fail("an event has at most four arguments");
      }
      if (event_.argument_count != 0 &&
          argument.key <= event_.all_arguments[event_.argument_count - 1].key) {
        return fail("the arguments should be sorted by key");
      }
      event_.all_arguments[event_.argument_count++] = argument;
      advance();
    }
    return true;
  }

  bool read_result() {
    if (field_ != kArrow) return true;
    advance();
    if (field_.empty()) return fail("a result should follow the arrow");
    event_.result = field_;
    advance();
    return true;
  }

  bool read_flow() {
    if (!field_.starts_with(kFlow)) return true;
    if (!read_number(field_.substr(kFlow.size()), std::numeric_limits<std::uint32_t>::max(),
                     event_.flow) ||
        event_.flow == 0) {
      return fail("a flow should be a number from 1");
    }
    advance();
    return true;
  }

  bool read_why() {
    if (!field_.starts_with(kWhy)) return true;
    event_.why = field_.substr(kWhy.size());
    if (!is_bare_word(event_.why)) return fail("a reason should be a word");
    advance();
    return true;
  }

  bool read_place() {
    if (!field_.starts_with('@')) return true;
    const std::size_t colon = field_.rfind(':');
    if (colon == std::string_view::npos || !text_of(field_.substr(1, colon - 1)) ||
        !read_number(field_.substr(colon + 1), kMaximumSourceLine, event_.line) ||
        event_.line == 0) {
      return fail("the place should be @FILE:LINE");
    }
    event_.file = field_.substr(1, colon - 1);
    advance();
    return true;
  }

  std::string_view rest_;
  std::string_view field_;
  EventLine event_;
  std::string error_;
};

}  // namespace

void append_line(std::string& out, const EventLine& event) {
  char* const columns = grow_by(out, kColumnsRoom + event.lane.size());
  char* const lane = write_time_and_cpu(columns, event.cycle, event.cpu);
  cut_at(out, write_step(lane, write_text(lane, event.lane), event.step));
  const KindAndName what = kind_and_name(event.kind, event.name);
  out += what.text;
  const std::size_t before = out.size();
  for (const ArgumentText& argument : event.arguments()) {
    out.append(" ").append(argument.key).append("=").append(argument.value);
  }
  if (!event.result.empty()) out.append(" ").append(kArrow).append(" ").append(event.result);
  if (event.flow != 0) {
    out.append(" ").append(kFlow);
    append_decimal(out, event.flow);
  }
  if (!event.why.empty()) out.append(" ").append(kWhy).append(event.why);
  if (event.line != 0) {
    out.append(" @").append(event.file).append(":");
    append_decimal(out, event.line);
  }
  if (out.size() == before) out.resize(before - what.padding);
}

Result<EventLine, std::string> read_line(std::string_view line) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  const auto odd = std::ranges::find_if_not(line, printable);
  if (odd != line.end()) {
    return Failure("the byte at column " + std::to_string(odd - line.begin() + 1) +
                   " is no printable ASCII character");
  }
  Result<EventLine, std::string> event = LineParser(line).parse();
  if (!event) return event;
  std::string canonical;
  canonical.reserve(line.size());
  append_line(canonical, *event);
  if (canonical != line)
    return Failure(std::string("the fields are not aligned as they are written"));
  return event;
}

}  // namespace ipcsim::trace
