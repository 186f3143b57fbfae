// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expression_parser.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/source_limits.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

std::size_t height_of(const ExpressionPtr& child) { return child ? child->height : 0; }

std::size_t height_of(const std::vector<ExpressionPtr>& children) {
  std::size_t height = 0;
  for (const ExpressionPtr& child : children) height = std::max(height, height_of(child));
  return height;
}

struct ChildHeight {
  std::size_t operator()(const UnitExpression& node) const { return height_of(node.operand); }
  std::size_t operator()(const MemberExpression& node) const { return height_of(node.object); }
  std::size_t operator()(const IndexExpression& node) const {
    return std::max(height_of(node.object), height_of(node.index));
  }
  std::size_t operator()(const AllReplicasExpression& node) const { return height_of(node.object); }
  std::size_t operator()(const CallExpression& node) const { return height_of(node.arguments); }
  std::size_t operator()(const UnaryExpression& node) const { return height_of(node.operand); }
  std::size_t operator()(const BinaryExpression& node) const {
    return std::max(height_of(node.left), height_of(node.right));
  }
  std::size_t operator()(const IsExpression& node) const { return height_of(node.operand); }
  std::size_t operator()(const EndedCondition& node) const { return height_of(node.subject); }
  std::size_t operator()(const PassedCondition& node) const { return height_of(node.subject); }
  std::size_t operator()(const QuantifiedCondition& node) const {
    return height_of(node.condition);
  }
  template <class Leaf>
  std::size_t operator()(const Leaf&) const {
    return 0;
  }
};

// The units as the parser suggests them.
constexpr auto kUnits =
    std::to_array<std::string_view>({"cy", "ns", "us", "ms", "page", "KiB", "MiB"});
constexpr std::string_view kMegahertz = "MHz";  // only behind `clock`, and no unit elsewhere

constexpr std::uint64_t kLargestNumber = std::numeric_limits<std::int64_t>::max();

}  // namespace

ExpressionPtr ExpressionParser::make(SourceRange begin, Expression::Node node) {
  auto made = std::make_unique<Expression>();
  const std::size_t height = std::visit(ChildHeight{}, node) + 1;
  made->range = context_.range_since(begin);
  made->node = std::move(node);
  made->height = static_cast<std::uint16_t>(height);
  if (height > kMaximumNesting) context_.report_nesting(made->range);
  return made;
}

ExpressionPtr ExpressionParser::make_error() {
  auto made = std::make_unique<Expression>();
  made->range = context_.range();
  return made;
}

ExpressionPtr ExpressionParser::parse_from(Precedence loosest) {
  const Nesting nesting(context_);
  if (!nesting.ok()) return make_error();
  ExpressionPtr left = parse_operand(loosest);
  while (!context_.failed()) {
    if (at_comparison_suffix()) {
      if (Precedence::kComparison < loosest) break;
      left = parse_comparison_suffix(std::move(left));
      reject_chain();
      continue;
    }
    const auto operation = find_binary_operator(context_.token().kind);
    if (!operation || operation->precedence < loosest) break;
    left = parse_binary(std::move(left), *operation);
    if (operation->precedence == Precedence::kComparison) reject_chain();
  }
  return left;
}

ExpressionPtr ExpressionParser::parse_binary(ExpressionPtr left,
                                             const BinaryOperatorDescription& operation) {
  const SourceRange begin = left->range;
  const SourceRange operator_range = context_.range();
  context_.advance();
  ExpressionPtr right = parse_from(tighter(operation.precedence));
  return make(begin, BinaryExpression{operation.operation, std::move(left), std::move(right),
                                      operator_range});
}

bool ExpressionParser::at_comparison_suffix() const {
  return context_.at(TokenKind::kIs) || context_.at_word("ended") || context_.at_word("passed");
}

ExpressionPtr ExpressionParser::parse_comparison_suffix(ExpressionPtr subject) {
  const SourceRange begin = subject->range;
  if (context_.accept_word("ended")) {
    const EndReason reason = context_.accept_word("by") ? parse_end_reason() : EndReason::kAny;
    return make(begin, EndedCondition{std::move(subject), reason});
  }
  if (context_.accept_word("passed")) {
    Name mark = context_.expect_name("the name of a mark");
    return make(begin, PassedCondition{std::move(subject), std::move(mark)});
  }
  context_.advance();
  if (context_.at(TokenKind::kNot)) {
    context_.expected(DiagnosticCode::unexpected_token, std::array{std::string_view("a kind")})
        .with_help("the negation stands in front: `not r is closed`");
  }
  Name kind = context_.expect_name("the kind of an event or error, or a run state");
  return make(begin, IsExpression{std::move(subject), std::move(kind)});
}

