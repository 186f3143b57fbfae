// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/value_operations.h"

namespace ipcsim::scenario::operation {

const Instruction* without_integers(Execution& run, const Instruction* at) {
  for (const std::uint16_t index : {at->b, at->c}) {
    const Value& operand = run.r(index);
    if (operand.is_set() && !operand.is(ValueKind::kInteger)) {
      return fail_kind(run, at, operand, ValueKind::kInteger);
    }
  }
  run.r(at->a) = Value();
  return at + 1;
}

const Instruction* fail_arithmetic(Execution& run, const Instruction* at, ArithmeticError error) {
  return fail(run, at,
              {.kind = FailureKind::kArithmetic, .detail = static_cast<std::uint32_t>(error)});
}

const Instruction* negate(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (!operand.is_set()) {
    run.r(at->a) = Value();
    return at + 1;
  }
  if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
  const Checked64 result = checked_negate(operand.integer());
  if (!result.ok()) return fail_arithmetic(run, at, result.error());
  run.r(at->a) = Value::integer(result.value());
  return at + 1;
}

namespace {

bool may_be_truth(const Value& value) { return value.is(ValueKind::kBoolean) || !value.is_set(); }

const Instruction* fail_truth(Execution& run, const Instruction* at, const Value& operand) {
  return fail_kind(run, at, operand, ValueKind::kBoolean);
}

}  // namespace

const Instruction* logical_not(Execution& run, const Instruction* at) {
  const Value operand = run.r(at->b);
  if (!may_be_truth(operand)) return fail_truth(run, at, operand);
  run.r(at->a) = operand.is_set() ? Value::boolean(!operand.truth()) : Value();
  return at + 1;
}

const Instruction* logical_and(Execution& run, const Instruction* at) {
  const Value left = run.r(at->b);
  const Value right = run.r(at->c);
  if (!may_be_truth(left)) return fail_truth(run, at, left);
  if (!may_be_truth(right)) return fail_truth(run, at, right);
  Value& result = run.r(at->a);
  result = Value();
  if (left.is_false() || right.is_false()) result = Value::boolean(false);
  if (left.is_true() && right.is_true()) result = Value::boolean(true);
  return at + 1;
}

const Instruction* logical_or(Execution& run, const Instruction* at) {
  const Value left = run.r(at->b);
  const Value right = run.r(at->c);
  if (!may_be_truth(left)) return fail_truth(run, at, left);
  if (!may_be_truth(right)) return fail_truth(run, at, right);
  Value& result = run.r(at->a);
  result = Value();
  if (left.is_true() || right.is_true()) result = Value::boolean(true);
  if (left.is_false() && right.is_false()) result = Value::boolean(false);
  return at + 1;
}

const Instruction* jump_without_truth(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->a);
  return operand.is_set() ? fail_truth(run, at, operand) : at + 1;
}

const Instruction* skip_unless_less_equal(Execution& run, const Instruction* at) {
  for (const std::uint16_t index : {at->a, at->b}) {
    if (!run.r(index).is(ValueKind::kInteger)) {
      return fail_kind(run, at, run.r(index), ValueKind::kInteger);
    }
  }
  return run.r(at->a).integer() > run.r(at->b).integer() ? taken_jump(at) : skipped_jump(at);
}

}  // namespace ipcsim::scenario::operation
