// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/constant_evaluator.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/call_table.h"
#include "scenarios/language/file_names.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/units.h"

namespace ipcsim::scenario {

using Outcome = ConstantEvaluator::Outcome;

Outcome ConstantEvaluator::evaluate(const Expression& expression) {
  const Expression* outer = std::exchange(current_, &expression);
  Outcome value = std::visit(*this, expression.node);
  current_ = outer;
  return value;
}

Outcome ConstantEvaluator::not_constant() {
  state_.diagnostics.report(DiagnosticCode::not_constant, current_->range,
                            "this is not known before anything runs");
  return std::nullopt;
}

Outcome ConstantEvaluator::wrong_kind(const Expression& operand, StaticKind expected,
                                      const ConstantValue& found) {
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, operand.range,
      fmt::format("expected {}, found {}", describe(expected), describe(static_value(found).kind)));
  return std::nullopt;
}

std::optional<std::int64_t> ConstantEvaluator::integer(const Expression& expression) {
  const Outcome value = evaluate(expression);
  if (!value) return std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(&*value)) return *number;
  wrong_kind(expression, StaticKind::kInteger, *value);
  return std::nullopt;
}

std::optional<bool> ConstantEvaluator::truth(const Expression& expression) {
  const Outcome value = evaluate(expression);
  if (!value) return std::nullopt;
  if (const bool* truth = std::get_if<bool>(&*value)) return *truth;
  wrong_kind(expression, StaticKind::kBoolean, *value);
  return std::nullopt;
}

std::optional<std::string> ConstantEvaluator::bytes(const Expression& expression) {
  Outcome value = evaluate(expression);
  if (!value) return std::nullopt;
  if (auto* content = std::get_if<std::string>(&*value)) return std::move(*content);
  wrong_kind(expression, StaticKind::kBytes, *value);
  return std::nullopt;
}

Outcome ConstantEvaluator::operator()(const UnitExpression& node) {
  const auto number = integer(*node.operand);
  if (!number) return std::nullopt;
  std::int64_t clock = 0;
  if (is_host_time(node.unit)) {
    clock = constants_.clock();
    if (clock == 0) {
      report_clock_needed(state_.diagnostics, node.unit_range);
      return std::nullopt;
    }
  }
  const Checked64 result = in_base_units(*number, node.unit, clock);
  if (!result.ok()) {
    report_arithmetic(state_.diagnostics, current_->range, result.error());
    return std::nullopt;
  }
  return ConstantValue(*result);
}

Outcome ConstantEvaluator::operator()(const NameExpression& node) {
  const std::string_view name = node.name.text;
  const auto& names = place_.bindings.names;
  const auto binding = std::find(names.begin(), names.end(), name);
  if (binding != names.end()) {
    const auto index = static_cast<std::size_t>(binding - names.begin());
    if (index < place_.bindings.values.size()) return place_.bindings.values[index];
    return std::nullopt;
  }
  const SymbolIndex symbol = state_.symbols.use(place_.module, name);
  if (symbol.valid()) return of_symbol(symbol, name);
  if (is_kernel_word(name)) return ConstantValue(Word{std::string(name)});
  report_unknown_name(state_, place_.module, current_->range, name, names);
  return std::nullopt;
}

Outcome ConstantEvaluator::of_symbol(SymbolIndex index, std::string_view name) {
  const Symbol& symbol = state_.symbols[index];
  switch (symbol.kind) {
    case SymbolKind::kParam:
    case SymbolKind::kConst:
    case SymbolKind::kMemory:
      return constants_.value_of(index);
    case SymbolKind::kTask:
      return of_task(index, nullptr);
    case SymbolKind::kDevice:
      return ConstantValue(kernel::DeviceId(symbol.index));
    case SymbolKind::kTemplate:
    case SymbolKind::kProc:
    case SymbolKind::kModule:
      break;
  }
  report_unknown_name(state_, place_.module, current_->range, name, {});
  return std::nullopt;
}

// Groups are laid out when all params and consts are evaluated.
Outcome ConstantEvaluator::of_task(SymbolIndex symbol, const Expression* index) {
  const std::uint32_t place = state_.symbols[symbol].index;
  if (place >= state_.result.groups.size()) return not_constant();
  const TaskGroup& group = state_.result.groups[place];
  if (!state_.groups[place].counted) return std::nullopt;
  if (group.first.has_value() != (index != nullptr)) {
    report_replica_mismatch(state_.diagnostics, current_->range, group);
    return std::nullopt;
  }
  std::int64_t offset = 0;
  if (index != nullptr) {
    const auto number = integer(*index);
    if (!number) return std::nullopt;
    if (!has_replica(group, *number)) {
      report_no_replica(state_.diagnostics, index->range, group, *number);
      return std::nullopt;
    }
    offset = *number - *group.first;
  }
  return ConstantValue(kernel::TaskId(group.first_task + static_cast<std::uint32_t>(offset)));
}

Outcome ConstantEvaluator::operator()(const MemberExpression& node) {
  const auto* object = node.object->as<NameExpression>();
  if (object == nullptr) return not_constant();
  const SymbolIndex symbol = state_.symbols.use(place_.module, object->name.text);
  if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kModule) return not_constant();
  const ModuleIndex imported = state_.symbols[symbol].imported;
  const SymbolIndex member = state_.symbols.find_in(imported, node.member.text);
  if (!member.valid()) {
    report_unknown_name(state_, imported, node.member.range, node.member.text, {});
    return std::nullopt;
  }
  state_.symbols.mark_used(member);
  return of_symbol(member, node.member.text);
}

