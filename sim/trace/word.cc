// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/word.h"

#include <algorithm>
#include <array>

#include "sim/base/text.h"

namespace ipcsim::trace {

namespace {

// Indexed by byte: names are looked over for every line that is written.
constexpr std::array<bool, 256> kBare = [] {
  std::array<bool, 256> bare{};
  for (char c = 'a'; c <= 'z'; ++c) bare[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) bare[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) bare[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("._-/[]:+?")) bare[static_cast<unsigned char>(c)] = true;
  return bare;
}();

bool is_bare(char c) { return kBare[static_cast<unsigned char>(c)]; }

// Needs no quotes as the rest of a line.
bool is_plain(std::string_view text) {
  return !text.empty() && !text.starts_with('"') && !text.starts_with(' ') &&
         !text.ends_with(' ') &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

bool is_bare_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_bare);
}

void append_word(std::string& out, std::string_view text) {
  if (is_bare_word(text)) {
    out += text;
  } else {
    append_quoted(out, text, Spaces::kEscaped);
  }
}

std::string word_of(std::string_view text) {
  std::string word;
  append_word(word, text);
  return word;
}

std::optional<std::string> text_of(std::string_view word) {
  if (is_bare_word(word)) return std::string(word);
  std::optional<std::string> text = unquote(word);
  if (!text || word_of(*text) != word) return std::nullopt;  // not the one word of that text
  return text;
}

void append_free_text(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += text;
  } else {
    append_quoted(out, text, Spaces::kKept);
  }
}

std::optional<std::string> free_text_of(std::string_view written) {
  if (is_plain(written)) return std::string(written);
  std::optional<std::string> text = unquote(written);
  if (!text || is_plain(*text) || quote(*text) != written) return std::nullopt;
  return text;
}

std::string_view leading_word(std::string_view text) {
  if (!text.starts_with('"')) {
    return text.substr(
        0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_bare) - text.begin()));
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return text.substr(0, i + 1);
    }
  }
  return text;
}

}  // namespace ipcsim::trace
