// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/tree_walk.h"

#include <variant>

namespace ipcsim::scenario {

namespace {

void walk(const ExpressionPtr& expression, TreeVisitor& visitor) {
  if (expression) walk(*expression, visitor);
}

// The expressions right below one.
class ExpressionWalk {
 public:
  explicit ExpressionWalk(TreeVisitor& visitor) : visitor_(visitor) {}

  void operator()(const UnitExpression& node) { walk(node.operand, visitor_); }
  void operator()(const MemberExpression& node) { walk(node.object, visitor_); }
  void operator()(const IndexExpression& node) {
    walk(node.object, visitor_);
    walk(node.index, visitor_);
  }
  void operator()(const AllReplicasExpression& node) { walk(node.object, visitor_); }
  void operator()(const CallExpression& node) {
    for (const ExpressionPtr& argument : node.arguments) walk(argument, visitor_);
  }
  void operator()(const UnaryExpression& node) { walk(node.operand, visitor_); }
  void operator()(const BinaryExpression& node) {
    walk(node.left, visitor_);
    walk(node.right, visitor_);
  }
  void operator()(const IsExpression& node) { walk(node.operand, visitor_); }
  void operator()(const EndedCondition& node) { walk(node.subject, visitor_); }
  void operator()(const PassedCondition& node) { walk(node.subject, visitor_); }
  void operator()(const QuantifiedCondition& node) { walk(node.condition, visitor_); }
  template <class Leaf>
  void operator()(const Leaf&) {}

 private:
  TreeVisitor& visitor_;
};

class StatementWalk {
 public:
  explicit StatementWalk(TreeVisitor& visitor) : visitor_(visitor) {}

  void operator()(const LetStatement& node) { action(node.action); }
  void operator()(const AssignStatement& node) {
    walk(node.place, visitor_);
    action(node.action);
  }
  void operator()(const CallStatement& node) { action(node.action); }
  void operator()(const DeleteStatement& node) { walk(node.place, visitor_); }
  void operator()(const IfStatement& node) {
    for (const IfBranch& branch : node.branches) {
      walk(branch.condition, visitor_);
      walk(branch.body, visitor_);
    }
    if (node.otherwise) walk(*node.otherwise, visitor_);
  }
  void operator()(const WhileStatement& node) {
    walk(node.condition, visitor_);
    walk(node.body, visitor_);
  }
  void operator()(const LoopStatement& node) { walk(node.body, visitor_); }
  void operator()(const ForRangeStatement& node) {
    walk(node.bounds.first, visitor_);
    walk(node.bounds.last, visitor_);
    walk(node.body, visitor_);
  }
  void operator()(const ForTableStatement& node) {
    walk(node.table, visitor_);
    walk(node.body, visitor_);
  }
  void operator()(const MatchStatement& node) {
    walk(node.subject, visitor_);
    for (const MatchArm& arm : node.arms) {
      visitor_.arm(arm);
      walk(arm.body, visitor_);
    }
  }
  void operator()(const ReturnStatement& node) { walk(node.value, visitor_); }
  void operator()(const ExpectStatement& node) { walk(node.condition, visitor_); }
  void operator()(const AwaitStatement& node) { walk(node.condition, visitor_); }
  void operator()(const ComputeStatement& node) { walk(node.duration, visitor_); }
  void operator()(const SleepStatement& node) { walk(node.duration, visitor_); }
  template <class Leaf>
  void operator()(const Leaf&) {}

 private:
  void action(const Action& action) {
    walk(action.value, visitor_);
    walk(action.timeout, visitor_);
    if (const auto* value = std::get_if<ExpectValueClause>(&action.outcome)) {
      walk(value->value, visitor_);
    }
    walk(action.within, visitor_);
  }

  TreeVisitor& visitor_;
};

}  // namespace

void walk(const Block& block, TreeVisitor& visitor) {
  for (const Statement& statement : block.statements) walk(statement, visitor);
}

void walk(const Statement& statement, TreeVisitor& visitor) {
  visitor.statement(statement);
  std::visit(StatementWalk(visitor), statement.node);
}

void walk(const Expression& expression, TreeVisitor& visitor) {
  visitor.expression(expression);
  std::visit(ExpressionWalk(visitor), expression.node);
}

}  // namespace ipcsim::scenario