Outcome ConstantEvaluator::operator()(const IndexExpression& node) {
  SymbolIndex symbol = SymbolIndex::none();
  if (const auto* name = node.object->as<NameExpression>()) {
    symbol = state_.symbols.use(place_.module, name->name.text);
    if (!symbol.valid()) {
      report_unknown_name(state_, place_.module, name->name.range, name->name.text, {});
      return std::nullopt;
    }
  } else if (const auto* member = node.object->as<MemberExpression>()) {
    const auto* module = member->object->as<NameExpression>();
    const SymbolIndex import = module == nullptr
                                   ? SymbolIndex::none()
                                   : state_.symbols.use(place_.module, module->name.text);
    if (import.valid() && state_.symbols[import].kind == SymbolKind::kModule) {
      symbol = state_.symbols.find_in(state_.symbols[import].imported, member->member.text);
    }
  }
  if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kTask) return not_constant();
  state_.symbols.mark_used(symbol);
  return of_task(symbol, node.index.get());
}

Outcome ConstantEvaluator::operator()(const UnaryExpression& node) {
  if (node.operation == UnaryOperator::kNot) {
    const auto value = truth(*node.operand);
    if (!value) return std::nullopt;
    return ConstantValue(!*value);
  }
  const auto value = integer(*node.operand);
  if (!value) return std::nullopt;
  const Checked64 result = checked_negate(*value);
  if (result.ok()) return ConstantValue(*result);
  report_arithmetic(state_.diagnostics, current_->range, result.error());
  return std::nullopt;
}

Outcome ConstantEvaluator::operator()(const BinaryExpression& node) {
  switch (node.operation) {
    case BinaryOperator::kOr:
    case BinaryOperator::kAnd:
      return logic(node);
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual: {
      const Outcome left = evaluate(*node.left);
      const Outcome right = evaluate(*node.right);
      if (!left || !right) return std::nullopt;
      if (left->index() != right->index()) {
        return wrong_kind(*node.right, static_value(*left).kind, *right);
      }
      return ConstantValue((*left == *right) == (node.operation == BinaryOperator::kEqual));
    }
    case BinaryOperator::kStartsWith:
    case BinaryOperator::kConcatenate: {
      const auto left = bytes(*node.left);
      const auto right = bytes(*node.right);
      if (!left || !right) return std::nullopt;
      if (node.operation == BinaryOperator::kStartsWith) {
        return ConstantValue(left->starts_with(*right));
      }
      return ConstantValue(*left + *right);
    }
    case BinaryOperator::kIn:
      return not_constant();
    default: {
      const auto left = integer(*node.left);
      const auto right = integer(*node.right);
      if (!left || !right) return std::nullopt;
      return arithmetic(node, *left, *right);
    }
  }
}

Outcome ConstantEvaluator::logic(const BinaryExpression& node) {
  const auto left = truth(*node.left);
  const auto right = truth(*node.right);
  if (!left || !right) return std::nullopt;
  return ConstantValue(node.operation == BinaryOperator::kAnd ? *left && *right : *left || *right);
}

Outcome ConstantEvaluator::arithmetic(const BinaryExpression& node, std::int64_t left,
                                      std::int64_t right) {
  if (const auto compared = compare_integers(node.operation, left, right)) {
    return ConstantValue(*compared);
  }
  const Checked64 result = combine_integers(node.operation, left, right);
  if (result.ok()) return ConstantValue(*result);
  report_arithmetic(state_.diagnostics, current_->range, result.error());
  return std::nullopt;
}

Outcome ConstantEvaluator::operator()(const CallExpression& node) {
  const auto function = node.callee.module ? std::nullopt : find_built_in(node.callee.name.text);
  if (!function) return not_constant();
  const CallSignature& signature = signature_of(*function);
  if (node.arguments.size() != signature.count) {
    report_argument_count(state_.diagnostics, current_->range, signature, node.arguments.size());
    return std::nullopt;
  }
  return built_in(*function, node);
}

Outcome ConstantEvaluator::built_in(BuiltIn function, const CallExpression& node) {
  const std::size_t width = width_of(function);
  switch (function) {
    case BuiltIn::le8:
    case BuiltIn::le16:
    case BuiltIn::le32:
    case BuiltIn::le64: {
      const auto number = integer(*node.arguments[0]);
      if (!number) return std::nullopt;
      if (!fits_bytes(*number, static_cast<unsigned>(width))) {
        state_.diagnostics.report(DiagnosticCode::arithmetic, node.arguments[0]->range,
                                  fmt::format("{} does not fit into {} bytes", *number, width));
        return std::nullopt;
      }
      std::string text;
      for (std::size_t place = 0; place < width; ++place) {
        const auto bits = static_cast<std::uint64_t>(*number) >> (8 * place);
        text += static_cast<char>(static_cast<unsigned char>(bits & 0xffU));
      }
      return ConstantValue(std::move(text));
    }
    case BuiltIn::len: {
      const auto content = bytes(*node.arguments[0]);
      if (!content) return std::nullopt;
      return ConstantValue(static_cast<std::int64_t>(content->size()));
    }
    default:
      return not_constant();
  }
}

}  // namespace ipcsim::scenario
