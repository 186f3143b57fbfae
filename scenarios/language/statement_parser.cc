// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/statement_parser.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scenarios/language/block_parser.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

constexpr auto kStatementWords = std::to_array<std::string_view>(
    {"let", "var", "if", "while", "loop", "for", "match", "break", "continue", "return", "expect",
     "mark", "await", "compute", "sleep", "yield", "try", "delete"});

constexpr auto kClauseWords =
    std::to_array<std::string_view>({"timeout", "fails", "expect", "within"});

bool can_be_assigned(const Expression& place) {
  if (place.parenthesised) return false;
  if (place.as<NameExpression>() != nullptr) return true;
  const auto* entry = place.as<IndexExpression>();
  return entry != nullptr && entry->object->as<NameExpression>() != nullptr &&
         !entry->object->parenthesised;
}

}  // namespace

Block StatementParser::parse_block() {
  Block block;
  if (context_.failed() && !context_.recover_at_block()) {
    block.range = context_.range();
    return block;
  }
  const Nesting nesting(context_);
  if (!nesting.ok()) return block;
  block.range =
      parse_items(context_, BlockKind::kOther, {block.opening, block.closing},
                  [&](ItemPlace place) { block.statements.push_back(parse_statement(place)); });
  return block;
}

Statement StatementParser::parse_statement(ItemPlace place) {
  Statement statement;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  statement.node = parse_node();
  statement.range = context_.range_since(first);
  end_of_item(context_);
  statement.surroundings = context_.end_item(std::move(begun));
  return statement;
}

Statement::Node StatementParser::parse_node() {
  const TokenKind kind = context_.token().kind;
  switch (kind) {
    case TokenKind::kLet:
      return parse_let(Mutability::kLet);
    case TokenKind::kVar:
      return parse_let(Mutability::kVar);
    case TokenKind::kDelete:
      return parse_delete();
    case TokenKind::kIf:
      return parse_if();
    case TokenKind::kFor:
      return parse_for();
    case TokenKind::kMatch:
      return parse_match();
    case TokenKind::kReturn:
      return parse_return();
    case TokenKind::kTry:
      return CallStatement{parse_action()};
    case TokenKind::kElse:
      context_.report(DiagnosticCode::unexpected_token, context_.range(),
                      "there is no `if` that this `else` belongs to");
      return BreakStatement{};
    case TokenKind::kWhile:
    case TokenKind::kLoop:
    case TokenKind::kBreak:
    case TokenKind::kContinue:
    case TokenKind::kExpect:
    case TokenKind::kMark:
    case TokenKind::kAwait:
    case TokenKind::kCompute:
    case TokenKind::kSleep:
    case TokenKind::kYield:
      break;
    default:
      return parse_assignment_or_call();
  }
  context_.advance();
  switch (kind) {
    case TokenKind::kWhile: {
      ExpressionPtr condition = expressions_.parse();
      return WhileStatement{std::move(condition), parse_block()};
    }
    case TokenKind::kLoop:
      return LoopStatement{parse_block()};
    case TokenKind::kBreak:
      return BreakStatement{};
    case TokenKind::kContinue:
      return ContinueStatement{};
    case TokenKind::kExpect: {
      ExpressionPtr condition = expressions_.parse();
      return ExpectStatement{std::move(condition), expressions_.parse_judged_under()};
    }
    case TokenKind::kMark:
      return MarkStatement{context_.expect_name("the name of a mark")};
    case TokenKind::kAwait:
      return AwaitStatement{expressions_.parse()};
    case TokenKind::kCompute:
      return ComputeStatement{expressions_.parse()};
    case TokenKind::kSleep:
      return SleepStatement{expressions_.parse()};
    default:
      return YieldStatement{};
  }
}

Statement::Node StatementParser::parse_let(Mutability mutability) {
  context_.advance();
  LetStatement let;
  let.mutability = mutability;
  let.name = context_.expect_name("the name of a variable");
  context_.expect(TokenKind::kAssign);
  let.action = parse_action();
  return let;
}

Statement::Node StatementParser::parse_delete() {
  context_.advance();
  DeleteStatement statement{expressions_.parse()};
  const bool entry = statement.place->as<IndexExpression>() && can_be_assigned(*statement.place);
  if (!entry) {
    context_.report(DiagnosticCode::not_assignable, statement.place->range,
                    "only an entry of a table can be deleted, as in `delete t[k]`");
  }
  return statement;
}

