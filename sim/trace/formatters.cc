// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/formatters.h"

#include <algorithm>

#include "sim/base/cycles.h"
#include "sim/base/digits.h"
#include "sim/base/text.h"

namespace ipcsim::trace {

namespace {

constexpr std::size_t kMaximumParsedBytes = 65536;  // so that "x"[999999999999] costs nothing

std::string_view characters(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void format_unsigned(std::string& out, std::uint64_t value, const Names&) {
  append_decimal(out, value);
}

void format_signed(std::string& out, std::uint64_t value, const Names&) {
  append_signed(out, static_cast<std::int64_t>(value));
}

void format_hex(std::string& out, std::uint64_t value, const Names&) {
  out += "0x";
  append_hex(out, value);
}

void format_cycles(std::string& out, std::uint64_t value, const Names&) {
  if (value == kNever) {
    out += "never";
  } else {
    append_decimal(out, value);
  }
}

void format_yes_no(std::string& out, std::uint64_t value, const Names&) {
  out += value == 0 ? "no" : "yes";
}

void format_lane(std::string& out, std::uint64_t value, const Names& names) {
  names.append_lane(out, LaneId(static_cast<std::uint32_t>(value)));
}

void format_bytes(std::string& out, std::uint64_t value, const Names& names) {
  append_bytes(out, names.bytes(value));
}

void append_bytes(std::string& out, std::span<const std::byte> bytes) {
  std::size_t shown = bytes.size();
  while (shown != 0 && bytes[shown - 1] == std::byte{0}) --shown;
  append_quoted(out, characters(bytes.first(shown)), Spaces::kEscaped);
  if (shown == bytes.size()) return;
  out += '[';
  append_decimal(out, bytes.size());
  out += ']';
}

std::optional<std::vector<std::byte>> parse_bytes(std::string_view text) {
  const std::string_view whole = text;
  std::optional<std::size_t> length;
  if (text.ends_with(']')) {
    const std::size_t open = text.rfind('[');
    if (open == std::string_view::npos) return std::nullopt;
    length = parse_unsigned(text.substr(open + 1, text.size() - open - 2));
    if (!length || *length > kMaximumParsedBytes) return std::nullopt;
    text = text.substr(0, open);
  }
  const std::optional<std::string> shown = unquote(text);
  if (!shown || (length && *length <= shown->size())) return std::nullopt;
  std::vector<std::byte> bytes(length.value_or(shown->size()));
  std::ranges::transform(*shown, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  std::string canonical;
  append_bytes(canonical, bytes);
  if (canonical != whole) return std::nullopt;
  return bytes;
}

}  // namespace ipcsim::trace
