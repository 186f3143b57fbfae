// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/statement_checker.h"

#include <utility>

#include <fmt/format.h>

#include "scenarios/language/file_names.h"
#include "scenarios/language/judgement_finder.h"
#include "scenarios/language/kinds.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

using Flow = StatementChecker::Flow;

namespace {

Flow either(Flow one, Flow other) {
  return one == Flow::kEnds && other == Flow::kEnds ? Flow::kEnds : Flow::kGoesOn;
}

}  // namespace

void StatementChecker::check_body(const std::vector<Name>& parameters, const Block& block) {
  for (const Name& parameter : parameters) scope_.declare(parameter, StaticKind::kUnknown);
  if (check_block(block) == Flow::kGoesOn) returns_nothing_ = true;
}

StaticValue StatementChecker::result() const {
  if (!returned_) return StaticKind::kNothing;
  return returns_nothing_ && !returned_->poisoned() ? StaticKind::kUnknown : *returned_;
}

Flow StatementChecker::check_block(const Block& block) {
  scope_.enter();
  Flow flow = Flow::kGoesOn;
  for (std::size_t index = 0; index < block.statements.size(); ++index) {
    const Statement& statement = block.statements[index];
    const Statement* outer = std::exchange(current_, &statement);
    const Flow next = std::visit(*this, statement.node);
    current_ = outer;
    if (flow == Flow::kEnds || next == Flow::kGoesOn) continue;
    flow = Flow::kEnds;
    report_unreachable(block, index + 1);
  }
  scope_.leave();
  return flow;
}

void StatementChecker::report_unreachable(const Block& block, std::size_t first) {
  if (first >= block.statements.size()) return;
  const SourceRange end = block.statements[first - 1].range;
  if (const Statement* judged = find_judgement(block, first)) {
    state_.diagnostics
        .report(DiagnosticCode::never_judged, judged->range,
                "this is never judged: it cannot be reached")
        .with_secondary(end, "nothing behind this is reached");
    return;
  }
  state_.diagnostics
      .report(DiagnosticCode::unreachable, block.statements[first].range, "this cannot be reached")
      .with_secondary(end, "nothing behind this is reached");
}

Flow StatementChecker::operator()(const LetStatement& node) {
  StaticValue value = calls_.check_action(node.action);
  if (value.is(StaticKind::kNothing)) {
    state_.diagnostics
        .report(DiagnosticCode::no_value, node.action.value->range, "this call gives no value")
        .with_help(fmt::format("leave `{} {} =` out",
                               node.mutability == Mutability::kLet ? "let" : "var",
                               node.name.text));
    value = StaticKind::kPoisoned;
  }
  if (node.mutability == Mutability::kVar && !value.poisoned()) {
    const bool assigned = scope_.outline().assigned.contains(node.name.text);
    value = assigned ? StaticKind::kUnknown : value.kind;
  }
  scope_.declare(node.name, value);
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const AssignStatement& node) {
  if (const auto* name = node.place->as<NameExpression>()) {
    assign_variable(node, name->name);
  } else {
    assign_entry(node);
  }
  return Flow::kGoesOn;
}

void StatementChecker::report_fixed(const Name& name, SourceRange declared, std::string_view what) {
  Diagnostic& diagnostic =
      state_.diagnostics.report(DiagnosticCode::assigned_constant, name.range,
                                fmt::format("`{}` is {} and keeps its value", name.text, what));
  if (declared.has_place()) diagnostic.with_secondary(declared, "declared here");
  if (what == "a `let`") diagnostic.with_help("`var` declares a variable that can be set again");
}

void StatementChecker::assign_variable(const AssignStatement& node, const Name& name) {
  const StaticValue value = calls_.check_action(node.action);
  if (value.is(StaticKind::kNothing)) {
    state_.diagnostics.report(DiagnosticCode::no_value, node.action.value->range,
                              "this call gives no value");
  }
  const Variable* variable = scope_.find(name.text);
  if (variable == nullptr) {
    const SymbolIndex symbol = state_.symbols.find(context_.module, name.text);
    if (scope_.find_binding(name.text)) {
      report_fixed(name, {}, "a replica variable or template parameter");
    } else if (symbol.valid()) {
      report_fixed(name, state_.symbols[symbol].range, describe(state_.symbols[symbol].kind));
    } else {
      expressions_.check(*node.place, kCode);
    }
    return;
  }
  context_.resolutions.set(*node.place, LocalVariable{variable->declared->slot});
  switch (variable->declared->role) {
    case VariableRole::kVar:
      break;
    case VariableRole::kLet:
      return report_fixed(name, variable->range, "a `let`");
    case VariableRole::kParameter:
      return report_fixed(name, variable->range, "a parameter");
    case VariableRole::kLoop:
      return report_fixed(name, variable->range, "the variable of a loop");
    case VariableRole::kBinding:
      return report_fixed(name, variable->range, "the event or error of this arm");
  }
  if (node.assignment != Assignment::kAdd) return;
  if (!variable->value.can_be(StaticKind::kInteger)) {
    expressions_.mismatch(node.place->range, "what `+=` adds to", StaticKind::kInteger,
                          variable->value);
  }
  if (!value.can_be(StaticKind::kInteger) && value.is_value()) {
    expressions_.mismatch(node.action.value->range, "what `+=` adds", StaticKind::kInteger, value);
  }
}