// An `else` on the line of the `}`. One on the next line is remarked and taken.
bool StatementParser::at_else() {
  if (context_.unwinding()) return false;
  if (context_.at(TokenKind::kElse)) return true;
  if (!context_.at(TokenKind::kNewline) || context_.token_after(1).kind != TokenKind::kElse) {
    return false;
  }
  context_
      .remark(DiagnosticCode::else_on_own_line, context_.range(context_.token_after(1)),
              "`else` stands on the line of the `}` before it")
      .with_secondary(context_.previous_range(), "the statement ended with this line");
  context_.advance();
  return true;
}

Statement::Node StatementParser::parse_if() {
  IfStatement statement;
  do {
    context_.advance();  // `if`
    ExpressionPtr condition = expressions_.parse();
    statement.branches.push_back({std::move(condition), parse_block()});
    if (!at_else()) return statement;
    context_.advance();
  } while (context_.at(TokenKind::kIf));
  statement.otherwise = parse_block();
  return statement;
}

Statement::Node StatementParser::parse_for() {
  context_.advance();
  Name variable = context_.expect_name("the name of a variable");
  context_.expect(TokenKind::kIn);
  RangeBounds bounds = expressions_.parse_range_or_expression();
  if (bounds.last) {
    return ForRangeStatement{std::move(variable), std::move(bounds), parse_block()};
  }
  return ForTableStatement{std::move(variable), std::move(bounds.first), parse_block()};
}

Statement::Node StatementParser::parse_match() {
  context_.advance();
  MatchStatement match;
  match.subject = expressions_.parse();
  if (context_.failed() && !context_.recover_at_block()) return match;
  const Nesting nesting(context_);
  if (!nesting.ok()) return match;
  parse_items(context_, BlockKind::kOther, {match.opening, match.closing},
              [&](ItemPlace place) { match.arms.push_back(parse_arm(place, match)); });
  return match;
}

MatchArm StatementParser::parse_arm(ItemPlace place, const MatchStatement& match) {
  MatchArm arm;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  if (!match.arms.empty() && !match.arms.back().kind) {
    context_
        .remark(DiagnosticCode::else_not_last, first,
                "`else` takes all that is left, so no arm can follow it")
        .with_secondary(match.arms.back().range, "all that is left");
  }
  if (!context_.accept(TokenKind::kElse)) {
    arm.kind = context_.expect_name("the kind of an event or error");
    if (context_.at(TokenKind::kIdentifier)) arm.binding = context_.expect_name("a name");
  }
  arm.body = parse_block();
  arm.range = context_.range_since(first);
  if (context_.at(TokenKind::kSemicolon)) context_.advance();
  arm.surroundings = context_.end_item(std::move(begun));
  return arm;
}

Statement::Node StatementParser::parse_return() {
  context_.advance();
  if (context_.at_statement_end()) return ReturnStatement{};
  return ReturnStatement{expressions_.parse()};
}

Statement::Node StatementParser::parse_assignment_or_call() {
  Action action;
  const SourceRange first = context_.range();
  ExpressionPtr expression = expressions_.parse();
  if (context_.failed()) return CallStatement{{first, {}, std::move(expression), {}, {}, {}}};
  const bool sets = context_.at(TokenKind::kAssign);
  if (sets || context_.at(TokenKind::kAddAssign)) {
    if (!can_be_assigned(*expression)) {
      context_.report(DiagnosticCode::not_assignable, expression->range,
                      "only a variable or an entry of a table can be assigned to");
    }
    context_.advance();
    AssignStatement assign;
    assign.place = std::move(expression);
    assign.assignment = sets ? Assignment::kSet : Assignment::kAdd;
    assign.action = parse_action();
    return assign;
  }
  if (!ExpressionParser::is_call(*expression)) return reject_expression(*expression);
  action.range = first;
  action.value = std::move(expression);
  complete_action(action);
  return CallStatement{std::move(action)};
}

