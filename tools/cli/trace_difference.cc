// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/trace_difference.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/trace/text_form.h"

namespace ipcsim::cli {
namespace {

// Gives the lines of a text that count, one after the other. A last line without its end is
// another line than one with it: the end is part of the line here.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      const std::string_view line =
          rest_.substr(0, end == std::string_view::npos ? rest_.size() : end + 1);
      rest_.remove_prefix(line.size());
      ++number_;
      if (!names_tool(line)) return line;
    }
    return std::nullopt;
  }

  std::size_t number() const { return number_; }

 private:
  static bool names_tool(std::string_view line) {
    const std::string_view word = trace::form_of(trace::HeaderItem::kTool).word;
    return line.starts_with('#') && line.substr(1).starts_with(word) &&
           line.substr(1 + word.size()).starts_with(' ');
  }

  std::string_view rest_;
  std::size_t number_ = 0;
};

std::string shown(std::optional<std::string_view> line) {
  constexpr std::size_t kWidest = 400;
  if (!line) return "(the trace ends here)";
  std::string_view text = *line;
  const bool whole = text.ends_with('\n');
  if (whole) text.remove_suffix(1);
  std::string out;
  for (const char letter : text.substr(0, kWidest)) {
    // A damaged trace must not command the terminal.
    out += static_cast<unsigned char>(letter) < ' ' || letter == '\x7f' ? '?' : letter;
  }
  if (text.size() > kWidest) out += "...";
  if (!whole) out += " (without a line end)";
  return out;
}

}  // namespace

std::optional<TraceDifference> first_difference(std::string_view expected, std::string_view found) {
  Lines expected_lines(expected);
  Lines found_lines(found);
  TraceDifference difference;
  for (;;) {
    difference.expected = expected_lines.next();
    difference.found = found_lines.next();
    if (difference.expected != difference.found) break;
    if (!difference.expected) return std::nullopt;
    difference.before = *difference.expected;
  }
  difference.line = difference.expected ? expected_lines.number() : found_lines.number();
  return difference;
}

std::string describe(const TraceDifference& difference) {
  std::string text = fmt::format("  first difference in line {}:\n", difference.line);
  if (!difference.before.empty()) text += fmt::format("      {}\n", shown(difference.before));
  text += fmt::format("    - {}\n    + {}\n", shown(difference.expected), shown(difference.found));
  return text;
}

}  // namespace ipcsim::cli
