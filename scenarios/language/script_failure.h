// SPDX-License-Identifier: BSD-2-Clause
// ScriptFailure: why the code of a scenario made a run fail, as plain data: it is noted on a fiber,
// where nothing is formatted, and put into words after the run (failure_text.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel_model/abi/ids.h"
#include "scenarios/language/value.h"
#include "sim/base/cycles.h"
#include "sim/trace/record.h"

namespace ipcsim::scenario {

enum class FailureKind : std::uint8_t {
  // Findings `unhandled_error`.
  kCallFailed,    // left: the error
  kArithmetic,    // detail: an ArithmeticError
  kWrongKind,     // left: the value; detail: the ValueKind it should have
  kNoKey,         // left: what is neither an integer nor a descriptor
  kNoEntry,       // left: the key
  kOutsideBytes,  // left: the offset; right: the bytes
  kDoesNotFit,    // left: the number; detail: the bytes it should fit into
  kBytesTooLong,  // left: the length
  kTableFull,
  kTableInTable,
  kNoReplica,  // left: the number; detail: the group of tasks
  kNoThread,   // left: the number; detail: the family
  kNoField,    // left: the event
  kNegative,   // left: a span of time, a bound or the like that must not be negative
  kNoArm,      // left: the value of the match
  // Findings `failed_expectation`.
  kExpectedKind,   // left: what came; detail: the code of the kind that was expected
  kExpectedValue,  // left: what came; right: what was expected
  kExpectedTrue,   // detail: the judgement; terms are noted
  kWithin,         // left: the span that is over
  kAlways,         // detail: the expectation; terms are noted
  kNever,          // likewise
  kEventually,     // likewise
  kEventuallyWithin,
  kFinally,
  // Finding `livelock`: the interpreter knows who.
  kLivelock,
};

struct ScriptFailure {
  static constexpr std::size_t kMaximumTerms = 8;

  FailureKind kind = FailureKind::kCallFailed;
  std::uint32_t detail = 0;
  Value left = {};
  Value right = {};
  Value terms[kMaximumTerms] = {};  // in the order of Judgement::terms
  std::uint32_t term_count = 0;
  std::uint32_t instruction = 0;  // where in the program
  kernel::ThreadId thread = {};   // whose code it is; none for an expectation over the run
  kernel::TaskId task = {};       // of that thread
  Cycle cycle = 0;
};

// "unhandled_error" or "failed_expectation".
std::string_view finding_name(FailureKind kind);

}  // namespace ipcsim::scenario
