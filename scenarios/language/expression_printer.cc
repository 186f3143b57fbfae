// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expression_printer.h"

#include <variant>

#include "scenarios/language/lexer.h"

namespace ipcsim::scenario {

namespace {

using Break = LineText::Break;

// Long lines are broken before the operators that join conditions and bytes.
bool is_good_break(Precedence precedence) {
  return precedence <= Precedence::kAnd || precedence == Precedence::kConcatenation;
}

class NodePrinter {
 public:
  explicit NodePrinter(LineText& line) : line_(line) {}

  void operator()(const ErrorExpression&) { line_.add("<error>"); }
  void operator()(const IntegerLiteral& node) { line_.add(node.spelling); }
  void operator()(const BytesLiteral& node) { line_.add(node.spelling); }
  void operator()(const BooleanLiteral& node) { line_.add(node.value ? "true" : "false"); }
  void operator()(const TableLiteral&) { line_.add("table"); }
  void operator()(const NameExpression& node) { line_.add(node.name.text); }
  void operator()(const UnitExpression& node);
  void operator()(const MemberExpression& node);
  void operator()(const IndexExpression& node);
  void operator()(const AllReplicasExpression& node);
  void operator()(const CallExpression& node);
  void operator()(const UnaryExpression& node);
  void operator()(const BinaryExpression& node);
  void operator()(const IsExpression& node);
  void operator()(const EndedCondition& node);
  void operator()(const PassedCondition& node);
  void operator()(const QuantifiedCondition& node);

 private:
  LineText& line_;
};

// Times stand close to a decimal number: `20_000cy`; everything else apart: `1 page`, `n cy`.
void NodePrinter::operator()(const UnitExpression& node) {
  const auto* number = node.operand->as<IntegerLiteral>();
  const bool can_have_unit = number != nullptr || node.operand->as<NameExpression>() != nullptr ||
                             node.operand->as<MemberExpression>() != nullptr;
  // The tightest of all, and one more: in parentheses.
  add_expression(line_, *node.operand,
                 can_have_unit ? Precedence::kPostfix : tighter(Precedence::kPostfix));
  const bool time = node.unit <= Unit::kMilliseconds;
  if (!time || number == nullptr || number->spelling.starts_with("0x")) line_.add(' ');
  line_.add(word_of(node.unit));
}

void NodePrinter::operator()(const MemberExpression& node) {
  add_expression(line_, *node.object, Precedence::kPostfix);
  line_.add('.');
  line_.add(node.member.text);
}

void NodePrinter::operator()(const IndexExpression& node) {
  add_expression(line_, *node.object, Precedence::kPostfix);
  line_.add('[');
  add_expression(line_, *node.index);
  line_.add(']');
}

void NodePrinter::operator()(const AllReplicasExpression& node) {
  add_expression(line_, *node.object, Precedence::kPostfix);
  line_.add("[*]");
}

void NodePrinter::operator()(const CallExpression& node) {
  add_qualified_name(line_, node.callee);
  add_arguments(line_, node.arguments);
}

void NodePrinter::operator()(const UnaryExpression& node) {
  const bool negates = node.operation == UnaryOperator::kNot;
  line_.add(negates ? "not " : "-");
  add_expression(line_, *node.operand, negates ? Precedence::kNot : Precedence::kNegation);
}

void NodePrinter::operator()(const BinaryExpression& node) {
  const BinaryOperatorDescription& operation = describe(node.operation);
  const bool chains = operation.precedence != Precedence::kComparison;
  add_expression(line_, *node.left, chains ? operation.precedence : tighter(operation.precedence));
  if (is_good_break(operation.precedence)) {
    line_.add_break(" ", Break::kOperator);
  } else {
    line_.add(' ');
  }
  line_.add(spelling_of(operation.token));
  line_.add(' ');
  add_expression(line_, *node.right, tighter(operation.precedence));
}

void NodePrinter::operator()(const IsExpression& node) {
  add_expression(line_, *node.operand, tighter(Precedence::kComparison));
  line_.add(" is ");
  line_.add(node.kind.text);
}

void NodePrinter::operator()(const EndedCondition& node) {
  add_expression(line_, *node.subject, tighter(Precedence::kComparison));
  line_.add(" ended");
  if (node.reason == EndReason::kAny) return;
  line_.add(" by ");
  line_.add(word_of(node.reason));
}

void NodePrinter::operator()(const PassedCondition& node) {
  add_expression(line_, *node.subject, tighter(Precedence::kComparison));
  line_.add(" passed ");
  line_.add(node.mark.text);
}

void NodePrinter::operator()(const QuantifiedCondition& node) {
  if (node.quantifier == Quantifier::kCount) {
    line_.add("count");
    line_.open_parenthesis();
    add_expression(line_, *node.condition);
    line_.close_parenthesis();
    return;
  }
  line_.add(node.quantifier == Quantifier::kAll ? "all " : "any ");
  add_expression(line_, *node.condition, Precedence::kComparison);
}

}  // namespace

void add_expression(LineText& line, const Expression& expression, Precedence loosest) {
  const bool parentheses = expression.parenthesised || precedence_of(expression) < loosest;
  if (parentheses) line.open_parenthesis();
  std::visit(NodePrinter(line), expression.node);
  if (parentheses) line.close_parenthesis();
}

void add_judged_under(LineText& line, JudgedUnder judged) {
  if (judged == JudgedUnder::kRun) line.add(" by run");
}

void add_range(LineText& line, const RangeBounds& bounds) {
  add_expression(line, *bounds.first);
  line.add("..");
  add_expression(line, *bounds.last);
}

void add_list(LineText& line, const std::vector<ExpressionPtr>& expressions) {
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    if (i != 0) {
      line.add(',');
      line.add_break(" ", Break::kSeparator);
    }
    add_expression(line, *expressions[i]);
  }
}

void add_arguments(LineText& line, const std::vector<ExpressionPtr>& arguments) {
  line.open_parenthesis();
  if (!arguments.empty()) line.add_break("", Break::kSeparator);
  add_list(line, arguments);
  line.close_parenthesis();
}

void add_parameter_names(LineText& line, const std::vector<Name>& names) {
  line.open_parenthesis();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) line.add(',');
    line.add_break(i != 0 ? " " : "", Break::kSeparator);
    line.add(names[i].text);
  }
  line.close_parenthesis();
}

void add_qualified_name(LineText& line, const QualifiedName& name) {
  if (name.module) {
    line.add(name.module->text);
    line.add('.');
  }
  line.add(name.name.text);
}

}  // namespace ipcsim::scenario
