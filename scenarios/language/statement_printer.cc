// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/statement_printer.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "scenarios/language/expression_printer.h"

namespace ipcsim::scenario {

namespace {

void add_action(LineText& line, const Action& action) {
  if (action.errors == ErrorHandling::kReceived) line.add("try ");
  add_expression(line, *action.value);
  if (action.timeout) {
    line.add(" timeout ");
    add_expression(line, *action.timeout);
  }
  if (const auto* fails = std::get_if<FailsClause>(&action.outcome)) {
    line.add(" fails ");
    line.add(fails->error.text);
  } else if (const auto* kind = std::get_if<ExpectKindClause>(&action.outcome)) {
    line.add(" expect ");
    line.add(kind->kind.text);
  } else if (const auto* value = std::get_if<ExpectValueClause>(&action.outcome)) {
    line.add(" expect == ");
    add_expression(line, *value->value, Precedence::kConcatenation);
  }
  if (action.within) {
    line.add(" within ");
    add_expression(line, *action.within);
    add_judged_under(line, action.within_judged);
  }
}

// Adds a statement without a block to a line; false for those with one.
class SimpleStatement {
 public:
  explicit SimpleStatement(LineText& line) : line_(line) {}

  bool operator()(const LetStatement& node) {
    line_.add(node.mutability == Mutability::kLet ? "let " : "var ");
    line_.add(node.name.text);
    line_.add(" = ");
    add_action(line_, node.action);
    return true;
  }
  bool operator()(const AssignStatement& node) {
    add_expression(line_, *node.place);
    line_.add(node.assignment == Assignment::kSet ? " = " : " += ");
    add_action(line_, node.action);
    return true;
  }
  bool operator()(const CallStatement& node) {
    add_action(line_, node.action);
    return true;
  }
  bool operator()(const DeleteStatement& node) { return add("delete ", node.place); }
  bool operator()(const BreakStatement&) { return add("break"); }
  bool operator()(const ContinueStatement&) { return add("continue"); }
  bool operator()(const ReturnStatement& node) {
    return node.value ? add("return ", node.value) : add("return");
  }
  bool operator()(const ExpectStatement& node) {
    add("expect ", node.condition);
    add_judged_under(line_, node.judged);
    return true;
  }
  bool operator()(const MarkStatement& node) {
    line_.add("mark ");
    return add(node.mark.text);
  }
  bool operator()(const AwaitStatement& node) { return add("await ", node.condition); }
  bool operator()(const ComputeStatement& node) { return add("compute ", node.duration); }
  bool operator()(const SleepStatement& node) { return add("sleep ", node.duration); }
  bool operator()(const YieldStatement&) { return add("yield"); }
  template <class WithBlock>
  bool operator()(const WithBlock&) {
    return false;
  }

 private:
  bool add(std::string_view text) {
    line_.add(text);
    return true;
  }
  bool add(std::string_view text, const ExpressionPtr& expression) {
    line_.add(text);
    add_expression(line_, *expression);
    return true;
  }

  LineText& line_;
};

bool add_simple_statement(LineText& line, const Statement& statement) {
  return std::visit(SimpleStatement(line), statement.node);
}

// Adds ` { S }` to a line; false (and something useless added) when the block needs lines.
bool add_short_block(LineText& line, const Page& page, const Block& block) {
  if (!page.none(block.opening) || !page.none(block.closing)) return false;
  if (block.statements.size() > 1) return false;
  if (block.statements.empty()) {
    line.add(" {}");
    return true;
  }
  const Statement& statement = block.statements.front();
  if (!page.plain(statement.surroundings.get())) return false;
  line.add(" { ");
  if (!add_simple_statement(line, statement)) return false;
  line.add(" }");
  return true;
}

// The statements with a block, and all others by way of SimpleStatement.
class StatementPrinter {
 public:
  explicit StatementPrinter(Page& page) : page_(page) {}

  void print(const Statement& statement);

  // The lines of a block whose first line ends in `{` already, without its `}`.
  void print_inside(const Block& block);
  // On one line if possible.
  void print_with_block(LineText header, const Block& block);

