// SPDX-License-Identifier: BSD-2-Clause
// ConstantEvaluator: the value of one expression that must be known before anything runs. Reports
// why there is none.
#pragma once

#include <optional>
#include <string_view>

#include "scenarios/language/constants.h"

namespace ipcsim::scenario {

class ConstantEvaluator {
 public:
  ConstantEvaluator(CheckState& state, Constants& constants, const ConstantPlace& place)
      : state_(state), constants_(constants), place_(place) {}

  using Outcome = std::optional<ConstantValue>;

  Outcome evaluate(const Expression& expression);

  // One for each node of the tree.
  Outcome operator()(const ErrorExpression&) { return std::nullopt; }
  Outcome operator()(const IntegerLiteral& node) { return ConstantValue(node.value); }
  Outcome operator()(const BytesLiteral& node) { return ConstantValue(node.value); }
  Outcome operator()(const BooleanLiteral& node) { return ConstantValue(node.value); }
  Outcome operator()(const UnitExpression& node);
  Outcome operator()(const NameExpression& node);
  Outcome operator()(const MemberExpression& node);
  Outcome operator()(const IndexExpression& node);
  Outcome operator()(const CallExpression& node);
  Outcome operator()(const UnaryExpression& node);
  Outcome operator()(const BinaryExpression& node);
  template <class Other>
  Outcome operator()(const Other&) {
    return not_constant();
  }

 private:
  Outcome of_symbol(SymbolIndex symbol, std::string_view name);
  Outcome of_task(SymbolIndex symbol, const Expression* index);
  Outcome not_constant();
  Outcome wrong_kind(const Expression& operand, StaticKind expected, const ConstantValue& found);
  Outcome arithmetic(const BinaryExpression& node, std::int64_t left, std::int64_t right);
  Outcome logic(const BinaryExpression& node);
  Outcome built_in(BuiltIn function, const CallExpression& node);
  std::optional<std::int64_t> integer(const Expression& expression);
  std::optional<bool> truth(const Expression& expression);
  std::optional<std::string> bytes(const Expression& expression);

  CheckState& state_;
  Constants& constants_;
  const ConstantPlace& place_;
  const Expression* current_ = nullptr;  // what is being evaluated
};

}  // namespace ipcsim::scenario
