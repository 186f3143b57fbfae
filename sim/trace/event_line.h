// SPDX-License-Identifier: BSD-2-Clause
// EventLine: one event as the text form shows it, cut into its fields. The texts are fields of the
// line (words, see word.h) and borrowed from it; nothing here needs a Vocabulary.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/cycles.h"
#include "sim/base/result.h"
#include "sim/trace/record.h"

namespace ipcsim::trace {

struct ArgumentText {
  std::string_view key;
  std::string_view value;

  friend bool operator==(const ArgumentText&, const ArgumentText&) = default;
};

struct EventLine {
  Cycle cycle = 0;
  std::uint16_t cpu = kNoCpu;
  std::string_view lane;
  std::uint32_t step = 0;
  std::string_view kind;
  std::string_view name;
  std::array<ArgumentText, kMaximumArguments> all_arguments{};  // those not used are empty
  std::size_t argument_count = 0;
  std::string_view result;  // empty: none
  std::uint32_t flow = 0;   // 0: none
  std::string_view why;     // empty: none
  std::string_view file;    // empty: no place in a scenario
  std::uint32_t line = 0;   // from 1; 0: no place

  std::span<const ArgumentText> arguments() const {
    return std::span(all_arguments).first(argument_count);
  }

  friend bool operator==(const EventLine&, const EventLine&) = default;
};

// Appends the line, its end not included.
void append_line(std::string& out, const EventLine& event);

// Reads a line given without its end. Accepts exactly what append_line() writes; the error says
// what is wrong, in words.
Result<EventLine, std::string> read_line(std::string_view line);

}  // namespace ipcsim::trace
