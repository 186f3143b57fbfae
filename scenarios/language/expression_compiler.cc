// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expression_compiler.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "scenarios/language/kinds.h"
#include "scenarios/language/printer.h"
#include "scenarios/language/units.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

struct BinaryCode {
  Opcode opcode;
  bool swapped = false;
};

BinaryCode code_of(BinaryOperator operation) {
  switch (operation) {
    case BinaryOperator::kEqual:
      return {Opcode::k_equal};
    case BinaryOperator::kNotEqual:
      return {Opcode::k_not_equal};
    case BinaryOperator::kLess:
      return {Opcode::k_less};
    case BinaryOperator::kLessEqual:
      return {Opcode::k_less_equal};
    case BinaryOperator::kGreater:
      return {Opcode::k_less, true};
    case BinaryOperator::kGreaterEqual:
      return {Opcode::k_less_equal, true};
    case BinaryOperator::kIn:
      return {Opcode::k_table_has};
    case BinaryOperator::kStartsWith:
      return {Opcode::k_starts_with};
    case BinaryOperator::kConcatenate:
      return {Opcode::k_concatenate};
    case BinaryOperator::kBitOr:
      return {Opcode::k_bit_or};
    case BinaryOperator::kBitXor:
      return {Opcode::k_bit_xor};
    case BinaryOperator::kBitAnd:
      return {Opcode::k_bit_and};
    case BinaryOperator::kShiftLeft:
      return {Opcode::k_shift_left};
    case BinaryOperator::kShiftRight:
      return {Opcode::k_shift_right};
    case BinaryOperator::kAdd:
      return {Opcode::k_add};
    case BinaryOperator::kSubtract:
      return {Opcode::k_subtract};
    case BinaryOperator::kMultiply:
      return {Opcode::k_multiply};
    case BinaryOperator::kDivide:
      return {Opcode::k_divide};
    case BinaryOperator::kRemainder:
      return {Opcode::k_remainder};
    case BinaryOperator::kAnd:
    case BinaryOperator::kOr:
      break;
  }
  SIM_CHECK(false, "and, or have code of their own");
  return {Opcode::k_jump};
}

Opcode code_of(Field field) {
  switch (field) {
    case Field::kKind:
      return Opcode::k_kind_of;
    case Field::kFd:
      return Opcode::k_event_fd;
    case Field::kTask:
      return Opcode::k_event_task;
    case Field::kUid:
      return Opcode::k_event_uid;
    case Field::kSequence:
      return Opcode::k_event_sequence;
    case Field::kRecord:
    case Field::kTid:
    case Field::kAddress:
    case Field::kPage:
    case Field::kAccess:
    case Field::kCode:
      break;
  }
  return Opcode::k_fault_field;
}

}  // namespace

std::uint16_t kind_code_of(const Name& kind) {
  const std::optional<Kind> found = find_kind(kind.text);
  SIM_CHECK(found.has_value(), "the checker knows every kind");
  return std::visit([](auto one) { return Value::code_of(one); }, *found);
}

Register ExpressionCompiler::value(const Expression& expression) {
  const Resolution* const resolution = body_.resolutions.find(expression);
  if (resolution != nullptr) {
    std::optional<std::uint32_t> named;
    if (const auto* local = std::get_if<LocalVariable>(resolution)) {
      named = body_.register_of(local->slot);
    } else if (const auto* use = std::get_if<BindingUse>(resolution)) {
      named = use->binding;
    }
    if (named.has_value()) {
      note_term(expression, static_cast<Register>(*named));
      return static_cast<Register>(*named);
    }
  }
  const Register target = code_.allocate();
  value_into(expression, target);
  return target;
}

