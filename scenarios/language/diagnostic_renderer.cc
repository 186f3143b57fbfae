// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/diagnostic_renderer.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "scenarios/language/utf8.h"

namespace ipcsim::scenario {

namespace {

constexpr std::size_t kTabStop = 4;
constexpr std::size_t kLongestLine = 120;   // longer lines are shown by a piece of this width
constexpr std::size_t kContext = 40;        // columns shown before the caret of such a piece
constexpr std::size_t kLongestText = 4000;  // bytes of a line that are looked at,
constexpr std::size_t kTextAround = 1000;   // or else so many on either side of the caret
constexpr std::string_view kElision = "...";

// A source line as it is shown, or what is near a place of it when it is very long.
class ShownLine {
 public:
  // `aim` is the offset in the line that must be seen.
  ShownLine(std::string_view line, std::size_t aim) {
    aim = std::min(aim, line.size());
    if (line.size() > kLongestText) {
      cut_before_ = character_boundary(line, aim > kTextAround ? aim - kTextAround : 0);
      line = line.substr(cut_before_, 2 * kTextAround);
    }
    add_columns(line);
    const std::size_t column = column_of(aim);
    if (columns_.size() > kLongestLine) {
      const std::size_t last_first = columns_.size() - kLongestLine;
      first_ = std::min(column > kContext ? column - kContext : 0, last_first);
    }
  }

  std::string text() const {
    std::string shown(elided_before() ? kElision : "");
    const std::size_t end = std::min(first_ + kLongestLine, columns_.size());
    for (std::size_t i = first_; i < end; ++i) shown += columns_[i];
    if (end != columns_.size()) shown += kElision;
    while (shown.ends_with(' ')) shown.pop_back();
    return shown;
  }

  // Where the character at `offset` of the line stands in text(); what is not seen stands at its
  // edges.
  std::size_t shown_column(std::size_t offset) const {
    const std::size_t last = std::min(first_ + kLongestLine, columns_.size());
    const std::size_t column = std::clamp(column_of(offset), first_, last);
    return column - first_ + (elided_before() ? kElision.size() : 0);
  }

 private:
  static std::size_t character_boundary(std::string_view line, std::size_t offset) {
    while (offset > 0 && utf8_length(line, offset) == 0) --offset;
    return offset;
  }

  bool elided_before() const { return first_ != 0 || cut_before_ != 0; }

  void add_columns(std::string_view line) {
    for (std::size_t at = 0; at < line.size();) {
      const std::size_t length = utf8_length(line, at);
      const std::string_view character = line.substr(at, std::max<std::size_t>(length, 1));
      column_at_.insert(column_at_.end(), character.size(), columns_.size());
      if (character == "\t") {
        do columns_.emplace_back(" ");
        while (columns_.size() % kTabStop != 0);
      } else {
        const bool printable = length != 0 && !is_control_character(line, at);
        columns_.push_back(printable ? character : kReplacementCharacter);
      }
      at += character.size();
    }
  }

  std::size_t column_of(std::size_t offset) const {
    if (offset < cut_before_) return 0;
    offset -= cut_before_;
    return offset < column_at_.size() ? column_at_[offset] : columns_.size();
  }

  std::size_t cut_before_ = 0;  // bytes of the line before those looked at
  std::vector<std::string_view> columns_;
  std::vector<std::size_t> column_at_;  // of each byte looked at
  std::size_t first_ = 0;               // the first column shown
};

struct MarkedSpan {
  SourceRange range;
  std::string_view label;
  char mark;
};

class Renderer {
 public:
  Renderer(const SourceFiles& sources, Colour colour) : sources_(sources), colour_(colour) {}

  void add(const Diagnostic& diagnostic);
  void add_line(const std::string& line) { out_ += line + '\n'; }
  std::string take() { return std::move(out_); }

 private:
  std::string painted(std::string_view code, std::string_view text) const {
    if (colour_ == Colour::kNone) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  }
  void add_head(const Diagnostic& diagnostic);
  void add_excerpts(const Diagnostic& diagnostic);
  void add_excerpt(std::vector<MarkedSpan>::const_iterator first,
                   std::vector<MarkedSpan>::const_iterator last);
  void add_imports(const Diagnostic& diagnostic);