  void operator()(const IfStatement& node);
  void operator()(const WhileStatement& node);
  void operator()(const LoopStatement& node);
  void operator()(const ForRangeStatement& node);
  void operator()(const ForTableStatement& node);
  void operator()(const MatchStatement& node);
  template <class Simple>
  void operator()(const Simple& node) {
    LineText line;
    SimpleStatement{line}(node);
    page_.add_line(line);
  }

 private:
  bool print_short_if(const IfStatement& node);
  void print_arm(const MatchArm& arm);

  Page& page_;
};

void StatementPrinter::print(const Statement& statement) {
  page_.begin_item(statement.surroundings.get());
  std::visit(*this, statement.node);
  page_.end_item(statement.surroundings.get());
}

void StatementPrinter::print_inside(const Block& block) {
  page_.indent(block.opening);
  for (const Statement& statement : block.statements) print(statement);
  page_.outdent(block.closing);
}

void StatementPrinter::print_with_block(LineText header, const Block& block) {
  LineText whole = header;
  if (add_short_block(whole, page_, block) && page_.fits(whole)) {
    page_.add_line(whole);
    return;
  }
  print_block(page_, std::move(header), block);
}

bool StatementPrinter::print_short_if(const IfStatement& node) {
  LineText whole;
  for (const IfBranch& branch : node.branches) {
    whole.add(&branch == &node.branches.front() ? "if " : " else if ");
    add_expression(whole, *branch.condition);
    if (!add_short_block(whole, page_, branch.body)) return false;
  }
  if (node.otherwise) {
    whole.add(" else");
    if (!add_short_block(whole, page_, *node.otherwise)) return false;
  }
  if (!page_.fits(whole)) return false;
  page_.add_line(whole);
  return true;
}

void StatementPrinter::operator()(const IfStatement& node) {
  if (print_short_if(node)) return;
  for (const IfBranch& branch : node.branches) {
    LineText line;
    line.add(&branch == &node.branches.front() ? "if " : "} else if ");
    add_expression(line, *branch.condition);
    line.add(" {");
    page_.add_line(line);
    print_inside(branch.body);
  }
  if (node.otherwise) {
    page_.add_line("} else {");
    print_inside(*node.otherwise);
  }
  page_.add_line("}");
}

void StatementPrinter::operator()(const WhileStatement& node) {
  LineText line;
  line.add("while ");
  add_expression(line, *node.condition);
  print_with_block(std::move(line), node.body);
}

void StatementPrinter::operator()(const LoopStatement& node) {
  LineText line;
  line.add("loop");
  print_with_block(std::move(line), node.body);
}

void StatementPrinter::operator()(const ForRangeStatement& node) {
  LineText line;
  line.add("for ");
  line.add(node.variable.text);
  line.add(" in ");
  add_range(line, node.bounds);
  print_with_block(std::move(line), node.body);
}

void StatementPrinter::operator()(const ForTableStatement& node) {
  LineText line;
  line.add("for ");
  line.add(node.variable.text);
  line.add(" in ");
  add_expression(line, *node.table);
  print_with_block(std::move(line), node.body);
}

void StatementPrinter::operator()(const MatchStatement& node) {
  LineText line;
  line.add("match ");
  add_expression(line, *node.subject);
  if (node.arms.empty() && page_.none(node.opening) && page_.none(node.closing)) {
    line.add(" {}");
    page_.add_line(line);
    return;
  }
  line.add(" {");
  page_.add_line(line);
  page_.indent(node.opening);
  for (const MatchArm& arm : node.arms) print_arm(arm);
  page_.outdent(node.closing);
  page_.add_line("}");
}

void StatementPrinter::print_arm(const MatchArm& arm) {
  LineText line;
  line.add(arm.kind ? arm.kind->text : std::string_view("else"));
  if (arm.binding) {
    line.add(' ');
    line.add(arm.binding->text);
  }
  page_.begin_item(arm.surroundings.get());
  print_with_block(std::move(line), arm.body);
  page_.end_item(arm.surroundings.get());
}

}  // namespace

void print_block(Page& page, LineText header, const Block& block) {
  if (block.statements.empty() && page.none(block.opening) && page.none(block.closing)) {
    header.add(" {}");
    page.add_line(header);
    return;
  }
  header.add(" {");
  page.add_line(header);
  StatementPrinter(page).print_inside(block);
  page.add_line("}");
}

}  // namespace ipcsim::scenario
