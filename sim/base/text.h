// SPDX-License-Identifier: BSD-2-Clause
// Small work on text: cutting, quoting, numbers, and suggestions for mistyped words. All of it by
// bytes and ASCII rules, never by the host's locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipcsim {

// The parts between separators; one empty part of an empty text. The parts are views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// Without spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

std::string join(std::span<const std::string> parts, std::string_view separator);
std::string join(std::span<const std::string_view> parts, std::string_view separator);

// What becomes of a space in quoted text: itself, or \x20 where spaces separate fields.
enum class Spaces { kKept, kEscaped };

// Text in double quotes, printable ASCII only: \" \\ \n \r \t and \xHH (always two digits) stand
// for the rest. unquote() undoes it, and gives nothing for text that is not so quoted.
std::string quote(std::string_view text, Spaces spaces = Spaces::kKept);
void append_quoted(std::string& out, std::string_view text, Spaces spaces);
std::optional<std::string> unquote(std::string_view quoted);

// Whole numbers: decimal or 0x hexadecimal, digits may be grouped as in 20_000; parse_signed()
// takes one leading '-'. Nothing when anything else is in the text or the value does not fit.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);

// How many letters must be put in, left out, changed or swapped with their neighbour to make one
// word of the other. Takes time and memory by the product of the lengths.
std::size_t edit_distance(std::string_view one, std::string_view other);

// The candidate that was probably meant by `word`: the nearest within a third of the word's length
// (at least 1), the first of those equally near; nothing when all are too far.
std::optional<std::string_view> closest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace ipcsim
