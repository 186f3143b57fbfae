// SPDX-License-Identifier: BSD-2-Clause
// The clauses behind a call: `timeout`, `fails`, `expect`, `within`; and `try` before it.
#include <fmt/format.h>

#include "scenarios/language/call_checker.h"
#include "scenarios/language/call_table.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

namespace {

bool is_call_of(const CheckedCall& call, kernel::SystemCall function) {
  const auto* called = std::get_if<kernel::SystemCall>(&call.callee);
  return called != nullptr && *called == function;
}

bool is_unknown(const CheckedCall& call) {
  return std::holds_alternative<CalledUnknown>(call.callee);
}

}  // namespace

StaticValue CallChecker::check_action(const Action& action) {
  const auto* expression = action.value->as<CallExpression>();
  if (expression == nullptr || action.value->parenthesised) {
    return expressions_.value(*action.value, kCode);
  }
  const CheckedCall call = check(*action.value, *expression, kCode, &action);
  if (action.timeout) check_timeout(action, call);
  if (action.within) {
    expressions_.require_span(*action.within, kCode, "a deadline");
    if (std::holds_alternative<BuiltIn>(call.callee)) {
      state_.diagnostics.report(DiagnosticCode::misplaced_clause, action.within->range,
                                "a function takes no time that `within` could judge");
    }
  }
  if (action.errors == ErrorHandling::kReceived) {
    check_try(action, call);
    return call.value.poisoned() ? StaticKind::kPoisoned : StaticKind::kUnknown;
  }
  if (const auto* fails = std::get_if<FailsClause>(&action.outcome)) {
    check_fails(*fails, call);
    return StaticKind::kError;
  }
  if (const auto* kind = std::get_if<ExpectKindClause>(&action.outcome)) {
    check_expected_kind(*kind, action, call);
  }
  if (const auto* value = std::get_if<ExpectValueClause>(&action.outcome)) {
    check_expected_value(*value, action, call);
  }
  return call.value;
}

void CallChecker::check_timeout(const Action& action, const CheckedCall& call) {
  expressions_.require_span(*action.timeout, kCode, "a time-out");
  if (is_unknown(call) || is_call_of(call, kernel::SystemCall::poll) ||
      is_call_of(call, kernel::SystemCall::poll_all)) {
    return;
  }
  state_.diagnostics
      .report(DiagnosticCode::misplaced_clause, action.timeout->range,
              "only `poll` and `poll_all` have a time-out")
      .with_help("`within T` judges how long a call takes");
}

void CallChecker::check_try(const Action& action, const CheckedCall& call) {
  if (!std::holds_alternative<BuiltIn>(call.callee)) return;
  state_.diagnostics.report(DiagnosticCode::misplaced_clause, action.range,
                            "`try` receives the error of a call, and a function never fails");
}

void CallChecker::check_fails(const FailsClause& clause, const CheckedCall& call) {
  if (is_unknown(call) || clause.error.text.empty()) return;
  if (std::holds_alternative<BuiltIn>(call.callee)) {
    state_.diagnostics.report(DiagnosticCode::misplaced_clause, clause.error.range,
                              "only a call fails with an error, and a function is none");
    return;
  }
  // A proc may give back any error.
  const auto* function = std::get_if<kernel::SystemCall>(&call.callee);
  const auto error = kernel::find_kernel_error(clause.error.text);
  const std::vector<std::string_view> possible =
      function != nullptr ? errors_of(*function) : std::vector<std::string_view>{};
  if (!error) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_error, clause.error.range,
                   "there is no error", clause.error.text, possible);
  } else if (function != nullptr && !can_give(*function, *error)) {
    const std::string_view name = signature_of(*function).name;
    state_.diagnostics
        .report(DiagnosticCode::impossible_error, clause.error.range,
                fmt::format("`{}` never fails with `{}`", name, clause.error.text))
        .with_help(possible.empty() ? fmt::format("`{}` never fails", name)
                                    : fmt::format("it can fail with {}", listed(possible)));
  }
}

void CallChecker::check_expected_kind(const ExpectKindClause& clause, const Action& action,
                                      const CheckedCall& call) {
  if (call.value.poisoned() || clause.kind.text.empty()) return;
  const auto kind = find_event_kind(clause.kind.text);
  if (!kind) {
    Diagnostic& diagnostic =
        report_unknown(state_.diagnostics, DiagnosticCode::unknown_kind, clause.kind.range,
                       "there is no kind of event", clause.kind.text, event_kind_words());
    if (kernel::find_kernel_error(clause.kind.text)) {
      diagnostic.with_help(fmt::format("an error is expected by `fails {}`", clause.kind.text));
    }
    return;
  }
  if (!call.value.can_be(StaticKind::kEvent)) {
    state_.diagnostics
        .report(
            DiagnosticCode::wrong_kind, clause.kind.range,
            fmt::format("only an event has a kind, this call gives {}", describe(call.value.kind)))
        .with_help("`expect == E` compares what a call gives");
    return;
  }
  if (*kind == kernel::EventKind::kTimedOut && !action.timeout &&
      std::holds_alternative<kernel::SystemCall>(call.callee)) {
    state_.diagnostics
        .report(DiagnosticCode::impossible_kind, clause.kind.range,
                "without a time-out a poll never gives `timed_out`")
        .with_help("`timeout T` stands before `expect`");
  }
}

void CallChecker::check_expected_value(const ExpectValueClause& clause, const Action& action,
                                       const CheckedCall& call) {
  const StaticValue expected = expressions_.value(*clause.value, kCode);
  if (call.value.poisoned() || expected.poisoned()) return;
  if (call.value.is(StaticKind::kNothing)) {
    state_.diagnostics.report(DiagnosticCode::no_value, action.value->range,
                              "this call gives no value that could be compared");
    return;
  }
  if (call.value.can_be(expected.kind) || expected.can_be(call.value.kind)) return;
  state_.diagnostics.report(DiagnosticCode::wrong_kind, clause.value->range,
                            fmt::format("the call gives {}, and this is {}",
                                        describe(call.value.kind), describe(expected.kind)));
}

}  // namespace ipcsim::scenario