EndReason ExpressionParser::parse_end_reason() {
  constexpr auto kReasons = std::to_array<std::string_view>({"exit", "kill", "unhandled_fault"});
  for (const EndReason reason : {EndReason::kExit, EndReason::kKill, EndReason::kUnhandledFault}) {
    if (context_.accept_word(word_of(reason))) return reason;
  }
  context_.expected(DiagnosticCode::unknown_word, kReasons, kReasons);
  return EndReason::kAny;
}

// Comparisons stand alone: `a < b < c` would compare a truth value.
// Behind a comparison only what is looser may follow: behind `is closed` even `+` would, which
// binds tighter and would yet take the comparison for its operand.
void ExpressionParser::reject_chain() {
  if (context_.failed()) return;
  const auto operation = find_binary_operator(context_.token().kind);
  const bool follows = operation && operation->precedence >= Precedence::kComparison;
  if (!follows && !at_comparison_suffix()) return;
  context_
      .report(DiagnosticCode::chained_comparison, context_.range(),
              fmt::format("{} cannot follow a comparison", context_.quoted(context_.token())))
      .with_help("put one of them in parentheses, or join two with `and`");
}

ExpressionPtr ExpressionParser::parse_operand(Precedence loosest) {
  if (context_.at(TokenKind::kNot) || context_.at(TokenKind::kAll) ||
      context_.at(TokenKind::kAny)) {
    return parse_not_level(loosest);
  }
  if (context_.at(TokenKind::kMinus)) return parse_negation();
  return parse_postfix();
}

ExpressionPtr ExpressionParser::parse_not_level(Precedence loosest) {
  const Token& token = context_.token();
  if (loosest > Precedence::kNot) {
    context_
        .report(DiagnosticCode::expected_expression, context_.range(),
                fmt::format("{} cannot stand behind an operator", context_.quoted(token)))
        .with_help("put it in parentheses with what belongs to it");
    return make_error();
  }
  const SourceRange begin = context_.range();
  const TokenKind kind = token.kind;
  context_.advance();
  ExpressionPtr operand =
      parse_from(kind == TokenKind::kNot ? Precedence::kNot : Precedence::kComparison);
  if (kind == TokenKind::kNot) {
    return make(begin, UnaryExpression{UnaryOperator::kNot, std::move(operand)});
  }
  const Quantifier quantifier = kind == TokenKind::kAll ? Quantifier::kAll : Quantifier::kAny;
  return make(begin, QuantifiedCondition{quantifier, std::move(operand)});
}

ExpressionPtr ExpressionParser::parse_negation() {
  const Nesting nesting(context_);
  if (!nesting.ok()) return make_error();
  const SourceRange begin = context_.range();
  context_.advance();
  // The least integer has no positive counterpart: its sign is part of the literal.
  if (context_.at(TokenKind::kInteger) &&
      parse_unsigned(context_.text(context_.token())) == kLargestNumber + 1 &&
      !context_.text(context_.token()).starts_with("0x")) {
    IntegerLiteral least;
    least.value = std::numeric_limits<std::int64_t>::min();
    least.spelling = fmt::format("-{}", context_.text(context_.token()));
    context_.advance();
    return make(begin, std::move(least));
  }
  ExpressionPtr operand = context_.at(TokenKind::kMinus) ? parse_negation() : parse_postfix();
  return make(begin, UnaryExpression{UnaryOperator::kNegate, std::move(operand)});
}

ExpressionPtr ExpressionParser::parse_postfix() {
  ExpressionPtr expression = parse_primary();
  while (context_.at(TokenKind::kDot) || context_.at(TokenKind::kLeftBracket) ||
         context_.at(TokenKind::kLeftParenthesis)) {
    expression = parse_suffix(std::move(expression));
  }
  return parse_unit(std::move(expression));
}

