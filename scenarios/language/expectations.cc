// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expectations.h"

namespace ipcsim::scenario {

void Expectations::begin() {
  const std::vector<Expectation>& expectations = interpreter_.program().expectations;
  judged_.clear();
  bool each_change = false;
  for (std::uint32_t index = 0; index < expectations.size(); ++index) {
    const Expectation& expectation = expectations[index];
    judged_.push_back({&interpreter_.make_condition_frame(expectation.condition.registers)});
    if (!expectation.within.has_value() && !interpreter_.judges(expectation.judged)) {
      judged_.back().state = State::kSettled;
      continue;
    }
    each_change = each_change || expectation.kind != ExpectationKind::kFinally;
    if (expectation.within.has_value() && interpreter_.judges_deadline(expectation.judged)) {
      interpreter_.deadlines().add(
          *expectation.within,
          {.thread = nullptr, .nesting = index, .instruction = 0, .span = *expectation.within});
    }
  }
  interpreter_.system().observe(this, each_change);
}

Value Expectations::evaluate(std::uint32_t index) {
  const Program& program = interpreter_.program();
  return interpreter_.evaluate(*judged_[index].frame,
                               program.code.data() + program.expectations[index].condition.entry);
}

void Expectations::fail(std::uint32_t index, FailureKind kind) {
  const Expectation& expectation = interpreter_.program().expectations[index];
  judged_[index].state = State::kSettled;
  ScriptFailure failure;
  failure.kind = kind;
  failure.detail = index;
  failure.instruction = expectation.condition.done;
  if (expectation.within.has_value()) {
    failure.left = Value::integer(static_cast<std::int64_t>(*expectation.within));
  }
  interpreter_.fail(failure, *judged_[index].frame);
}

void Expectations::judge(std::uint32_t index) {
  const Value holds = evaluate(index);
  switch (interpreter_.program().expectations[index].kind) {
    case ExpectationKind::kAlways:
      if (holds.is_false()) fail(index, FailureKind::kAlways);
      return;
    case ExpectationKind::kNever:
      if (holds.is_true()) fail(index, FailureKind::kNever);
      return;
    case ExpectationKind::kEventually:
      if (holds.is_true()) judged_[index].state = State::kSettled;
      return;
    case ExpectationKind::kFinally:
      return;
  }
}

void Expectations::step_ended() {
  for (std::uint32_t index = 0; index < judged_.size(); ++index) {
    const bool is_final =
        interpreter_.program().expectations[index].kind == ExpectationKind::kFinally;
    if (judged_[index].state == State::kOpen && !is_final) judge(index);
  }
}

void Expectations::deadline_reached() {
  while (interpreter_.deadlines().is_due() && interpreter_.failure() == nullptr) {
    judge_deadline(interpreter_.deadlines().take());
  }
}

void Expectations::judge_deadline(const Deadline& deadline) {
  if (deadline.thread == nullptr) {
    const std::uint32_t index = deadline.nesting;
    if (judged_[index].state == State::kSettled) return;
    judge(index);
    if (judged_[index].state == State::kOpen) fail(index, FailureKind::kEventuallyWithin);
    return;
  }
  deadline.thread->withins[deadline.nesting] = engine::EventHandle::none();
  ScriptFailure failure;
  failure.kind = FailureKind::kWithin;
  failure.left = Value::integer(static_cast<std::int64_t>(deadline.span));
  failure.instruction = deadline.instruction;
  failure.thread = deadline.thread->id;
  failure.task = interpreter_.task_of(*deadline.thread);
  interpreter_.fail(failure, *deadline.thread);
}

void Expectations::end() {
  for (std::uint32_t index = 0; index < judged_.size(); ++index) {
    if (judged_[index].state == State::kSettled || interpreter_.failure() != nullptr) continue;
    const ExpectationKind kind = interpreter_.program().expectations[index].kind;
    if (kind == ExpectationKind::kFinally) {
      if (evaluate(index).is_false()) fail(index, FailureKind::kFinally);
    } else {
      judge(index);
      const bool never_held =
          kind == ExpectationKind::kEventually && judged_[index].state == State::kOpen;
      if (never_held) fail(index, FailureKind::kEventually);
    }
  }
}

}  // namespace ipcsim::scenario