void StatementChecker::assign_entry(const AssignStatement& node) {
  expressions_.check(*node.place, kCode);
  const StaticValue value = calls_.check_action(node.action);
  if (value.is(StaticKind::kNothing)) {
    state_.diagnostics.report(DiagnosticCode::no_value, node.action.value->range,
                              "this call gives no value");
  } else if (value.is(StaticKind::kTable)) {
    state_.diagnostics.report(DiagnosticCode::wrong_kind, node.action.value->range,
                              "a table holds no tables");
  } else if (node.assignment == Assignment::kAdd && !value.can_be(StaticKind::kInteger)) {
    expressions_.mismatch(node.action.value->range, "what `+=` adds", StaticKind::kInteger, value);
  }
}

Flow StatementChecker::operator()(const CallStatement& node) {
  const auto* call = node.action.value->as<CallExpression>();
  if (call == nullptr) {  // the parser has said so
    expressions_.check(*node.action.value, kCode);
    return Flow::kGoesOn;
  }
  calls_.check_action(node.action);
  const auto* function = context_.resolutions.find_as<kernel::SystemCall>(*node.action.value);
  if (function == nullptr) return Flow::kGoesOn;
  const bool ends =
      *function == kernel::SystemCall::exit_thread || *function == kernel::SystemCall::exit_task;
  return ends ? Flow::kEnds : Flow::kGoesOn;
}

Flow StatementChecker::operator()(const DeleteStatement& node) {
  expressions_.check(*node.place, kCode);
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const IfStatement& node) {
  Flow flow = Flow::kEnds;
  for (const IfBranch& branch : node.branches) {
    expressions_.require_condition(*branch.condition, kCode);
    flow = either(flow, check_block(branch.body));
  }
  return node.otherwise ? either(flow, check_block(*node.otherwise)) : Flow::kGoesOn;
}

bool StatementChecker::check_loop_body(const Block& block) {
  loops_.push_back(false);
  check_block(block);
  const bool left = loops_.back();
  loops_.pop_back();
  return left;
}

Flow StatementChecker::operator()(const WhileStatement& node) {
  const StaticValue condition =
      expressions_.require(*node.condition, kCode, StaticKind::kBoolean, "a condition");
  const bool left = check_loop_body(node.body);
  const bool for_ever = condition.truth.has_value() && *condition.truth;
  return for_ever && !left ? Flow::kEnds : Flow::kGoesOn;
}

Flow StatementChecker::operator()(const LoopStatement& node) {
  return check_loop_body(node.body) ? Flow::kGoesOn : Flow::kEnds;
}

Flow StatementChecker::operator()(const ForRangeStatement& node) {
  expressions_.require(*node.bounds.first, kCode, StaticKind::kInteger, "the end of a range");
  expressions_.require(*node.bounds.last, kCode, StaticKind::kInteger, "the end of a range");
  scope_.enter();
  scope_.declare(node.variable, StaticKind::kInteger);
  check_loop_body(node.body);
  scope_.leave();
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const ForTableStatement& node) {
  expressions_.require(*node.table, kCode, StaticKind::kTable, "what a `for` goes over");
  scope_.enter();
  scope_.declare(node.variable, StaticKind::kUnknown);
  check_loop_body(node.body);
  scope_.leave();
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const MatchStatement& node) {
  StaticValue subject = expressions_.check(*node.subject, kCode);
  if (subject.is(StaticKind::kKindWord)) subject = StaticKind::kUnknown;  // `match e.kind`
  if (!subject.can_be(StaticKind::kEvent) && !subject.is(StaticKind::kError)) {
    state_.diagnostics.report(
        DiagnosticCode::wrong_kind, node.subject->range,
        fmt::format("`match` tells events and errors apart, this is {}", describe(subject.kind)));
    subject = StaticKind::kPoisoned;
  }
  std::map<std::string_view, SourceRange> seen;
  Flow flow = Flow::kEnds;
  for (const MatchArm& arm : node.arms) flow = either(flow, check_arm(arm, subject, seen));
  // An outcome without an arm ends the run, so the arms are all there is.
  return node.arms.empty() ? Flow::kGoesOn : flow;
}

