// SPDX-License-Identifier: BSD-2-Clause
// Formatters: how the arguments of an event are shown. Ready-made ArgumentFormatters for the tables
// of a Vocabulary; all write printable ASCII without spaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/names.h"

namespace ipcsim::trace {

void format_unsigned(std::string& out, std::uint64_t value, const Names& names);
void format_signed(std::string& out, std::uint64_t value, const Names& names);  // two's complement
void format_hex(std::string& out, std::uint64_t value, const Names& names);     // 0x1f
void format_cycles(std::string& out, std::uint64_t value, const Names& names);  // kNever: "never"
void format_yes_no(std::string& out, std::uint64_t value, const Names& names);  // 0: "no"
void format_lane(std::string& out, std::uint64_t value, const Names& names);    // a LaneId's value
void format_bytes(std::string& out, std::uint64_t value, const Names& names);   // Recorder::keep

// The text with this number in a group of Names.
template <unsigned kGroup>
void format_name(std::string& out, std::uint64_t value, const Names& names) {
  names.append_name(out, kGroup, value);
}

// Bytes as format_bytes shows them: a quoted text, spaces escaped. Zero bytes at the end are not
// written out; then the length stands behind: "ping"[32] is ping and 28 zero bytes.
void append_bytes(std::string& out, std::span<const std::byte> bytes);

// The bytes that append_bytes wrote; nothing when `text` is not what it writes.
std::optional<std::vector<std::byte>> parse_bytes(std::string_view text);

}  // namespace ipcsim::trace
