// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/numbers.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.h"

namespace ipcsim::cli {

Usage<std::uint64_t> number_of(std::string_view option, std::string_view text) {
  if (const auto number = parse_unsigned(text)) return *number;
  const bool too_large =
      !text.empty() && text.find_first_not_of("0123456789_") == std::string_view::npos;
  if (too_large) {
    return wrong_usage(fmt::format("`--{} {}` is too large", option, text),
                       "the largest number is 18446744073709551615");
  }
  return wrong_usage(fmt::format("`--{} {}` is no number", option, text),
                     "write a whole number that is not negative, as in 20000, 20_000 or 0x4e20");
}

Usage<std::optional<std::uint64_t>> optional_number(const Arguments& arguments,
                                                    std::string_view option) {
  const std::string* const text = arguments.value(option);
  if (text == nullptr) return std::optional<std::uint64_t>();
  const auto number = number_of(option, *text);
  if (!number) return Failure(number.error());
  return std::optional(*number);
}

Usage<std::chrono::milliseconds> duration_of(std::string_view option, std::string_view text) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::minutes;
  using std::chrono::seconds;
  constexpr std::array<std::pair<std::string_view, milliseconds>, 4> kUnits{
      {{"ms", milliseconds(1)}, {"s", seconds(1)}, {"m", minutes(1)}, {"h", hours(1)}}};
  constexpr std::uint64_t kMost = 1'000'000'000;  // of any unit; far from overflowing
  std::string_view digits = text;
  milliseconds unit = seconds(1);
  for (const auto& [name, length] : kUnits) {
    if (!text.ends_with(name)) continue;
    digits.remove_suffix(name.size());
    unit = length;
    break;
  }
  const auto number = parse_unsigned(digits);
  if (!number || *number == 0 || *number > kMost) {
    return wrong_usage(fmt::format("`--{} {}` is no span of time", option, text),
                       "write a number and a unit, as in 60s, 15m or 2h");
  }
  return static_cast<std::int64_t>(*number) * unit;
}

}  // namespace ipcsim::cli