ExpressionPtr ExpressionParser::parse_suffix(ExpressionPtr object) {
  const SourceRange begin = object->range;
  if (context_.at(TokenKind::kLeftParenthesis)) return parse_call(std::move(object));
  if (context_.accept(TokenKind::kDot)) {
    // A member may be called by any word.
    const Token& token = context_.token();
    Name member{std::string(context_.text(token)), context_.range()};
    if (is_reserved_word(token.kind)) {
      context_.advance();
    } else {
      member = context_.expect_name("the name of a member");
    }
    return make(begin, MemberExpression{std::move(object), std::move(member)});
  }
  const SourceRange bracket = context_.open(TokenKind::kLeftBracket);
  if (context_.accept(TokenKind::kStar)) {
    context_.close(TokenKind::kRightBracket, bracket);
    return make(begin, AllReplicasExpression{std::move(object)});
  }
  ExpressionPtr index = parse();
  context_.close(TokenKind::kRightBracket, bracket);
  return make(begin, IndexExpression{std::move(object), std::move(index)});
}

// `20_000cy`, `1 page`, `pages page`: a unit behind a number, a name or a parenthesis.
ExpressionPtr ExpressionParser::parse_unit(ExpressionPtr operand) {
  if (!context_.at(TokenKind::kIdentifier)) return operand;
  const std::string_view word = context_.text(context_.token());
  const bool number = operand->as<IntegerLiteral>() != nullptr;
  const bool can_have_unit = number || operand->as<NameExpression>() != nullptr ||
                             operand->as<MemberExpression>() != nullptr || operand->parenthesised;
  const auto unit = find_unit(word);
  if (unit && can_have_unit) {
    const SourceRange begin = operand->range;
    const SourceRange unit_range = context_.range();
    context_.advance();
    return make(begin, UnitExpression{std::move(operand), *unit, unit_range});
  }
  if (number && context_.adjacent_to_previous() && word != kMegahertz) {
    Diagnostic& diagnostic =
        context_.report(DiagnosticCode::unknown_unit, context_.range(),
                        fmt::format("there is no unit {}", context_.quoted(context_.token())));
    diagnostic.with_label("expected `cy`, `ns`, `us`, `ms`, `page`, `KiB` or `MiB`");
    if (const auto meant = closest(word, kUnits)) {
      diagnostic.with_help(fmt::format("did you mean `{}`?", *meant));
    }
  }
  return operand;
}

ExpressionPtr ExpressionParser::parse_primary() {
  const Token& token = context_.token();
  const SourceRange begin = context_.range();
  if (context_.failed()) return make_error();
  switch (token.kind) {
    case TokenKind::kInteger:
      return parse_integer();
    case TokenKind::kBytes:
      return parse_bytes();
    case TokenKind::kLeftParenthesis:
      return parse_parenthesised();
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      context_.advance();
      return make(begin, BooleanLiteral{token.kind == TokenKind::kTrue});
    case TokenKind::kTable:
      context_.advance();
      return make(begin, TableLiteral{});
    case TokenKind::kIdentifier: {
      if (context_.text(token) == "count" &&
          context_.token_after(1).kind == TokenKind::kLeftParenthesis) {
        return parse_count();
      }
      Name name = context_.expect_name("a name");
      return make(begin, NameExpression{std::move(name)});
    }
    default:
      break;
  }
  Diagnostic& diagnostic = context_.expected(DiagnosticCode::expected_expression,
                                             std::array{std::string_view("an expression")});
  if (token.kind == TokenKind::kAssign) diagnostic.with_help("equality is written `==`");
  if (token.kind == TokenKind::kAmpersand) diagnostic.with_help("this is written `and`");
  if (token.kind == TokenKind::kBar) diagnostic.with_help("this is written `or`");
  return make_error();
}

ExpressionPtr ExpressionParser::parse_integer() {
  const SourceRange begin = context_.range();
  IntegerLiteral literal;
  literal.spelling = context_.text(context_.token());
  const auto value = parse_unsigned(literal.spelling);
  const bool hexadecimal = literal.spelling.starts_with("0x");
  if (!value || (!hexadecimal && *value > kLargestNumber)) {
    context_
        .report(DiagnosticCode::number_too_large, begin,
                "the number does not fit a signed integer of 64 bits")
        .with_help(hexadecimal ? "there are at most 16 hexadecimal digits"
                               : "the largest is 9_223_372_036_854_775_807");
    return make_error();
  }
  literal.value = static_cast<std::int64_t>(*value);
  context_.advance();
  return make(begin, std::move(literal));
}

