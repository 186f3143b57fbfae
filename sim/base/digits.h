// SPDX-License-Identifier: BSD-2-Clause
// Numbers as text and back, for places where a general library would cost more than the rest of the
// work. Each number has one text: what is read must be exactly what is written.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ipcsim {

inline constexpr std::size_t kMostDigits = 20;  // of a 64-bit number in decimal

// "00" "01" ... "99".
inline constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Writes the digits so that the last one stands before `end`; gives the place of the first.
inline char* write_decimal_before(char* end, std::uint64_t value) {
  while (value >= 100) {
    end -= 2;
    std::memcpy(end, kDigitPairs.data() + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value < 10) {
    *--end = static_cast<char>('0' + value);
    return end;
  }
  end -= 2;
  std::memcpy(end, kDigitPairs.data() + 2 * value, 2);
  return end;
}

// Writes the digits at `to`, where kMostDigits characters fit; gives the place behind the last.
inline char* write_decimal(char* to, std::uint64_t value) {
  return std::to_chars(to, to + kMostDigits, value).ptr;
}

inline void append_decimal(std::string& out, std::uint64_t value) {
  std::array<char, kMostDigits> digits;
  char* const end = write_decimal(digits.data(), value);
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

inline void append_signed(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  append_decimal(
      out, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
}

// Without leading zeros and without "0x".
inline void append_hex(std::string& out, std::uint64_t value) {
  std::array<char, 16> digits;
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// Always 16 digits, as digests and hashes are shown.
inline void append_digest(std::string& out, std::uint64_t value) {
  constexpr std::size_t kDigits = 16;
  std::array<char, kDigits> digits;
  char* const end = std::to_chars(digits.data(), digits.data() + kDigits, value, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  out.append(kDigits - size, '0').append(digits.data(), size);
}

// What append_decimal() wrote; nothing for any other text.
inline std::optional<std::uint64_t> read_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

// What append_digest() wrote; nothing for any other text.
inline std::optional<std::uint64_t> read_digest(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
    value = value << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return value;
}

}  // namespace ipcsim
