// SPDX-License-Identifier: BSD-2-Clause
// StatementParser: blocks of statements, as they stand in threads and procs.
#pragma once

#include "scenarios/language/expression_parser.h"
#include "scenarios/language/parse_context.h"
#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

class StatementParser {
 public:
  StatementParser(ParseContext& context, ExpressionParser& expressions)
      : context_(context), expressions_(expressions) {}

  // With its braces. After a mistake in what precedes the block on its line, it is read all the
  // same, so that mistakes in it are found.
  Block parse_block();

 private:
  Statement parse_statement(ItemPlace place);
  Statement::Node parse_node();
  Statement::Node parse_let(Mutability mutability);
  Statement::Node parse_delete();
  Statement::Node parse_if();
  Statement::Node parse_for();
  Statement::Node parse_match();
  MatchArm parse_arm(ItemPlace place, const MatchStatement& match);
  Statement::Node parse_return();
  Statement::Node parse_assignment_or_call();
  Statement::Node reject_expression(const Expression& expression);
  bool at_else();

  Action parse_action();
  void complete_action(Action& action);
  void parse_outcome(Action& action);
  void check_clause(const Action& action, bool repeated, SourceRange clause);

  ParseContext& context_;
  ExpressionParser& expressions_;
};

}  // namespace ipcsim::scenario