ExpressionPtr ExpressionParser::parse_bytes() {
  const SourceRange begin = context_.range();
  BytesLiteral literal;
  literal.spelling = context_.text(context_.token());
  literal.value = unescape(literal.spelling);
  context_.advance();
  return make(begin, std::move(literal));
}

ExpressionPtr ExpressionParser::parse_parenthesised() {
  const SourceRange opened = context_.open(TokenKind::kLeftParenthesis);
  ExpressionPtr inner = parse();
  context_.close(TokenKind::kRightParenthesis, opened);
  inner->parenthesised = true;
  inner->range = context_.range_since(opened);
  return inner;
}

ExpressionPtr ExpressionParser::parse_count() {
  const SourceRange begin = context_.range();
  context_.advance();
  const SourceRange opened = context_.open(TokenKind::kLeftParenthesis);
  ExpressionPtr condition = parse();
  context_.close(TokenKind::kRightParenthesis, opened);
  return make(begin, QuantifiedCondition{Quantifier::kCount, std::move(condition)});
}

ExpressionPtr ExpressionParser::parse_call(ExpressionPtr callee) {
  const SourceRange begin = callee->range;
  CallExpression call;
  if (const auto* name = callee->as<NameExpression>()) {
    call.callee.name = name->name;
  } else if (const auto* member = callee->as<MemberExpression>();
             member != nullptr && member->object->as<NameExpression>() != nullptr) {
    call.callee.module = member->object->as<NameExpression>()->name;
    call.callee.name = member->member;
  }
  if (call.callee.name.text.empty() || callee->parenthesised) {
    context_.report(DiagnosticCode::not_callable, context_.range_since(begin),
                    "only a system call, a built-in function or a proc can be called");
  }
  call.arguments = parse_arguments();
  return make(begin, std::move(call));
}

std::vector<ExpressionPtr> ExpressionParser::parse_arguments() {
  std::vector<ExpressionPtr> arguments;
  const SourceRange opened = context_.open(TokenKind::kLeftParenthesis);
  if (!context_.at(TokenKind::kRightParenthesis)) {
    do arguments.push_back(parse());
    while (context_.accept(TokenKind::kComma));
  }
  context_.close(TokenKind::kRightParenthesis, opened, {","});
  return arguments;
}

std::vector<Name> ExpressionParser::parse_parameter_names() {
  std::vector<Name> names;
  const SourceRange opened = context_.open(TokenKind::kLeftParenthesis);
  if (!context_.at(TokenKind::kRightParenthesis)) {
    do names.push_back(context_.expect_name("the name of a parameter"));
    while (context_.accept(TokenKind::kComma));
  }
  context_.close(TokenKind::kRightParenthesis, opened, {","});
  return names;
}

ExpressionPtr ExpressionParser::parse_path(std::string_view what) {
  const SourceRange begin = context_.range();
  Name name = context_.expect_name(what);
  ExpressionPtr path = make(begin, NameExpression{std::move(name)});
  while (context_.at(TokenKind::kDot) || context_.at(TokenKind::kLeftBracket)) {
    path = parse_suffix(std::move(path));
  }
  return path;
}

JudgedUnder ExpressionParser::parse_judged_under() {
  constexpr auto kVerbs = std::to_array<std::string_view>({"run"});
  if (!context_.accept_word("by")) return JudgedUnder::kEverySchedule;
  if (!context_.accept_word("run")) {
    context_.expected(DiagnosticCode::unknown_word, kVerbs, kVerbs)
        .with_help("without `by run` it is judged in every schedule, under every verb");
  }
  return JudgedUnder::kRun;
}

QualifiedName ExpressionParser::parse_qualified_name(std::string_view what) {
  QualifiedName qualified;
  qualified.name = context_.expect_name(what);
  if (context_.accept(TokenKind::kDot)) {
    qualified.module = std::move(qualified.name);
    qualified.name = context_.expect_name(what);
  }
  return qualified;
}

RangeBounds ExpressionParser::parse_range_or_expression() {
  RangeBounds bounds;
  bounds.first = parse();
  if (context_.accept(TokenKind::kDotDot)) bounds.last = parse();
  return bounds;
}

RangeBounds ExpressionParser::parse_range() {
  RangeBounds bounds;
  bounds.first = parse();
  context_.expect(TokenKind::kDotDot);
  bounds.last = parse();
  return bounds;
}

}  // namespace ipcsim::scenario
