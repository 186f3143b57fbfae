// SPDX-License-Identifier: BSD-2-Clause
// Page: the canonical text as it grows, line by line, with comments and blank lines or without.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/comment.h"
#include "scenarios/language/line_layout.h"

namespace ipcsim::scenario {

// kDropped: no comments and no blank lines either.
enum class CommentStyle : std::uint8_t { kKept, kDropped };

class Page {
 public:
  explicit Page(CommentStyle style) : style_(style) {}

  // Around each statement, declaration or item; the surroundings may be null.
  void begin_item(const Surroundings* surroundings);
  void end_item(const Surroundings* surroundings);

  void add_comments(const std::vector<Comment>& comments);  // each on a line of its own
  void add_comments_behind(const std::vector<Comment>& comments);

  // Begins a line; what is too long goes on in the next ones.
  void add_line(const LineText& line);
  void add_line(std::string_view text);
  void add_blank_line();

  // Behind a line that ends in `{`, and before the line that begins with its `}`.
  void indent(const std::vector<Comment>& opening);
  void outdent(const std::vector<Comment>& closing);

  bool fits(const LineText& line) const { return indentation_ + line.width() <= kLineWidth; }

  // Whether nothing in these keeps a block from standing on one line.
  bool none(const std::vector<Comment>& comments) const {
    return style_ == CommentStyle::kDropped || comments.empty();
  }
  bool plain(const Surroundings* surroundings) const;

  std::string take();

 private:
  CommentStyle style_;
  std::size_t indentation_ = 0;
  std::string text_;  // without the line end of the last line
};

}  // namespace ipcsim::scenario
