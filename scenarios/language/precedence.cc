// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/precedence.h"

#include <array>
#include <cstddef>

namespace ipcsim::scenario {

namespace {

using Operator = BinaryOperator;

// In the order of BinaryOperator.
constexpr auto kOperators = std::to_array<BinaryOperatorDescription>({
    {Operator::kOr, TokenKind::kOr, Precedence::kOr},
    {Operator::kAnd, TokenKind::kAnd, Precedence::kAnd},
    {Operator::kEqual, TokenKind::kEqual, Precedence::kComparison},
    {Operator::kNotEqual, TokenKind::kNotEqual, Precedence::kComparison},
    {Operator::kLess, TokenKind::kLess, Precedence::kComparison},
    {Operator::kLessEqual, TokenKind::kLessEqual, Precedence::kComparison},
    {Operator::kGreater, TokenKind::kGreater, Precedence::kComparison},
    {Operator::kGreaterEqual, TokenKind::kGreaterEqual, Precedence::kComparison},
    {Operator::kIn, TokenKind::kIn, Precedence::kComparison},
    {Operator::kStartsWith, TokenKind::kStartsWith, Precedence::kComparison},
    {Operator::kConcatenate, TokenKind::kPlusPlus, Precedence::kConcatenation},
    {Operator::kBitOr, TokenKind::kBar, Precedence::kBitOr},
    {Operator::kBitXor, TokenKind::kCaret, Precedence::kBitXor},
    {Operator::kBitAnd, TokenKind::kAmpersand, Precedence::kBitAnd},
    {Operator::kShiftLeft, TokenKind::kShiftLeft, Precedence::kShift},
    {Operator::kShiftRight, TokenKind::kShiftRight, Precedence::kShift},
    {Operator::kAdd, TokenKind::kPlus, Precedence::kSum},
    {Operator::kSubtract, TokenKind::kMinus, Precedence::kSum},
    {Operator::kMultiply, TokenKind::kStar, Precedence::kProduct},
    {Operator::kDivide, TokenKind::kSlash, Precedence::kProduct},
    {Operator::kRemainder, TokenKind::kPercent, Precedence::kProduct},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < kOperators.size(); ++i) {
    if (static_cast<std::size_t>(kOperators[i].operation) != i) return false;
  }
  return true;
}
static_assert(in_order());

// In the order of Unit.
constexpr auto kUnitWords =
    std::to_array<std::string_view>({"cy", "ns", "us", "ms", "page", "KiB", "MiB"});

// In the order of EndReason.
constexpr auto kReasonWords =
    std::to_array<std::string_view>({"", "exit", "kill", "unhandled_fault"});

}  // namespace

const BinaryOperatorDescription& describe(BinaryOperator operation) {
  return kOperators[static_cast<std::size_t>(operation)];
}

std::optional<BinaryOperatorDescription> find_binary_operator(TokenKind token) {
  for (const BinaryOperatorDescription& description : kOperators) {
    if (description.token == token) return description;
  }
  return std::nullopt;
}

Precedence precedence_of(const Expression& expression) {
  if (const auto* binary = expression.as<BinaryExpression>()) {
    return describe(binary->operation).precedence;
  }
  if (const auto* unary = expression.as<UnaryExpression>()) {
    return unary->operation == UnaryOperator::kNot ? Precedence::kNot : Precedence::kNegation;
  }
  if (const auto* quantified = expression.as<QuantifiedCondition>()) {
    return quantified->quantifier == Quantifier::kCount ? Precedence::kPostfix : Precedence::kNot;
  }
  if (expression.as<IsExpression>() || expression.as<EndedCondition>() ||
      expression.as<PassedCondition>()) {
    return Precedence::kComparison;
  }
  if (expression.as<UnitExpression>()) return Precedence::kUnit;
  const auto* literal = expression.as<IntegerLiteral>();
  if (literal != nullptr && literal->spelling.starts_with('-')) return Precedence::kNegation;
  return Precedence::kPostfix;
}

std::string_view word_of(Unit unit) { return kUnitWords[static_cast<std::size_t>(unit)]; }

std::optional<Unit> find_unit(std::string_view word) {
  for (std::size_t i = 0; i < kUnitWords.size(); ++i) {
    if (kUnitWords[i] == word) return static_cast<Unit>(i);
  }
  return std::nullopt;
}

std::string_view word_of(EndReason reason) {
  return kReasonWords[static_cast<std::size_t>(reason)];
}

}  // namespace ipcsim::scenario
