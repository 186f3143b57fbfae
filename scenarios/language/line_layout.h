// SPDX-License-Identifier: BSD-2-Clause
// One line of canonical text on its way to the page: text with marks where it may be broken when it
// is too long. That is only inside parentheses, where a line end means nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ipcsim::scenario {

inline constexpr std::size_t kLineWidth = 100;   // columns
inline constexpr std::size_t kIndentation = 2;   // of a block
inline constexpr std::size_t kContinuation = 4;  // of the further lines of a statement

class LineText {
 public:
  void add(std::string_view text) { text_ += text; }
  void add(char c) { text_ += c; }

  // A place where the line may be broken if it is inside parentheses; `space` is what stands there
  // otherwise. Separators are rather broken at than operators.
  enum class Break : std::uint8_t { kSeparator, kOperator };
  void add_break(std::string_view space, Break kind);
  void open_parenthesis();
  void close_parenthesis();

  // All on one line.
  std::string flat() const;
  std::size_t width() const;

  // On as many lines as it takes, the first one at `indentation` (which is not part of the text).
  // Outer parentheses are broken before inner ones.
  std::string broken(std::size_t indentation) const;

 private:
  std::string text_;       // with a mark character at every place to break
  std::size_t depth_ = 0;  // open parentheses
};

}  // namespace ipcsim::scenario
