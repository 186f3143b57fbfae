// SPDX-License-Identifier: BSD-2-Clause
// The operators of ExpressionChecker.
#include <fmt/format.h>

#include "scenarios/language/expression_checker.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/kinds.h"
#include "scenarios/language/suggestion.h"
#include "scenarios/language/units.h"

namespace ipcsim::scenario {

StaticValue ExpressionChecker::operator()(const UnitExpression& node) {
  const StaticValue operand =
      require(*node.operand, place_, StaticKind::kInteger, "what stands before a unit");
  if (is_host_time(node.unit) && context_.constants.clock() == 0) {
    report_clock_needed(state_.diagnostics, node.unit_range);
    return StaticKind::kPoisoned;
  }
  if (operand.poisoned()) return StaticKind::kPoisoned;
  if (!operand.integer) return StaticKind::kInteger;
  const Checked64 result = in_base_units(*operand.integer, node.unit, context_.constants.clock());
  if (result.ok()) return StaticValue::of(*result);
  report_arithmetic(state_.diagnostics, current_->range, result.error());
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::operator()(const UnaryExpression& node) {
  if (node.operation == UnaryOperator::kNot) {
    StaticValue operand =
        require(*node.operand, place_, StaticKind::kBoolean, "what `not` stands before");
    if (operand.poisoned()) return operand;
    StaticValue result(StaticKind::kBoolean);
    if (operand.truth) result.truth = !*operand.truth;
    return result;
  }
  const StaticValue operand =
      require(*node.operand, place_, StaticKind::kInteger, "what `-` stands before");
  if (operand.poisoned() || !operand.integer) {
    return operand.poisoned() ? StaticKind::kPoisoned : StaticKind::kInteger;
  }
  const Checked64 result = checked_negate(*operand.integer);
  if (result.ok()) return StaticValue::of(*result);
  report_arithmetic(state_.diagnostics, current_->range, result.error());
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::operator()(const BinaryExpression& node) {
  switch (node.operation) {
    case BinaryOperator::kOr:
    case BinaryOperator::kAnd: {
      const bool both = node.operation == BinaryOperator::kAnd;
      const auto found =
          operands(node, StaticKind::kBoolean, both ? "what `and` joins" : "what `or` joins");
      return found ? StaticKind::kBoolean : StaticKind::kPoisoned;
    }
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
      return equality(node);
    case BinaryOperator::kIn:
      return membership(node);
    case BinaryOperator::kStartsWith:
    case BinaryOperator::kConcatenate:
      return bytes_operation(node);
    default:
      return integer_operation(node);
  }
}

// Both sides, when each is or can be of the kind; the first that is not is reported.
std::optional<ExpressionChecker::Operands> ExpressionChecker::operands(const BinaryExpression& node,
                                                                       StaticKind kind,
                                                                       std::string_view what) {
  const Place place = place_;
  const Operands found{value(*node.left, place), value(*node.right, place)};
  if (!found.left.can_be(kind) || !found.right.can_be(kind)) {
    const bool first = !found.left.can_be(kind);
    const StaticValue& odd = first ? found.left : found.right;
    mismatch((first ? node.left : node.right)->range, what, kind, odd);
    return std::nullopt;
  }
  if (found.left.poisoned() || found.right.poisoned()) return std::nullopt;
  return found;
}

StaticValue ExpressionChecker::equality(const BinaryExpression& node) {
  const Place place = place_;
  StaticValue left = check(*node.left, place);
  StaticValue right = check(*node.right, place);
  if (left.poisoned() || right.poisoned()) return StaticKind::kPoisoned;
  if (left.kind == right.kind &&
      (left.is(StaticKind::kKindWord) || left.is(StaticKind::kAccessWord))) {
    return StaticKind::kBoolean;
  }
  if (!left.is_value()) left = value(*node.left, place);
  if (!right.is_value()) right = value(*node.right, place);
  if (left.poisoned() || right.poisoned()) return StaticKind::kPoisoned;
  if (!left.can_be(right.kind) && !right.can_be(left.kind)) {
    state_.diagnostics
        .report(DiagnosticCode::wrong_kind, current_->range,
                fmt::format("{} and {} are never equal", describe(left.kind), describe(right.kind)))
        .with_secondary(node.left->range, std::string(describe(left.kind)))
        .with_secondary(node.right->range, std::string(describe(right.kind)));
    return StaticKind::kPoisoned;
  }
  StaticValue result(StaticKind::kBoolean);
  if (left.integer && right.integer) {
    result.truth = compare_integers(node.operation, *left.integer, *right.integer);
  }
  return result;
}

StaticValue ExpressionChecker::membership(const BinaryExpression& node) {
  const Place place = place_;
  check_key(*node.left, place);
  const StaticValue table =
      require(*node.right, place, StaticKind::kTable, "what stands behind `in`");
  return table.poisoned() ? StaticKind::kPoisoned : StaticKind::kBoolean;
}

StaticValue ExpressionChecker::bytes_operation(const BinaryExpression& node) {
  const bool joins = node.operation == BinaryOperator::kConcatenate;
  const auto found =
      operands(node, StaticKind::kBytes, joins ? "what `++` joins" : "what `starts_with` compares");
  if (!found) return StaticKind::kPoisoned;
  if (!joins) return StaticKind::kBoolean;
  if (!found->left.length || !found->right.length) return StaticValue::bytes({});
  return StaticValue::bytes(*found->left.length + *found->right.length);
}

StaticValue ExpressionChecker::integer_operation(const BinaryExpression& node) {
  const auto found =
      operands(node, StaticKind::kInteger,
               node.operation == BinaryOperator::kAdd ? "what `+` adds (bytes are joined by `++`)"
                                                      : "what this operator combines");
  if (!found) return StaticKind::kPoisoned;
  const auto& [left, right] = *found;
  const bool compares = compare_integers(node.operation, 0, 0).has_value();
  const bool divides =
      node.operation == BinaryOperator::kDivide || node.operation == BinaryOperator::kRemainder;
  if (divides && right.integer && *right.integer == 0) {
    report_arithmetic(state_.diagnostics, node.right->range, ArithmeticError::kDivisionByZero);
    return StaticKind::kPoisoned;
  }
  if (!left.integer || !right.integer) {
    return compares ? StaticKind::kBoolean : StaticKind::kInteger;
  }
  if (compares) {
    StaticValue result(StaticKind::kBoolean);
    result.truth = compare_integers(node.operation, *left.integer, *right.integer);
    return result;
  }
  const Checked64 result = combine_integers(node.operation, *left.integer, *right.integer);
  if (result.ok()) return StaticValue::of(*result);
  report_arithmetic(state_.diagnostics, current_->range, result.error());
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::operator()(const IsExpression& node) {
  const Place place = place_;
  const Expression& whole = *current_;
  if (const auto path = terms_.path_from_task(*node.operand)) {
    if (path->steps.size() == 2) return terms_.run_state(whole, *path, node.kind, place);
  }
  const StaticValue operand = check(*node.operand, place);
  if (operand.poisoned() || node.kind.text.empty()) return StaticKind::kPoisoned;
  const auto kind = find_kind(node.kind.text);
  if (!kind) {
    std::vector<std::string_view> legal(event_kind_words().begin(), event_kind_words().end());
    legal.insert(legal.end(), error_words().begin(), error_words().end());
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_kind, node.kind.range,
                   "there is no kind of event or error", node.kind.text, legal);
    return StaticKind::kPoisoned;
  }
  const bool has_kind = operand.can_be(StaticKind::kEvent) || operand.is(StaticKind::kError) ||
                        operand.is(StaticKind::kKindWord);
  const bool error = std::holds_alternative<kernel::KernelError>(*kind);
  if (has_kind && !(operand.is(StaticKind::kEvent) && error) &&
      !(operand.is(StaticKind::kError) && !error)) {
    return StaticKind::kBoolean;
  }
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, node.operand->range,
      has_kind
          ? fmt::format("{} is never `{}`", describe(operand.kind), node.kind.text)
          : fmt::format("only events and errors have a kind, this is {}", describe(operand.kind)));
  return StaticKind::kPoisoned;
}

}  // namespace ipcsim::scenario
