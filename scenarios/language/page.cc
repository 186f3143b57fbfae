// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/page.h"

#include <utility>

namespace ipcsim::scenario {

void Page::add_blank_line() {
  if (style_ == CommentStyle::kKept && !text_.empty()) text_ += '\n';
}

void Page::add_line(std::string_view text) {
  if (!text_.empty()) text_ += '\n';
  text_.append(indentation_, ' ');
  text_ += text;
}

void Page::add_line(const LineText& line) {
  add_line(fits(line) ? line.flat() : line.broken(indentation_));
}

void Page::add_comments(const std::vector<Comment>& comments) {
  if (style_ == CommentStyle::kDropped) return;
  for (const Comment& comment : comments) {
    if (comment.spacing == Spacing::kBlankLine) add_blank_line();
    add_line(comment.text);
  }
}

void Page::add_comments_behind(const std::vector<Comment>& comments) {
  if (style_ == CommentStyle::kDropped) return;
  for (const Comment& comment : comments) {
    text_ += "  ";
    text_ += comment.text;
  }
}

void Page::begin_item(const Surroundings* surroundings) {
  if (surroundings == nullptr) return;
  add_comments(surroundings->before);
  if (surroundings->spacing == Spacing::kBlankLine) add_blank_line();
}

void Page::end_item(const Surroundings* surroundings) {
  if (surroundings != nullptr) add_comments_behind(surroundings->behind);
}

void Page::indent(const std::vector<Comment>& opening) {
  add_comments_behind(opening);
  indentation_ += kIndentation;
}

void Page::outdent(const std::vector<Comment>& closing) {
  add_comments(closing);
  indentation_ -= kIndentation;
}

bool Page::plain(const Surroundings* surroundings) const {
  return style_ == CommentStyle::kDropped || surroundings == nullptr ||
         (surroundings->before.empty() && surroundings->behind.empty() &&
          surroundings->spacing == Spacing::kNextLine);
}

std::string Page::take() {
  if (!text_.empty()) text_ += '\n';
  return std::move(text_);
}

}  // namespace ipcsim::scenario
