// SPDX-License-Identifier: BSD-2-Clause
// The instructions that are executed most: values, arithmetic, comparisons, jumps. Inline, so that
// each costs a few host instructions.
#pragma once

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

inline const Instruction* move(Execution& run, const Instruction* at) {
  run.r(at->a) = run.r(at->b);
  return at + 1;
}

inline const Instruction* load_integer(Execution& run, const Instruction* at) {
  run.r(at->a) = Value::integer(at->number());
  return at + 1;
}

inline const Instruction* load_constant(Execution& run, const Instruction* at) {
  run.r(at->a) = run.interpreter.program().constants[at->index()];
  return at + 1;
}

inline const Instruction* load_unset(Execution& run, const Instruction* at) {
  run.r(at->a) = Value();
  return at + 1;
}

// What arithmetic does when an operand is no integer: an unset one makes the result unset, any
// other is a failure.
const Instruction* without_integers(Execution& run, const Instruction* at);
const Instruction* fail_arithmetic(Execution& run, const Instruction* at, ArithmeticError error);

template <class Function>
const Instruction* integer_operation(Execution& run, const Instruction* at, Function function) {
  const Value& left = run.r(at->b);
  const Value& right = run.r(at->c);
  if (!left.is(ValueKind::kInteger) || !right.is(ValueKind::kInteger)) [[unlikely]] {
    return without_integers(run, at);
  }
  const Checked64 result = function(left.integer(), right.integer());
  if (!result.ok()) [[unlikely]]
    return fail_arithmetic(run, at, result.error());
  run.r(at->a) = Value::integer(result.value());
  return at + 1;
}

inline const Instruction* add(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_add);
}
inline const Instruction* subtract(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_subtract);
}
inline const Instruction* multiply(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_multiply);
}
inline const Instruction* divide(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_divide);
}
inline const Instruction* remainder(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_remainder);
}
inline const Instruction* shift_left(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_shift_left);
}
inline const Instruction* shift_right(Execution& run, const Instruction* at) {
  return integer_operation(run, at, checked_shift_right);
}
inline const Instruction* bit_and(Execution& run, const Instruction* at) {
  return integer_operation(
      run, at, [](std::int64_t one, std::int64_t other) -> Checked64 { return one & other; });
}
inline const Instruction* bit_or(Execution& run, const Instruction* at) {
  return integer_operation(
      run, at, [](std::int64_t one, std::int64_t other) -> Checked64 { return one | other; });
}
inline const Instruction* bit_xor(Execution& run, const Instruction* at) {
  return integer_operation(
      run, at, [](std::int64_t one, std::int64_t other) -> Checked64 { return one ^ other; });
}

const Instruction* negate(Execution& run, const Instruction* at);

// An unset operand makes the result of a comparison unset.
template <class Function>
const Instruction* equality(Execution& run, const Instruction* at, Function function) {
  const Value& left = run.r(at->b);
  const Value& right = run.r(at->c);
  run.r(at->a) = left.is_set() && right.is_set() ? Value::boolean(function(left, right)) : Value();
  return at + 1;
}

inline const Instruction* equal(Execution& run, const Instruction* at) {
  return equality(run, at,
                  [](const Value& one, const Value& other) { return scenario::equal(one, other); });
}
inline const Instruction* not_equal(Execution& run, const Instruction* at) {
  return equality(
      run, at, [](const Value& one, const Value& other) { return !scenario::equal(one, other); });
}

template <class Function>
const Instruction* comparison(Execution& run, const Instruction* at, Function function) {
  const Value& left = run.r(at->b);
  const Value& right = run.r(at->c);
  if (!left.is(ValueKind::kInteger) || !right.is(ValueKind::kInteger)) [[unlikely]] {
    return without_integers(run, at);
  }
  run.r(at->a) = Value::boolean(function(left.integer(), right.integer()));
  return at + 1;
}

inline const Instruction* less(Execution& run, const Instruction* at) {
  return comparison(run, at, [](std::int64_t one, std::int64_t other) { return one < other; });
}
inline const Instruction* less_equal(Execution& run, const Instruction* at) {
  return comparison(run, at, [](std::int64_t one, std::int64_t other) { return one <= other; });
}

// Three values: what is unset may be either.
const Instruction* logical_not(Execution& run, const Instruction* at);
const Instruction* logical_and(Execution& run, const Instruction* at);
const Instruction* logical_or(Execution& run, const Instruction* at);

inline const Instruction* jump(Execution& run, const Instruction* at) {
  const Instruction* const to = at + at->number();
  if (to < at && run.self != nullptr) run.interpreter.go_round(run.thread, to);
  return to;
}

// A failure: what decides about a jump is neither true nor false nor unset.
const Instruction* jump_without_truth(Execution& run, const Instruction* at);

inline const Instruction* jump_if_false(Execution& run, const Instruction* at) {
  const Value& truth = run.r(at->a);
  if (!truth.is(ValueKind::kBoolean)) [[unlikely]]
    return jump_without_truth(run, at);
  return truth.truth() ? at + 1 : jump(run, at);
}

inline const Instruction* jump_if_true(Execution& run, const Instruction* at) {
  const Value& truth = run.r(at->a);
  if (!truth.is(ValueKind::kBoolean)) [[unlikely]]
    return jump_without_truth(run, at);
  return truth.truth() ? jump(run, at) : at + 1;
}

// The two ends of a walk over integers: their operands have been made integers by
// skip_unless_less_equal, which checks them.
inline const Instruction* count_up(Execution& run, const Instruction* at) {
  Value& counter = run.r(at->a);
  if (counter.integer() >= run.r(at->b).integer()) return skipped_jump(at);
  counter = Value::integer(counter.integer() + 1);
  return taken_jump(at);
}

const Instruction* skip_unless_less_equal(Execution& run, const Instruction* at);

inline const Instruction* note_change(Execution& run, const Instruction* at) {
  run.interpreter.system().note_change();
  return at + 1;
}

}  // namespace ipcsim::scenario::operation