Flow StatementChecker::check_arm(const MatchArm& arm, const StaticValue& subject,
                                 std::map<std::string_view, SourceRange>& seen) {
  StaticValue bound = subject;
  if (arm.kind && !arm.kind->text.empty()) {
    const auto kind = find_kind(arm.kind->text);
    const auto [earlier, fresh] = seen.emplace(arm.kind->text, arm.kind->range);
    if (!kind) {
      std::vector<std::string_view> legal(event_kind_words().begin(), event_kind_words().end());
      legal.insert(legal.end(), error_words().begin(), error_words().end());
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_kind, arm.kind->range,
                     "there is no kind of event or error", arm.kind->text, legal);
      bound = StaticKind::kPoisoned;
    } else if (!fresh) {
      state_.diagnostics
          .report(DiagnosticCode::duplicate_arm, arm.kind->range,
                  fmt::format("`{}` has an arm already", arm.kind->text))
          .with_secondary(earlier->second, "the first one is taken");
    } else {
      const bool error = std::holds_alternative<kernel::KernelError>(*kind);
      const StaticKind needed = error ? StaticKind::kError : StaticKind::kEvent;
      if (!subject.can_be(needed)) {
        state_.diagnostics.report(
            DiagnosticCode::impossible_kind, arm.kind->range,
            fmt::format("{} is never `{}`", describe(subject.kind), arm.kind->text));
      }
      bound = needed;
      if (const auto* event = std::get_if<kernel::EventKind>(&*kind)) bound.event = *event;
    }
  }
  scope_.enter();
  if (arm.binding) scope_.declare(*arm.binding, bound);
  const Flow flow = check_block(arm.body);
  scope_.leave();
  return flow;
}

bool StatementChecker::inside_loop(std::string_view word) {
  if (!loops_.empty()) return true;
  state_.diagnostics.report(DiagnosticCode::outside_loop, current_->range,
                            fmt::format("there is no loop around this `{}`", word));
  return false;
}

Flow StatementChecker::operator()(const BreakStatement&) {
  if (!inside_loop("break")) return Flow::kGoesOn;
  loops_.back() = true;
  return Flow::kEnds;
}

Flow StatementChecker::operator()(const ContinueStatement&) {
  return inside_loop("continue") ? Flow::kEnds : Flow::kGoesOn;
}

Flow StatementChecker::operator()(const ReturnStatement& node) {
  StaticValue value = StaticKind::kNothing;
  if (node.value) value = expressions_.value(*node.value, kCode);
  if (kind_ == BodyKind::kThread) {
    state_.diagnostics
        .report(DiagnosticCode::return_outside_proc, current_->range, "only a proc returns")
        .with_help("`exit_thread()` ends a thread");
    return Flow::kGoesOn;
  }
  if (!node.value) {
    returns_nothing_ = true;
  } else {
    returned_ = returned_ ? join(*returned_, value) : StaticValue(value.kind);
  }
  return Flow::kEnds;
}

Flow StatementChecker::operator()(const ExpectStatement& node) {
  expressions_.require_condition(*node.condition, kExpectation);
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const MarkStatement&) { return Flow::kGoesOn; }

Flow StatementChecker::operator()(const AwaitStatement& node) {
  const std::size_t terms = expressions_.terms();
  const StaticValue value = expressions_.require_condition(*node.condition, kCondition);
  if (value.poisoned() || expressions_.terms() != terms) return Flow::kGoesOn;
  state_.diagnostics
      .report(DiagnosticCode::await_never_changes, node.condition->range,
              "nothing that others do is named here, so waiting changes nothing")
      .with_help("name what another thread does: `await T.t passed MARK`");
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const ComputeStatement& node) {
  expressions_.require_span(*node.duration, kCode, "a time");
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const SleepStatement& node) {
  expressions_.require_span(*node.duration, kCode, "a time");
  return Flow::kGoesOn;
}

Flow StatementChecker::operator()(const YieldStatement&) { return Flow::kGoesOn; }

}  // namespace ipcsim::scenario
