// SPDX-License-Identifier: BSD-2-Clause
// The integer operators by their place in the tree, and what the checks say about numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/built_in.h"
#include "scenarios/language/call_table.h"
#include "scenarios/language/checked.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/expression.h"

namespace ipcsim::scenario {

// Nothing when `operation` is not one of `< <= > >= == !=`.
std::optional<bool> compare_integers(BinaryOperator operation, std::int64_t left,
                                     std::int64_t right);

// `operation` is one of `+ - * / % & | ^ << >>`.
Checked64 combine_integers(BinaryOperator operation, std::int64_t left, std::int64_t right);

// Of `le8` … `get64`; 0 of others.
std::size_t width_of(BuiltIn function);

// A..B with A behind B.
void report_empty_range(Diagnostics& diagnostics, const RangeBounds& bounds, std::int64_t first,
                        std::int64_t last);

bool has_replica(const TaskGroup& group, std::int64_t number);

void report_arithmetic(Diagnostics& diagnostics, SourceRange range, ArithmeticError error);
void report_clock_needed(Diagnostics& diagnostics, SourceRange unit);
void report_argument_count(Diagnostics& diagnostics, SourceRange range,
                           const CallSignature& signature, std::size_t found);
// A replicated group without a number, or one that is not replicated with one.
void report_replica_mismatch(Diagnostics& diagnostics, SourceRange range, const TaskGroup& group);
void report_no_replica(Diagnostics& diagnostics, SourceRange range, const TaskGroup& group,
                       std::int64_t number);

}  // namespace ipcsim::scenario
