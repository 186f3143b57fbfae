// SPDX-License-Identifier: BSD-2-Clause
// Words: the words of one line of a table, taken from the front.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/text.h"

namespace ipcsim::oracle {

class Words {
 public:
  explicit Words(std::string_view text) : rest_(trim(text)) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  // Takes the text if it comes next, followed by a space or the end.
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    if (rest_.size() > text.size() && rest_[text.size()] != ' ') return false;
    rest_ = trim(rest_.substr(text.size()));
    return true;
  }
  std::string_view next() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_ = trim(rest_.substr(word.size()));
    return word;
  }
  std::optional<std::uint64_t> number() { return parse_unsigned(next()); }
  // A word NAME=NUMBER.
  std::optional<std::uint64_t> number(std::string_view name) {
    const std::string_view word = next();
    if (!word.starts_with(name) || word.substr(name.size(), 1) != "=") return std::nullopt;
    return parse_unsigned(word.substr(name.size() + 1));
  }

 private:
  std::string_view rest_;
};

}  // namespace ipcsim::oracle