  const SourceFiles& sources_;
  Colour colour_;
  std::size_t gutter_ = 0;
  std::string severity_colour_;
  std::string out_;
};

void Renderer::add(const Diagnostic& diagnostic) {
  severity_colour_ = diagnostic.severity() == Severity::kError ? "1;31" : "1;33";
  gutter_ = 5;
  add_head(diagnostic);
  if (diagnostic.range.has_place()) add_excerpts(diagnostic);
  add_imports(diagnostic);
  if (!diagnostic.help.empty()) {
    add_line(fmt::format("{:{}} = {}: {}", "", gutter_, painted("1", "help"), diagnostic.help));
  }
}

void Renderer::add_head(const Diagnostic& diagnostic) {
  std::string place = "ipcsim";
  if (diagnostic.range.has_place()) {
    const SourceFile& file = sources_.file(diagnostic.range.file);
    const SourcePosition position = file.position(diagnostic.range.begin);
    place = fmt::format("{}:{}:{}", printable(file.path()), position.line, position.column);
  }
  const bool error = diagnostic.severity() == Severity::kError;
  const std::string severity =
      fmt::format("{}[{}]", error ? "error" : "warning", code_text(diagnostic.code));
  add_line(fmt::format("{}: {}: {}", painted("1", place), painted(severity_colour_, severity),
                       painted("1", diagnostic.message)));
}

void Renderer::add_excerpts(const Diagnostic& diagnostic) {
  std::vector<MarkedSpan> spans{{diagnostic.range, diagnostic.label, '^'}};
  for (const SecondarySpan& secondary : diagnostic.secondary) {
    if (secondary.range.has_place()) spans.push_back({secondary.range, secondary.label, '-'});
  }
  const auto line_of = [&](const MarkedSpan& span) {
    return std::pair(span.range.file, sources_.file(span.range.file).line_of(span.range.begin));
  };
  // Spans of one line follow each other, so that the line is shown once.
  for (std::size_t i = 0; i < spans.size(); ++i) {
    std::stable_partition(
        spans.begin() + static_cast<std::ptrdiff_t>(i) + 1, spans.end(),
        [&](const MarkedSpan& span) { return line_of(span) == line_of(spans[i]); });
    gutter_ = std::max(gutter_, std::to_string(line_of(spans[i]).second).size() + 1);
  }
  FileIndex shown_file = diagnostic.range.file;
  for (auto first = spans.cbegin(); first != spans.cend();) {
    const auto last = std::find_if(first, spans.cend(), [&](const MarkedSpan& span) {
      return line_of(span) != line_of(*first);
    });
    if (first->range.file != shown_file) {
      shown_file = first->range.file;
      add_line(fmt::format("{:{}} : {}", "", gutter_, printable(sources_.line_name(first->range))));
    }
    add_excerpt(first, last);
    first = last;
  }
}

void Renderer::add_excerpt(std::vector<MarkedSpan>::const_iterator first,
                           std::vector<MarkedSpan>::const_iterator last) {
  const SourceFile& file = sources_.file(first->range.file);
  if (file.text().empty()) return;  // it could not be read, or there is nothing in it
  const std::uint32_t number = file.line_of(first->range.begin);
  const std::size_t begin = file.line_begin(number);
  const std::string_view text = file.line_text(number);
  const ShownLine line(text, first->range.begin - begin);
  const std::string piece = line.text();
  const std::string number_text = painted("1;34", fmt::format("{:>{}} |", number, gutter_));
  add_line(piece.empty() ? number_text : fmt::format("{} {}", number_text, piece));
  for (; first != last; ++first) {
    const std::size_t from = line.shown_column(first->range.begin - begin);
    const std::size_t end_offset = std::min<std::size_t>(first->range.end - begin, text.size());
    const std::size_t to = line.shown_column(end_offset);
    std::string marks(to > from ? to - from : 1, first->mark);
    if (!first->label.empty()) marks += fmt::format(" {}", first->label);
    const std::string colour = first->mark == '^' ? severity_colour_ : std::string("1;34");
    add_line(fmt::format("{} {:{}}{}", painted("1;34", fmt::format("{:{}} |", "", gutter_)), "",
                         from, painted(colour, marks)));
  }
}

void Renderer::add_imports(const Diagnostic& diagnostic) {
  SourceRange range = diagnostic.range;
  while (range.has_place()) {
    range = sources_.file(range.file).imported_at();
    if (!range.has_place()) return;
    add_line(
        fmt::format("{:{}} = imported at {}", "", gutter_, printable(sources_.line_name(range))));
  }
}

ReportedPlace place_of(const SourceFiles& sources, SourceRange range) {
  const SourceFile& file = sources.file(range.file);
  return {file.path(), file.position(range.begin), file.position(range.end)};
}

}  // namespace

std::string render(const Diagnostics& diagnostics, Colour colour) {
  Renderer renderer(diagnostics.sources(), colour);
  for (const Diagnostic* diagnostic : diagnostics.shown()) renderer.add(*diagnostic);
  const std::size_t omitted = diagnostics.omitted();
  if (omitted != 0) {
    renderer.add_line(
        fmt::format("{} more {} not shown", omitted, omitted == 1 ? "message is" : "messages are"));
  }
  return renderer.take();
}

std::vector<ReportedDiagnostic> reported(const Diagnostics& diagnostics) {
  const SourceFiles& sources = diagnostics.sources();
  std::vector<ReportedDiagnostic> all;
  for (const Diagnostic* diagnostic : diagnostics.shown()) {
    ReportedDiagnostic& one = all.emplace_back();
    one.code = code_text(diagnostic->code);
    one.severity = diagnostic->severity() == Severity::kError ? "error" : "warning";
    one.message = diagnostic->message;
    one.label = diagnostic->label;
    one.help = diagnostic->help;
    for (const SecondarySpan& secondary : diagnostic->secondary) {
      if (!secondary.range.has_place()) continue;
      one.related.push_back({place_of(sources, secondary.range), secondary.label});
    }
    if (!diagnostic->range.has_place()) continue;
    one.place = place_of(sources, diagnostic->range);
    for (SourceRange at = sources.file(diagnostic->range.file).imported_at(); at.has_place();
         at = sources.file(at.file).imported_at()) {
      one.imported_at.push_back(place_of(sources, at));
    }
  }
  return all;
}

}  // namespace ipcsim::scenario
