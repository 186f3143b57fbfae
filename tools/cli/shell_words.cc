// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/shell_words.h"

#include <algorithm>
#include <string_view>

namespace ipcsim::cli {
namespace {

bool is_plain(char letter) {
  constexpr std::string_view kPlain = "%+,-./:=@_";
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || kPlain.find(letter) != std::string_view::npos;
}

void append_word(std::string& line, const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
    line += word;
    return;
  }
  line += '\'';
  for (const char letter : word) {
    if (letter == '\'') {
      line += "'\\''";
    } else {
      line += letter;
    }
  }
  line += '\'';
}

}  // namespace

std::string shell_line(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    append_word(line, word);
  }
  return line;
}

}  // namespace ipcsim::cli
