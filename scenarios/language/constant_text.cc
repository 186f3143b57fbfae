// SPDX-License-Identifier: BSD-2-Clause
// Constants as the command line gives them, and the words of the kernel's that they can be.
#include <algorithm>
#include <array>

#include "kernel_model/abi/configuration.h"
#include "scenarios/language/constants.h"
#include "scenarios/language/units.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

struct UnitWord {
  std::string_view word;
  Unit unit;
};

constexpr auto kUnitWords = std::to_array<UnitWord>({{"cy", Unit::kCycles},
                                                     {"ns", Unit::kNanoseconds},
                                                     {"us", Unit::kMicroseconds},
                                                     {"ms", Unit::kMilliseconds},
                                                     {"page", Unit::kPage},
                                                     {"KiB", Unit::kKibibytes},
                                                     {"MiB", Unit::kMebibytes}});

std::optional<std::int64_t> integer_from_text(std::string_view text, std::int64_t clock_mhz) {
  Unit unit = Unit::kCycles;
  for (const UnitWord& entry : kUnitWords) {
    if (!text.ends_with(entry.word)) continue;
    text = trim(text.substr(0, text.size() - entry.word.size()));
    unit = entry.unit;
    break;
  }
  std::optional<std::int64_t> number = parse_signed(text);
  if (!number && text.starts_with("0x")) {  // hexadecimal gives the 64 bits
    if (const auto bits = parse_unsigned(text)) number = static_cast<std::int64_t>(*bits);
  }
  if (!number || (is_host_time(unit) && clock_mhz == 0)) return std::nullopt;
  const Checked64 result = in_base_units(*number, unit, clock_mhz);
  if (!result.ok()) return std::nullopt;
  return *result;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::optional<ConstantValue> constant_from_text(std::string_view text, std::int64_t clock_mhz) {
  text = trim(text);
  if (text == "true" || text == "false") return ConstantValue(text == "true");
  if (const auto number = integer_from_text(text, clock_mhz)) return ConstantValue(*number);
  if (auto bytes = unquote(text)) return ConstantValue(std::move(*bytes));
  if (is_word(text) && !(text.front() >= '0' && text.front() <= '9')) {
    return ConstantValue(Word{std::string(text)});
  }
  return std::nullopt;
}

bool is_kernel_word(std::string_view word) {
  const std::vector<std::string_view> words = kernel_words();
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string_view> kernel_words() {
  std::vector<std::string_view> words{"full_task", "thread_local"};
  for (std::size_t index = 0; index < kernel::policies().size(); ++index) {
    for (const auto& value : kernel::policy_values(static_cast<kernel::Policy>(index))) {
      words.push_back(value.name);
    }
  }
  return words;
}

}  // namespace ipcsim::scenario
