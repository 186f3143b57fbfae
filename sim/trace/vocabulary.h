// SPDX-License-Identifier: BSD-2-Clause
// Vocabulary: what the numbers of a Record mean. The layers that record declare their events in
// tables; this layer knows no kernel and prints by those tables alone. A vocabulary is constant: it
// is the same for every run of one program version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipcsim::trace {

class Names;

// Appends one argument's text: printable ASCII without spaces (formatters.h has the usual ones).
// A formatter that appends nothing leaves its argument out of the line, key and all.
using ArgumentFormatter = void (*)(std::string& out, std::uint64_t value, const Names& names);

struct ArgumentType {
  std::string_view key;  // lower case words joined by '_'; printed as key=value
  ArgumentFormatter format = nullptr;
};

// `kind` groups events for `--trace KINDS`: an index into Vocabulary::kinds, and the bit that
// Recorder::records() asks for. At most four arguments, in ascending order of their keys; `flow`
// and `why` are no keys. `result_value`: the argument with this index is printed behind "->"
// instead of among the arguments, or not at all when the record has a result; -1: none.
struct EventType {
  unsigned kind = 0;
  std::string_view name;
  std::span<const ArgumentType> arguments;
  int result_value = -1;
};

inline constexpr std::size_t kMaximumKinds = 32;  // as many as a KindMask has bits

// Index 0 of `reasons` and `results` is the empty text and is never printed.
struct Vocabulary {
  std::span<const std::string_view> kinds;  // "ipc", "sched", "thread", ...
  std::span<const EventType> events;
  std::span<const std::string_view> reasons;
  std::span<const std::string_view> results;
};

// What is wrong with a vocabulary by the rules above, one sentence each; empty when all is well.
// For the unit tests of the layers that declare one: nothing checks it while a run is recorded.
std::vector<std::string> problems_of(const Vocabulary& vocabulary);

}  // namespace ipcsim::trace
