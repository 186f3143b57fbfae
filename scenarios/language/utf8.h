// SPDX-License-Identifier: BSD-2-Clause
// What the language needs to know of UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ipcsim::scenario {

inline constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";  // U+FFFD

// How many bytes the character at `at` has: 1 to 4; 0 when the bytes there are no UTF-8 (overlong
// forms, surrogates and values beyond U+10FFFF are none). `at` is inside the text.
std::size_t utf8_length(std::string_view text, std::size_t at);

// The place of the first byte that is no UTF-8; npos when there is none.
std::size_t find_invalid_utf8(std::string_view text);

// Whether the (valid) character at `at` shows as nothing or changes how others show: the controls
// U+0000 to U+001F, U+007F to U+009F, and those that reverse the direction of text.
bool is_control_character(std::string_view text, std::size_t at);

// The text on one line, safe to be shown: with U+FFFD in place of every control character and of
// every byte that is no UTF-8.
std::string printable(std::string_view text);

// How many characters a valid text has.
std::size_t character_count(std::string_view text);

}  // namespace ipcsim::scenario