// Finds out what was probably meant by an expression that stands where a statement should.
Statement::Node StatementParser::reject_expression(const Expression& expression) {
  const auto* name = expression.as<NameExpression>();
  if (name == nullptr || expression.parenthesised) {
    context_
        .report(DiagnosticCode::no_effect, expression.range,
                "this expression is no statement: its value goes nowhere")
        .with_help("`let name = ...` keeps it, `expect ...` judges it");
    return BreakStatement{};
  }
  const std::string& word = name->name.text;
  const auto meant = closest(word, kStatementWords);
  if (context_.at_statement_end() && !meant) {
    context_
        .report(DiagnosticCode::no_effect, expression.range,
                fmt::format("{} alone is no statement", context_.quoted(word)))
        .with_help("a call has parentheses, even without arguments");
    return BreakStatement{};
  }
  Diagnostic& diagnostic =
      context_.report(DiagnosticCode::expected_statement, expression.range,
                      fmt::format("expected a statement, found {}", context_.quoted(word)));
  if (meant) diagnostic.with_help(fmt::format("did you mean `{}`?", *meant));
  return BreakStatement{};
}

Action StatementParser::parse_action() {
  Action action;
  action.range = context_.range();
  if (context_.accept(TokenKind::kTry)) action.errors = ErrorHandling::kReceived;
  action.value = expressions_.parse();
  if (action.errors == ErrorHandling::kReceived && !context_.failed() &&
      !ExpressionParser::is_call(*action.value)) {
    context_.report(DiagnosticCode::try_without_call, action.value->range,
                    "`try` stands before a call: only calls have errors");
  }
  complete_action(action);
  return action;
}

void StatementParser::check_clause(const Action& action, bool repeated, SourceRange clause) {
  if (!ExpressionParser::is_call(*action.value)) {
    context_.report(
        DiagnosticCode::clause_without_call, clause,
        fmt::format("{} stands only behind a call", context_.quoted(context_.previous_token())));
  } else if (repeated) {
    context_.report(DiagnosticCode::repeated_clause, clause,
                    fmt::format("{} is there already, or something it excludes",
                                context_.quoted(context_.previous_token())));
  }
}

void StatementParser::complete_action(Action& action) {
  for (;;) {
    const SourceRange clause = context_.range();
    const bool has_outcome = action.outcome.index() != 0;
    if (context_.accept_word("timeout")) {
      check_clause(action, action.timeout != nullptr, clause);
      action.timeout = expressions_.parse();
    } else if (context_.accept_word("within")) {
      check_clause(action, action.within != nullptr, clause);
      action.within = expressions_.parse();
      action.within_judged = expressions_.parse_judged_under();
    } else if (context_.at_word("fails") || context_.at(TokenKind::kExpect)) {
      context_.advance();
      check_clause(action, has_outcome, clause);
      if (action.errors == ErrorHandling::kReceived) {
        context_
            .report(DiagnosticCode::try_with_outcome, clause,
                    "`try` takes any outcome, so none can be expected of the same call")
            .with_help("test what was received: `let r = try ...` and then `expect r is ...`");
      }
      parse_outcome(action);
    } else {
      break;
    }
  }
  action.range = context_.range_since(action.range);
  if (context_.failed() || context_.at_statement_end()) return;
  if (!ExpressionParser::is_call(*action.value)) return;
  context_.expected(DiagnosticCode::missing_statement_end,
                    std::array<std::string_view, 3>{"the end of the line", ";", "}"}, kClauseWords);
}

// Behind `fails` or `expect`.
void StatementParser::parse_outcome(Action& action) {
  const Token& word = context_.previous_token();
  if (context_.text(word) == "fails") {
    action.outcome = FailsClause{context_.expect_name("the name of an error")};
    return;
  }
  if (context_.accept(TokenKind::kEqual)) {
    action.outcome = ExpectValueClause{expressions_.parse_from(Precedence::kConcatenation)};
    return;
  }
  constexpr auto kExpected = std::to_array<std::string_view>({"the kind of an event", "=="});
  constexpr std::string_view kHelp = "other conditions stand on a line of their own: `expect ...`";
  if (!context_.at(TokenKind::kIdentifier)) {
    context_.expected(DiagnosticCode::unexpected_outcome, kExpected).with_help(std::string(kHelp));
    return;
  }
  const TokenKind next = context_.token_after(1).kind;
  const bool condition = next == TokenKind::kDot || next == TokenKind::kLeftParenthesis ||
                         next == TokenKind::kLeftBracket ||
                         find_binary_operator(next).has_value() || next == TokenKind::kIs;
  if (condition) {
    context_
        .report(DiagnosticCode::unexpected_outcome, context_.range(),
                "behind a call, `expect` takes the kind of an event, or `==` and a value")
        .with_help(std::string(kHelp));
    return;
  }
  action.outcome = ExpectKindClause{context_.expect_name("the kind of an event")};
}

}  // namespace ipcsim::scenario
