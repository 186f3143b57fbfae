// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree, part one: names, expressions, conditions. What holds of a tree that was parsed
// without errors: no pointer is null unless its comment says so, and no path through a tree is
// longer than kMaximumNesting expressions (so recursion over it is safe). A tree that was parsed
// with errors has an ErrorExpression where an expression could not be read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct Name {
  std::string text;  // empty only where an error was reported
  SourceRange range;
};

// What can be named across files: `N`, or `M.N` after `import … as M`.
struct QualifiedName {
  std::optional<Name> module;
  Name name;

  SourceRange range() const { return module ? span(module->range, name.range) : name.range; }
};

// A..B, both ends included.
struct RangeBounds {
  ExpressionPtr first;
  ExpressionPtr last;
};

enum class UnaryOperator : std::uint8_t { kNegate, kNot };

enum class BinaryOperator : std::uint8_t {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kStartsWith,
  kConcatenate,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShiftLeft,
  kShiftRight,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
};

enum class Unit : std::uint8_t {
  kCycles,
  kNanoseconds,
  kMicroseconds,
  kMilliseconds,
  kPage,
  kKibibytes,
  kMebibytes,
};

struct ErrorExpression {};

struct IntegerLiteral {
  std::int64_t value = 0;  // of a hexadecimal number: its 64 bits
  std::string spelling;    // as written, with `_`, `0x` and, for the least integer, its `-`
};

// `20_000cy`, `4 KiB`, `pages page`: the operand times what the unit stands for.
struct UnitExpression {
  ExpressionPtr operand;
  Unit unit = Unit::kCycles;
  SourceRange unit_range;
};

struct BytesLiteral {
  std::string value;     // what it stands for
  std::string spelling;  // as written, with its quotes
};

struct BooleanLiteral {
  bool value = false;
};

// `table`: a new, empty table.
struct TableLiteral {};

// A variable, parameter, constant, task, or a word of the kernel's (`full_task`).
struct NameExpression {
  Name name;
};

// `e.fd`, `T.t.x`, `M.N`.
struct MemberExpression {
  ExpressionPtr object;
  Name member;
};

// `t[k]`, `client[2]`.
struct IndexExpression {
  ExpressionPtr object;
  ExpressionPtr index;
};

// `client[*]`, in conditions.
struct AllReplicasExpression {
  ExpressionPtr object;
};

// A system call, a built-in function or a proc.
struct CallExpression {
  QualifiedName callee;
  std::vector<ExpressionPtr> arguments;
};

struct UnaryExpression {
  UnaryOperator operation = UnaryOperator::kNegate;
  ExpressionPtr operand;
};

struct BinaryExpression {
  BinaryOperator operation = BinaryOperator::kAdd;
  ExpressionPtr left;
  ExpressionPtr right;
  SourceRange operator_range;
};

// `r is closed`, `T.t is polling`: the kind of an event or error, the run state of a thread.
struct IsExpression {
  ExpressionPtr operand;
  Name kind;
};

enum class EndReason : std::uint8_t { kAny, kExit, kKill, kUnhandledFault };

// `T ended`, `T.t ended`, `T ended by kill`.
struct EndedCondition {
  ExpressionPtr subject;
  EndReason reason = EndReason::kAny;
};

// `T.t passed MARK`.
struct PassedCondition {
  ExpressionPtr subject;
  Name mark;
};

enum class Quantifier : std::uint8_t { kAll, kAny, kCount };

// `all client[*].main ended`, `any …`, `count(…)`.
struct QuantifiedCondition {
  Quantifier quantifier = Quantifier::kAll;
  ExpressionPtr condition;
};

struct Expression {
  using Node =
      std::variant<ErrorExpression, IntegerLiteral, UnitExpression, BytesLiteral, BooleanLiteral,
                   TableLiteral, NameExpression, MemberExpression, IndexExpression,
                   AllReplicasExpression, CallExpression, UnaryExpression, BinaryExpression,
                   IsExpression, EndedCondition, PassedCondition, QuantifiedCondition>;

  SourceRange range;  // with the parentheses around it
  Node node;
  bool parenthesised = false;  // it was written in parentheses; the printer keeps them
  std::uint16_t height = 1;    // the number of expressions on the longest path down from here

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

}  // namespace ipcsim::scenario
