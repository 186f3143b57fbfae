// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/integer_operations.h"

#include <string>

#include <fmt/format.h>

#include "sim/base/check.h"

namespace ipcsim::scenario {

std::optional<bool> compare_integers(BinaryOperator operation, std::int64_t left,
                                     std::int64_t right) {
  switch (operation) {
    case BinaryOperator::kEqual:
      return left == right;
    case BinaryOperator::kNotEqual:
      return left != right;
    case BinaryOperator::kLess:
      return left < right;
    case BinaryOperator::kLessEqual:
      return left <= right;
    case BinaryOperator::kGreater:
      return left > right;
    case BinaryOperator::kGreaterEqual:
      return left >= right;
    default:
      return std::nullopt;
  }
}

Checked64 combine_integers(BinaryOperator operation, std::int64_t left, std::int64_t right) {
  switch (operation) {
    case BinaryOperator::kAdd:
      return checked_add(left, right);
    case BinaryOperator::kSubtract:
      return checked_subtract(left, right);
    case BinaryOperator::kMultiply:
      return checked_multiply(left, right);
    case BinaryOperator::kDivide:
      return checked_divide(left, right);
    case BinaryOperator::kRemainder:
      return checked_remainder(left, right);
    case BinaryOperator::kBitAnd:
      return left & right;
    case BinaryOperator::kBitOr:
      return left | right;
    case BinaryOperator::kBitXor:
      return left ^ right;
    case BinaryOperator::kShiftLeft:
      return checked_shift_left(left, right);
    case BinaryOperator::kShiftRight:
      return checked_shift_right(left, right);
    default:
      SIM_CHECK(false, "the operator combines integers");
      return 0;
  }
}

std::size_t width_of(BuiltIn function) {
  switch (function) {
    case BuiltIn::le8:
    case BuiltIn::get8:
    case BuiltIn::load8:
    case BuiltIn::store8:
      return 1;
    case BuiltIn::le16:
    case BuiltIn::get16:
    case BuiltIn::load16:
    case BuiltIn::store16:
      return 2;
    case BuiltIn::le32:
    case BuiltIn::get32:
    case BuiltIn::load32:
    case BuiltIn::store32:
      return 4;
    case BuiltIn::le64:
    case BuiltIn::get64:
    case BuiltIn::load64:
    case BuiltIn::store64:
      return 8;
    default:
      return 0;
  }
}

bool has_replica(const TaskGroup& group, std::int64_t number) {
  return group.first && number >= *group.first && number <= *group.first + (group.count - 1);
}

void report_empty_range(Diagnostics& diagnostics, const RangeBounds& bounds, std::int64_t first,
                        std::int64_t last) {
  diagnostics
      .report(DiagnosticCode::empty_range, span(bounds.first->range, bounds.last->range),
              fmt::format("{}..{} is empty", first, last))
      .with_help("both ends belong to a range, and the first is the lesser");
}

void report_arithmetic(Diagnostics& diagnostics, SourceRange range, ArithmeticError error) {
  diagnostics.report(DiagnosticCode::arithmetic, range, std::string(describe(error)));
}

void report_clock_needed(Diagnostics& diagnostics, SourceRange unit) {
  diagnostics
      .report(DiagnosticCode::clock_needed, unit,
              "how many cycles this is depends on the clock, and the machine has none")
      .with_help("say `clock N MHz` in the `machine` block, or give the time in `cy`");
}

void report_argument_count(Diagnostics& diagnostics, SourceRange range,
                           const CallSignature& signature, std::size_t found) {
  std::string expected = std::to_string(signature.required);
  if (signature.more == MoreArguments::kLastRepeats) {
    expected = "at least " + expected;
  } else if (signature.count != signature.required) {
    expected += fmt::format(" to {}", signature.count);
  }
  const bool one = signature.count == 1 && signature.required == 1;
  diagnostics.report(DiagnosticCode::wrong_argument_count, range,
                     fmt::format("`{}` takes {} argument{}, here {} {}", signature.name,
                                 expected == "0" ? "no" : expected, one ? "" : "s",
                                 found == 1 ? "is" : "are", found));
}

void report_replica_mismatch(Diagnostics& diagnostics, SourceRange range, const TaskGroup& group) {
  if (!group.first) {
    diagnostics
        .report(DiagnosticCode::wrong_replica, range,
                fmt::format("there is one `{}`, so it has no number", group.name))
        .with_secondary(group.declaration->name.range, "declared here");
    return;
  }
  diagnostics
      .report(DiagnosticCode::wrong_replica, range,
              fmt::format("there are several `{}`: say which", group.name))
      .with_secondary(group.declaration->name.range, "declared here")
      .with_help(fmt::format("`{}[{}]` is the first of them", group.name, *group.first));
}

void report_no_replica(Diagnostics& diagnostics, SourceRange range, const TaskGroup& group,
                       std::int64_t number) {
  diagnostics
      .report(DiagnosticCode::wrong_replica, range,
              fmt::format("there is no `{}[{}]`", group.name, number))
      .with_secondary(
          group.declaration->replicas->range,
          fmt::format("there are {} to {}", *group.first, *group.first + (group.count - 1)));
}

}  // namespace ipcsim::scenario
