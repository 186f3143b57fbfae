// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree, part two: what the body of a thread or proc is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "scenarios/language/comment.h"
#include "scenarios/language/expression.h"
#include "scenarios/language/judged_under.h"

namespace ipcsim::scenario {

struct Statement;

struct Block {
  SourceRange range;  // with its braces
  std::vector<Statement> statements;
  std::vector<Comment> opening;  // behind `{` on its line
  std::vector<Comment> closing;  // on lines of their own before `}`
};

struct FailsClause {
  Name error;
};
struct ExpectKindClause {
  Name kind;
};
struct ExpectValueClause {
  ExpressionPtr value;  // after `expect ==`
};

// `try`: an error is received as the value (or dropped), it does not end the run.
enum class ErrorHandling : std::uint8_t { kUnhandled, kReceived };

// An expression that is evaluated as a statement or to set a variable. The clauses are there only
// when `value` is a CallExpression; `fails` and `expect` are not there together with `try`.
struct Action {
  SourceRange range;
  ErrorHandling errors = ErrorHandling::kUnhandled;
  ExpressionPtr value;
  ExpressionPtr timeout;  // may be null
  std::variant<std::monostate, FailsClause, ExpectKindClause, ExpectValueClause> outcome;
  ExpressionPtr within;  // may be null
  JudgedUnder within_judged = JudgedUnder::kEverySchedule;
};

enum class Mutability : std::uint8_t { kLet, kVar };

struct LetStatement {
  Mutability mutability = Mutability::kLet;
  Name name;
  Action action;
};

enum class Assignment : std::uint8_t { kSet, kAdd };  // `=`, `+=`

// `place` is a NameExpression, or an IndexExpression of one.
struct AssignStatement {
  ExpressionPtr place;
  Assignment assignment = Assignment::kSet;
  Action action;
};

// A call for its effect.
struct CallStatement {
  Action action;
};

// `delete t[k]`: `place` is an IndexExpression.
struct DeleteStatement {
  ExpressionPtr place;
};

struct IfBranch {
  ExpressionPtr condition;
  Block body;
};

// `if … { } else if … { } else { }`
struct IfStatement {
  std::vector<IfBranch> branches;  // at least one
  std::optional<Block> otherwise;
};

struct WhileStatement {
  ExpressionPtr condition;
  Block body;
};

struct LoopStatement {
  Block body;
};

// `for i in A..B { }`
struct ForRangeStatement {
  Name variable;
  RangeBounds bounds;
  Block body;
};

// `for k in TABLE { }`
struct ForTableStatement {
  Name variable;
  ExpressionPtr table;
  Block body;
};

struct MatchArm {
  SourceRange range;
  SurroundingsPtr surroundings;
  std::optional<Name> kind;     // none: `else`, which is the last arm
  std::optional<Name> binding;  // the event or error inside the arm
  Block body;
};

struct MatchStatement {
  ExpressionPtr subject;
  std::vector<MatchArm> arms;
  std::vector<Comment> opening;  // as in Block
  std::vector<Comment> closing;
};

struct BreakStatement {};
struct ContinueStatement {};
struct ReturnStatement {
  ExpressionPtr value;  // may be null
};

// `expect C [by run]`
struct ExpectStatement {
  ExpressionPtr condition;
  JudgedUnder judged = JudgedUnder::kEverySchedule;
};
struct MarkStatement {
  Name mark;
};
struct AwaitStatement {
  ExpressionPtr condition;
};
struct ComputeStatement {
  ExpressionPtr duration;
};
struct SleepStatement {
  ExpressionPtr duration;
};
struct YieldStatement {};

struct Statement {
  using Node = std::variant<LetStatement, AssignStatement, CallStatement, DeleteStatement,
                            IfStatement, WhileStatement, LoopStatement, ForRangeStatement,
                            ForTableStatement, MatchStatement, BreakStatement, ContinueStatement,
                            ReturnStatement, ExpectStatement, MarkStatement, AwaitStatement,
                            ComputeStatement, SleepStatement, YieldStatement>;

  SourceRange range;
  SurroundingsPtr surroundings;  // may be null
  Node node;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

}  // namespace ipcsim::scenario