void ExpressionCompiler::value_into(const Expression& expression, Register target) {
  const TemporaryScope scope(code_);
  std::visit(
      Overloaded{
          [](const ErrorExpression&) {
            SIM_CHECK(false, "a scenario with errors is not compiled");
          },
          [&](const IntegerLiteral& node) { code_.load(target, Value::integer(node.value)); },
          [&](const UnitExpression& node) { unit_into(node, target); },
          [&](const BytesLiteral& node) { code_.load_bytes(target, node.value); },
          [&](const BooleanLiteral& node) { code_.load(target, Value::boolean(node.value)); },
          [&](const TableLiteral&) { code_.emit(Opcode::k_new_table, target); },
          [&](const NameExpression&) { name_into(expression, target); },
          [&](const MemberExpression&) { member_into(expression, target); },
          [&](const IndexExpression&) { index_into(expression, target); },
          [](const AllReplicasExpression&) {
            SIM_CHECK(false, "`[*]` stands in terms only, which are compiled whole");
          },
          [&](const CallExpression&) {
            call_into(expression, nullptr, target);
            require_ok(expression, target);
            note_term(expression, target);
          },
          [&](const UnaryExpression& node) { unary_into(node, target); },
          [&](const BinaryExpression& node) { binary_into(node, target); },
          [&](const IsExpression& node) { is_into(expression, node, target); },
          [&](const EndedCondition&) {
            term_into(*body_.resolutions.find_as<Term>(expression), target);
            note_term(expression, target);
          },
          [&](const PassedCondition&) {
            term_into(*body_.resolutions.find_as<Term>(expression), target);
            note_term(expression, target);
          },
          [&](const QuantifiedCondition& node) {
            quantified_into(node, target);
            note_term(expression, target);
          }},
      expression.node);
}

void ExpressionCompiler::constant_into(const ConstantValue& constant, Register target) {
  if (const auto* bytes = std::get_if<std::string>(&constant)) {
    code_.load_bytes(target, *bytes);
  } else {
    code_.load(target, code_.value_of(constant));
  }
}

void ExpressionCompiler::task_into(const TaskUse& use, Register target) {
  if (use.index == nullptr) {
    const TaskGroup& group = body_.scenario.groups[use.group.value()];
    code_.load(target, Value::task(kernel::TaskId(group.first_task)));
    return;
  }
  const Register index = value(*use.index);
  code_.emit(Opcode::k_task_of_group, target, index, use.group.value());
}

void ExpressionCompiler::name_into(const Expression& expression, Register target) {
  const Resolution* const resolution = body_.resolutions.find(expression);
  SIM_CHECK(resolution != nullptr, "the checker resolves every name that is evaluated");
  std::visit(
      Overloaded{[&](const LocalVariable& use) {
                   code_.move(target, body_.register_of(use.slot));
                   note_term(expression, target);
                 },
                 [&](const BindingUse& use) {
                   code_.move(target, static_cast<Register>(use.binding));
                   note_term(expression, target);
                 },
                 [&](const ConstantValue& constant) { constant_into(constant, target); },
                 [&](const TaskUse& use) { task_into(use, target); },
                 [&](const kernel::Scope& scope) { code_.load(target, value_of(scope)); },
                 [&](const kernel::PageAccess& access) { code_.load(target, value_of(access)); },
                 [&](const KindUse& use) {
                   code_.load(target,
                              Value::kind_value(std::visit(
                                  [](auto kind) { return Value::code_of(kind); }, use.kind)));
                 },
                 [&](const Term& term) {
                   term_into(term, target);
                   note_term(expression, target);
                 },
                 [](const auto&) { SIM_CHECK(false, "this name has no value of its own"); }},
      *resolution);
}

void ExpressionCompiler::member_into(const Expression& expression, Register target) {
  if (const auto* field = body_.resolutions.find_as<Field>(expression)) {
    std::vector<Judgement::Term>* const terms = std::exchange(terms_, nullptr);
    const Register object = value(*expression.as<MemberExpression>()->object);
    terms_ = terms;
    code_.emit(code_of(*field), target, object, static_cast<std::uint32_t>(*field));
    note_term(expression, target);
    return;
  }
  name_into(expression, target);
}

void ExpressionCompiler::index_into(const Expression& expression, Register target) {
  if (const auto* use = body_.resolutions.find_as<TaskUse>(expression)) {
    task_into(*use, target);
    return;
  }
  if (const auto* term = body_.resolutions.find_as<Term>(expression)) {
    term_into(*term, target);
    note_term(expression, target);
    return;
  }
  const auto& node = *expression.as<IndexExpression>();
  std::vector<Judgement::Term>* const terms = std::exchange(terms_, nullptr);
  const Register table = value(*node.object);
  const Register key = value(*node.index);
  terms_ = terms;
  code_.emit(Opcode::k_table_get, target, table, key);
  note_term(expression, target);
}

