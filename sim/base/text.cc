// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/text.h"

#include <algorithm>
#include <limits>

namespace ipcsim {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Nobody mistypes a word of this length; it bounds the time that closest() takes.
constexpr std::size_t kLongestSuggestedFor = 64;

std::optional<unsigned> digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

void append_escape(std::string& out, char c) {
  out += '\\';
  switch (c) {
    case '"':
    case '\\':
      out += c;
      break;
    case '\n':
      out += 'n';
      break;
    case '\r':
      out += 'r';
      break;
    case '\t':
      out += 't';
      break;
    default: {
      const auto byte = static_cast<unsigned char>(c);
      out += 'x';
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    }
  }
}

template <class Part>
std::string join_parts(std::span<const Part> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return join_parts(parts, separator);
}

std::string join(std::span<const std::string_view> parts, std::string_view separator) {
  return join_parts(parts, separator);
}

void append_quoted(std::string& out, std::string_view text, Spaces spaces) {
  out += '"';
  const char least = spaces == Spaces::kEscaped ? '!' : ' ';
  while (!text.empty()) {
    const auto stands_for_itself = [least](char c) {
      return c >= least && c <= '~' && c != '"' && c != '\\';
    };
    const auto odd = std::ranges::find_if_not(text, stands_for_itself);
    const auto plain = static_cast<std::size_t>(odd - text.begin());
    out += text.substr(0, plain);
    if (plain == text.size()) break;
    append_escape(out, *odd);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

std::string quote(std::string_view text, Spaces spaces) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  append_quoted(quoted, text, spaces);
  return quoted;
}

std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') return std::nullopt;
  quoted = quoted.substr(1, quoted.size() - 2);
  std::string text;
  text.reserve(quoted.size());
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const auto byte = static_cast<unsigned char>(quoted[i]);
    if (byte < 0x20 || byte > 0x7e || quoted[i] == '"') return std::nullopt;
    if (quoted[i] != '\\') {
      text += quoted[i];
      continue;
    }
    if (++i == quoted.size()) return std::nullopt;
    switch (quoted[i]) {
      case '"':
      case '\\':
        text += quoted[i];
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'x': {
        if (quoted.size() - i < 3) return std::nullopt;
        const auto high = digit_value(quoted[i + 1]);
        const auto low = digit_value(quoted[i + 2]);
        if (!high || !low) return std::nullopt;
        text += static_cast<char>(*high << 4 | *low);
        i += 2;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return text;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  std::uint64_t base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
  constexpr std::uint64_t kMaximum = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (text[i - 1] == '_') return std::nullopt;
      continue;
    }
    const auto digit = digit_value(text[i]);
    if (!digit || *digit >= base) return std::nullopt;
    if (value > (kMaximum - *digit) / base) return std::nullopt;
    value = value * base + *digit;
  }
  return value;
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto magnitude = parse_unsigned(text);
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (!magnitude || *magnitude > kLargest + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::size_t edit_distance(std::string_view one, std::string_view other) {
  // Row i holds the distances of the first i letters of `one` to every beginning of `other`
  // (optimal string alignment: a swap needs the row before the last one).
  std::vector<std::size_t> before_last(other.size() + 1);
  std::vector<std::size_t> last(other.size() + 1);
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const bool same = one[i - 1] == other[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[other.size()];
}

std::optional<std::string_view> closest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.size() > kLongestSuggestedFor) return std::nullopt;
  std::size_t bound = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string_view> best;
  for (const std::string_view candidate : candidates) {
    const std::size_t shorter = std::min(word.size(), candidate.size());
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - shorter >= bound) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= bound || distance >= longer) continue;  // the latter: no letter in common
    bound = distance;
    best = candidate;
  }
  return best;
}

}  // namespace ipcsim
