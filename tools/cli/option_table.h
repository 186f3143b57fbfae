// SPDX-License-Identifier: BSD-2-Clause
// The verbs and options of the program, declared once: the parser, the help texts and the
// suggestions for mistyped words all come from these tables. Constant data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace ipcsim::cli {

enum class Occurs : std::uint8_t { kAtMostOnce, kAnyNumber };

struct Option {
  std::string_view name;        // without dashes
  char letter = 0;              // of the short form; 0: none
  std::string_view value_name;  // as help shows it; empty: a switch, which takes no value
  std::string_view help;
  Occurs occurs = Occurs::kAtMostOnce;
  std::string_view implied{};  // the value of an option that is given without; empty: it needs one

  bool takes_value() const { return !value_name.empty(); }
};

struct Example {
  std::string_view command;  // what stands behind "ipcsim "; it works in the project's root folder
  std::string_view effect;
};

struct Verb {
  static constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

  std::string_view name;
  std::string_view summary;   // one line
  std::string_view operands;  // as help shows them: "FILE...", or empty
  std::size_t least_operands = 0;
  std::size_t most_operands = kNoBound;
  std::span<const Example> examples;
  std::span<const Option> options;
  std::string_view notes;  // a paragraph of its help; may be empty
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);  // null when there is none

// What a verb of a later version will do, in a few words; empty when none is planned by that name.
std::string_view planned_verb(std::string_view name);

// What may stand in front of any verb, or alone.
std::span<const Option> global_options();

}  // namespace ipcsim::cli
