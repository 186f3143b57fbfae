// SPDX-License-Identifier: BSD-2-Clause
// CallChecker: calls of the kernel, of built-in functions and of procs: who is called, with how
// many arguments of which kinds, and which clauses may follow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "scenarios/language/call_table.h"
#include "scenarios/language/expression_checker.h"
#include "scenarios/language/kinds.h"

namespace ipcsim::scenario {

struct CalledProc {
  std::uint32_t proc = 0;
};

struct CalledUnknown {};

struct CheckedCall {
  StaticValue value;
  std::variant<CalledUnknown, kernel::SystemCall, BuiltIn, CalledProc> callee;
};

class CallChecker {
 public:
  explicit CallChecker(ExpressionChecker& expressions)
      : expressions_(expressions),
        context_(expressions.context()),
        state_(expressions.context().state) {}

  // `action` is what the call is the whole value of; null for a call inside an expression.
  CheckedCall check(const Expression& whole, const CallExpression& call, Place place,
                    const Action* action);

  // A value with its clauses; what is known of what it gives.
  StaticValue check_action(const Action& action);

 private:
  CheckedCall system_call(const Expression& whole, kernel::SystemCall function,
                          const CallExpression& call, const Action* action);
  CheckedCall built_in(const Expression& whole, BuiltIn function, const CallExpression& call,
                       Place place);
  CheckedCall proc(const Expression& whole, std::uint32_t index, const CallExpression& call,
                   Place place);
  CheckedCall unknown(const CallExpression& call, SymbolIndex found, Place place);
  CheckedCall spawn(const Expression& whole, const CallExpression& call);

  bool admits(const Expression& whole, std::string_view name, Place place);
  StaticValue argument(const Expression& expression, ArgumentKind kind, std::string_view what,
                       Place place);
  std::string word_of(const Expression& expression);
  StaticValue scope_argument(const Expression& expression);
  void check_values(const CallExpression& call, Place place);
  void note_use(const Expression& argument, kernel::SystemCall function);
  void note_connect(const Expression& task);
  void note_poll(const Expression& whole, const CallExpression& call, const Action* action);
  void judge_write(const Expression& bytes, const StaticValue& value, const Action* action);
  StaticValue access_argument(const Expression& expression);
  StaticValue device_argument(const Expression& expression);
  void judge_load(SourceRange range, std::int64_t count);
  void judge_uid(const Expression& uid, const StaticValue& value, const Action* action);

  void check_timeout(const Action& action, const CheckedCall& call);
  void check_try(const Action& action, const CheckedCall& call);
  void check_fails(const FailsClause& clause, const CheckedCall& call);
  void check_expected_kind(const ExpectKindClause& clause, const Action& action,
                           const CheckedCall& call);
  void check_expected_value(const ExpectValueClause& clause, const Action& action,
                            const CheckedCall& call);

  ExpressionChecker& expressions_;
  const BodyContext& context_;
  CheckState& state_;
};

}  // namespace ipcsim::scenario
