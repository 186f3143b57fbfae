// SPDX-License-Identifier: BSD-2-Clause
// StatementChecker: the body of one thread or proc, statement by statement: scopes, kinds, where
// control goes, what can never be reached.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/language/body_context.h"
#include "scenarios/language/call_checker.h"
#include "scenarios/language/expression_checker.h"

namespace ipcsim::scenario {

class StatementChecker {
 public:
  StatementChecker(const BodyContext& context, BodyKind kind)
      : context_(context),
        state_(context.state),
        scope_(*context.scope),
        kind_(kind),
        expressions_(context),
        calls_(expressions_) {}

  void check_body(const std::vector<Name>& parameters, const Block& block);

  // What a proc gives, once its body is checked.
  StaticValue result() const;

  // One for each statement; for std::visit alone. Gives whether what follows can be reached.
  enum class Flow : std::uint8_t { kGoesOn, kEnds };
  Flow operator()(const LetStatement& node);
  Flow operator()(const AssignStatement& node);
  Flow operator()(const CallStatement& node);
  Flow operator()(const DeleteStatement& node);
  Flow operator()(const IfStatement& node);
  Flow operator()(const WhileStatement& node);
  Flow operator()(const LoopStatement& node);
  Flow operator()(const ForRangeStatement& node);
  Flow operator()(const ForTableStatement& node);
  Flow operator()(const MatchStatement& node);
  Flow operator()(const BreakStatement& node);
  Flow operator()(const ContinueStatement& node);
  Flow operator()(const ReturnStatement& node);
  Flow operator()(const ExpectStatement& node);
  Flow operator()(const MarkStatement& node);
  Flow operator()(const AwaitStatement& node);
  Flow operator()(const ComputeStatement& node);
  Flow operator()(const SleepStatement& node);
  Flow operator()(const YieldStatement& node);

 private:
  Flow check_block(const Block& block);
  void report_unreachable(const Block& block, std::size_t first);
  bool check_loop_body(const Block& block);  // whether a `break` leaves it
  bool inside_loop(std::string_view word);
  void assign_variable(const AssignStatement& node, const Name& name);
  void assign_entry(const AssignStatement& node);
  void report_fixed(const Name& name, SourceRange declared, std::string_view what);
  Flow check_arm(const MatchArm& arm, const StaticValue& subject,
                 std::map<std::string_view, SourceRange>& seen);

  const BodyContext& context_;
  CheckState& state_;
  BodyScope& scope_;
  BodyKind kind_;
  ExpressionChecker expressions_;
  CallChecker calls_;
  const Statement* current_ = nullptr;
  std::vector<bool> loops_;  // for each loop around: whether a `break` leaves it
  std::optional<StaticValue> returned_;
  bool returns_nothing_ = false;  // somewhere
};

}  // namespace ipcsim::scenario
