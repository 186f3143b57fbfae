// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/line_layout.h"

#include <algorithm>

#include "scenarios/language/utf8.h"

namespace ipcsim::scenario {

namespace {

// A place to break is kBreak, then how deep it is as one character, then the space
// that stands there if the line is not broken, then kEndOfBreak. None of these control characters
// can stand in the text of a scenario.
constexpr char kBreak = '\x01';
constexpr char kEndOfBreak = '\x02';
constexpr std::size_t kDeepest = 100;
constexpr std::size_t kFirstDepth = 0x10;
constexpr std::size_t kOutermost = 2;  // depths are even for separators, odd for operators

char depth_character(std::size_t depth) {
  return static_cast<char>(kFirstDepth + std::min(depth, kDeepest));
}

std::string without_marks(std::string_view text) {
  std::string flat;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kBreak) {
      ++i;  // the depth
    } else if (text[i] != kEndOfBreak) {
      flat += text[i];
    }
  }
  return flat;
}

std::size_t width_without_marks(std::string_view text) {
  std::size_t width = character_count(text);
  for (const char c : text) width -= c == kBreak ? 2 : c == kEndOfBreak ? 1 : 0;
  return width;
}

// Puts pieces on lines, each as long as it can be.
class Filler {
 public:
  explicit Filler(std::size_t indentation)
      : continuation_(indentation + kContinuation), column_(indentation) {}

  void fill(std::string_view text, std::size_t depth);
  std::string take() { return std::move(page_); }

 private:
  void place(std::string_view space, std::string_view piece, std::size_t depth);

  std::size_t continuation_;
  std::size_t column_;
  std::string page_;
};

// `text` is broken at the places of `depth`, and where a piece is too long for a line at deeper
// ones.
void Filler::fill(std::string_view text, std::size_t depth) {
  const char mark[] = {kBreak, depth_character(depth)};
  std::string_view space;
  for (;;) {
    const std::size_t end = text.find(std::string_view(mark, sizeof mark));
    place(space, text.substr(0, end), depth);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + sizeof mark);
    const std::size_t end_of_break = text.find(kEndOfBreak);
    space = text.substr(0, end_of_break);
    text.remove_prefix(end_of_break + 1);
  }
}

void Filler::place(std::string_view space, std::string_view piece, std::size_t depth) {
  const std::size_t width = width_without_marks(piece);
  const bool first_on_line = page_.empty() || page_.ends_with(' ');
  if (!first_on_line && column_ + space.size() + width > kLineWidth) {
    page_ += '\n';
    page_.append(continuation_, ' ');
    column_ = continuation_;
  } else if (!page_.empty()) {
    page_ += space;
    column_ += space.size();
  }
  if (column_ + width > kLineWidth && piece.find(kBreak) != std::string_view::npos) {
    fill(piece, depth + 1);
    return;
  }
  page_ += without_marks(piece);
  column_ += width;
}

}  // namespace

void LineText::add_break(std::string_view space, Break kind) {
  if (depth_ == 0) {
    text_ += space;
    return;
  }
  text_ += kBreak;
  text_ += depth_character(2 * depth_ + (kind == Break::kOperator ? 1 : 0));
  text_ += space;
  text_ += kEndOfBreak;
}

void LineText::open_parenthesis() {
  text_ += '(';
  ++depth_;
}

void LineText::close_parenthesis() {
  text_ += ')';
  --depth_;
}

std::string LineText::flat() const { return without_marks(text_); }

std::size_t LineText::width() const { return width_without_marks(text_); }

std::string LineText::broken(std::size_t indentation) const {
  Filler filler(indentation);
  filler.fill(text_, kOutermost);
  return filler.take();
}

}  // namespace ipcsim::scenario
