// SPDX-License-Identifier: BSD-2-Clause
// ExpressionParser: expressions and conditions, by precedence climbing. It gives an expression in
// any case; after a mistake the context is failed and an ErrorExpression stands for what is
// missing.
#pragma once

#include <vector>

#include "scenarios/language/expression.h"
#include "scenarios/language/judged_under.h"
#include "scenarios/language/parse_context.h"
#include "scenarios/language/precedence.h"

namespace ipcsim::scenario {

class ExpressionParser {
 public:
  explicit ExpressionParser(ParseContext& context) : context_(context) {}

  ExpressionPtr parse() { return parse_from(Precedence::kOr); }

  // Stops before an operator that binds less tightly: for places where `in` or `and` follows.
  ExpressionPtr parse_from(Precedence loosest);

  // A task or thread: `T`, `T.t`, `client[2].main`, `M.T`.
  ExpressionPtr parse_path(std::string_view what);

  RangeBounds parse_range();
  // A..B, or one expression (then `last` is null).
  RangeBounds parse_range_or_expression();

  // `by run` behind a condition or a deadline, if it stands there.
  JudgedUnder parse_judged_under();

  QualifiedName parse_qualified_name(std::string_view what);
  std::vector<ExpressionPtr> parse_arguments();  // in parentheses
  std::vector<Name> parse_parameter_names();     // in parentheses

  // The bytes between quotes as they stand.
  static bool is_call(const Expression& expression) {
    return expression.as<CallExpression>() != nullptr && !expression.parenthesised;
  }

 private:
  ExpressionPtr parse_operand(Precedence loosest);
  ExpressionPtr parse_negation();
  ExpressionPtr parse_not_level(Precedence loosest);
  ExpressionPtr parse_postfix();
  ExpressionPtr parse_suffix(ExpressionPtr object);
  ExpressionPtr parse_primary();
  ExpressionPtr parse_parenthesised();
  ExpressionPtr parse_integer();
  ExpressionPtr parse_bytes();
  ExpressionPtr parse_call(ExpressionPtr callee);
  ExpressionPtr parse_count();
  ExpressionPtr parse_unit(ExpressionPtr operand);
  ExpressionPtr parse_binary(ExpressionPtr left, const BinaryOperatorDescription& operation);
  ExpressionPtr parse_comparison_suffix(ExpressionPtr subject);
  EndReason parse_end_reason();
  bool at_comparison_suffix() const;
  void reject_chain();

  // Makes a node that begins at `begin` and ends at the last token taken.
  ExpressionPtr make(SourceRange begin, Expression::Node node);
  ExpressionPtr make_error();

  ParseContext& context_;
};

}  // namespace ipcsim::scenario
