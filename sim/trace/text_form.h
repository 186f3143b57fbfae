// SPDX-License-Identifier: BSD-2-Clause
// The text form of a trace: its fixed words and widths, shared by those who write it and those who
// read it. README.md in this folder describes the form; a change here raises kFormatVersion.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipcsim::trace {

// Counts changes of the form. A reader refuses every version but its own.
inline constexpr unsigned kFormatVersion = 1;

// No line is longer, its end not counted: a reader needs no more memory than this for one line.
inline constexpr std::size_t kMaximumLine = std::size_t{64} * 1024;

// Columns of an event line. A field that is wider pushes the rest of its line to the right.
inline constexpr std::size_t kCycleWidth = 10;  // right-aligned, the others left
inline constexpr std::size_t kCpuWidth = 5;
inline constexpr std::size_t kLaneWidth = 20;  // LANE#STEP
inline constexpr std::size_t kKindWidth = 6;
inline constexpr std::size_t kNameWidth = 12;

inline constexpr std::string_view kMagic = "#ipcsim trace ";
inline constexpr std::string_view kEndEvents = "#end events=";
inline constexpr std::string_view kEndHash = " hash=";

// The last line of the header: what the columns are.
inline constexpr std::string_view kHeading =
    "#    cycle cpu   lane#step            kind   name         arguments, result, flow, why, place";

// The lines of the header between the first and the heading, in their order.
enum class HeaderItem : std::uint8_t {
  kTool,
  kScenario,
  kParameter,
  kPolicy,
  kDefect,
  kCost,
  kSeed,
  kSchedule,
  kRecorded,
};

enum class Occurs : std::uint8_t { kOnce, kAtMostOnce, kAnyNumber };

struct HeaderItemForm {
  std::string_view word;  // the line begins with '#' and this word
  Occurs occurs;
};

// Indexed by HeaderItem.
inline constexpr std::array<HeaderItemForm, 9> kHeaderItems{{
    {"tool", Occurs::kOnce},
    {"scenario", Occurs::kOnce},
    {"parameter", Occurs::kAnyNumber},
    {"policy", Occurs::kAnyNumber},
    {"defect", Occurs::kAnyNumber},
    {"cost", Occurs::kOnce},
    {"seed", Occurs::kAtMostOnce},
    {"schedule", Occurs::kAnyNumber},
    {"recorded", Occurs::kOnce},
}};

constexpr const HeaderItemForm& form_of(HeaderItem item) {
  return kHeaderItems[static_cast<std::size_t>(item)];
}

}  // namespace ipcsim::trace