void ExpressionCompiler::unit_into(const UnitExpression& node, Register target) {
  const std::int64_t clock = body_.scenario.machine.clock_mhz;
  if (const auto* literal = node.operand->as<IntegerLiteral>()) {
    const Checked64 folded = in_base_units(literal->value, node.unit, clock);
    if (folded.ok()) {
      code_.load(target, Value::integer(folded.value()));
      return;
    }
  }
  // What a unit stands for, as a factor and a divisor that do not depend on the operand.
  const bool is_divided = node.unit == Unit::kNanoseconds;
  const Checked64 factor = is_divided ? Checked64(clock) : in_base_units(1, node.unit, clock);
  SIM_CHECK(factor.ok(), "no unit is larger than what an integer holds");
  const Register operand = value(*node.operand);
  if (factor.value() == 1) {
    code_.move(target, operand);
    return;
  }
  const Register constant = code_.allocate();
  code_.load(constant, Value::integer(factor.value()));
  code_.emit(Opcode::k_multiply, target, operand, constant);
  if (is_divided) {
    code_.load(constant, Value::integer(1000));
    code_.emit(Opcode::k_divide, target, target, constant);
  }
}

void ExpressionCompiler::unary_into(const UnaryExpression& node, Register target) {
  const Register operand = value(*node.operand);
  const bool is_negation = node.operation == UnaryOperator::kNegate;
  code_.emit(is_negation ? Opcode::k_negate : Opcode::k_logical_not, target, operand);
}

void ExpressionCompiler::binary_into(const BinaryExpression& node, Register target) {
  if (node.operation == BinaryOperator::kAnd || node.operation == BinaryOperator::kOr) {
    logical_into(node, target);
    return;
  }
  const Register left = value(*node.left);
  const Register right = value(*node.right);
  const BinaryCode code = code_of(node.operation);
  code_.emit(code.opcode, target, code.swapped ? right : left, code.swapped ? left : right);
}

void ExpressionCompiler::logical_into(const BinaryExpression& node, Register target) {
  const bool is_and = node.operation == BinaryOperator::kAnd;
  const Register left = value(*node.left);
  const std::uint32_t decided =
      code_.emit(is_and ? Opcode::k_jump_if_false : Opcode::k_jump_if_true, left);
  const std::size_t terms_before = terms_ == nullptr ? 0 : terms_->size();
  const Register right = value(*node.right);
  code_.emit(is_and ? Opcode::k_logical_and : Opcode::k_logical_or, target, left, right);
  const std::uint32_t end = code_.emit(Opcode::k_jump);
  code_.patch(decided);
  // What the right side would show in a report was not evaluated; variables are left alone.
  if (terms_ != nullptr) {
    for (std::size_t index = terms_before; index < terms_->size(); ++index) {
      const Register at = (*terms_)[index].at;
      if (body_.is_temporary(at)) code_.emit(Opcode::k_load_unset, at);
    }
  }
  code_.move(target, left);
  code_.patch(end);
}

void ExpressionCompiler::is_into(const Expression& expression, const IsExpression& node,
                                 Register target) {
  if (const auto* term = body_.resolutions.find_as<Term>(expression)) {
    term_into(*term, target);
    note_term(expression, target);
    return;
  }
  const Register operand = value(*node.operand);
  code_.emit(Opcode::k_is_kind, target, operand, kind_code_of(node.kind));
}

Register ExpressionCompiler::judged_condition(const Expression& condition,
                                              std::vector<Judgement::Term>& terms) {
  terms_ = &terms;
  const Register result = value(condition);
  terms_ = nullptr;
  return result;
}

void ExpressionCompiler::note_term(const Expression& expression, Register at) {
  if (terms_ == nullptr) return;
  std::string text = print(expression);
  const bool is_known = std::ranges::any_of(
      *terms_, [&text](const Judgement::Term& term) { return term.text == text; });
  if (!is_known) terms_->push_back({std::move(text), at});
}

}  // namespace ipcsim::scenario
