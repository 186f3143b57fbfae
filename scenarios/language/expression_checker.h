// SPDX-License-Identifier: BSD-2-Clause
// ExpressionChecker: names and kinds in expressions. Notes what names mean in the context's
// resolutions and gives what is known of the value. What was reported is poisoned.
#pragma once

#include <optional>
#include <string_view>

#include "scenarios/language/body_context.h"
#include "scenarios/language/static_kind.h"
#include "scenarios/language/term_resolver.h"

namespace ipcsim::scenario {

class ExpressionChecker {
 public:
  explicit ExpressionChecker(const BodyContext& context)
      : context_(context), state_(context.state), terms_(context, *this) {}

  // What the expression is, also when it is no value (the kind of an event, nothing).
  StaticValue check(const Expression& expression, Place place);

  // The same where a value is needed.
  StaticValue value(const Expression& expression, Place place);

  // The same where a value of some kind is needed; `what` names the place: "a time-out".
  StaticValue require(const Expression& expression, Place place, StaticKind kind,
                      std::string_view what);
  // An integer that is not negative.
  void require_span(const Expression& expression, Place place, std::string_view what);
  StaticValue require_condition(const Expression& expression, Place place);

  void check_key(const Expression& key, Place place);

  // Reports that `what` is another kind than expected; poisoned.
  StaticValue mismatch(SourceRange range, std::string_view what, StaticKind expected,
                       const StaticValue& found);

  // Whether the expression is the M of `import … as M`.
  // The device that a name stands for, itself or as what a template is given; marked as used.
  std::optional<kernel::DeviceId> device_of(const Expression& expression);
  bool names_module(const Expression& expression) const;

  // How many terms of the run were named so far.
  std::size_t terms() const { return terms_.count(); }
  const BodyContext& context() const { return context_; }

  // One for each node of the tree; for std::visit alone.
  StaticValue operator()(const ErrorExpression&) { return StaticKind::kPoisoned; }
  StaticValue operator()(const IntegerLiteral& node) { return StaticValue::of(node.value); }
  StaticValue operator()(const BytesLiteral& node) { return StaticValue::bytes(node.value.size()); }
  StaticValue operator()(const BooleanLiteral& node);
  StaticValue operator()(const TableLiteral&) { return StaticKind::kTable; }
  StaticValue operator()(const UnitExpression& node);
  StaticValue operator()(const NameExpression& node);
  StaticValue operator()(const MemberExpression& node);
  StaticValue operator()(const IndexExpression& node);
  StaticValue operator()(const AllReplicasExpression& node);
  StaticValue operator()(const CallExpression& node);
  StaticValue operator()(const UnaryExpression& node);
  StaticValue operator()(const BinaryExpression& node);
  StaticValue operator()(const IsExpression& node);
  StaticValue operator()(const EndedCondition& node);
  StaticValue operator()(const PassedCondition& node);
  StaticValue operator()(const QuantifiedCondition& node);

 private:
  StaticValue of_symbol(SymbolIndex symbol, const Name& name);
  StaticValue of_constant(SymbolIndex symbol);
  StaticValue of_task(GroupIndex group, const Expression* index);
  StaticValue unknown_name(const Name& name);
  StaticValue field(const MemberExpression& node);
  StaticValue of_module_member(const MemberExpression& node, const Expression* index);
  struct Operands {
    StaticValue left;
    StaticValue right;
  };
  std::optional<Operands> operands(const BinaryExpression& node, StaticKind kind,
                                   std::string_view what);
  StaticValue equality(const BinaryExpression& node);
  StaticValue membership(const BinaryExpression& node);
  StaticValue bytes_operation(const BinaryExpression& node);
  StaticValue integer_operation(const BinaryExpression& node);
  void note(Resolution resolution);

  const BodyContext& context_;
  CheckState& state_;
  TermResolver terms_;
  const Expression* current_ = nullptr;  // what is being checked
  Place place_ = kCode;
};

}  // namespace ipcsim::scenario
