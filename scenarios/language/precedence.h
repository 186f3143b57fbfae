// SPDX-License-Identifier: BSD-2-Clause
// How tightly operators bind, in one place for parser and printer. Operators of one level group
// from the left; those of kComparison do not chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scenarios/language/expression.h"
#include "scenarios/language/lexer.h"

namespace ipcsim::scenario {

enum class Precedence : std::uint8_t {
  kOr,
  kAnd,
  kNot,  // `not`, `all`, `any`
  kComparison,
  kConcatenation,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kSum,
  kProduct,
  kNegation,
  kUnit,  // `pages page`
  kPostfix,
};

constexpr Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<std::uint8_t>(precedence) + 1);
}

struct BinaryOperatorDescription {
  BinaryOperator operation;
  TokenKind token;
  Precedence precedence;
};

const BinaryOperatorDescription& describe(BinaryOperator operation);
std::optional<BinaryOperatorDescription> find_binary_operator(TokenKind token);

// What the printer has to know of any expression: how tightly its outermost operator binds.
Precedence precedence_of(const Expression& expression);

std::string_view word_of(Unit unit);
std::optional<Unit> find_unit(std::string_view word);

std::string_view word_of(EndReason reason);  // empty for kAny

}  // namespace ipcsim::scenario
