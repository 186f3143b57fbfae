// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/judgement_operations.h"

namespace ipcsim::scenario::operation {
namespace {

// What follows a judgement that failed: the next instruction only where the finding is allowed.
const Instruction* after(Execution& run, const Instruction* at, const ScriptFailure& failure) {
  return fail_judgement(run, at, failure) == Interpreter::Then::kGoOn ? at + 1 : nullptr;
}

}  // namespace

const Instruction* expect_kind(Execution& run, const Instruction* at) {
  const Value& result = run.r(at->a);
  if (result.kind_code() == at->b) return at + 1;
  return after(run, at, {.kind = FailureKind::kExpectedKind, .detail = at->b, .left = result});
}

const Instruction* expect_equal(Execution& run, const Instruction* at) {
  const Value& result = run.r(at->a);
  const Value& expected = run.r(at->b);
  if (scenario::equal(result, expected)) return at + 1;
  return after(run, at, {.kind = FailureKind::kExpectedValue, .left = result, .right = expected});
}

const Instruction* expect_true(Execution& run, const Instruction* at) {
  const Value& truth = run.r(at->a);
  if (truth.is_true() || !truth.is_set()) return at + 1;
  if (!truth.is(ValueKind::kBoolean)) return fail_kind(run, at, truth, ValueKind::kBoolean);
  if (!run.interpreter.judges(static_cast<JudgedUnder>(at->b))) return at + 1;
  return after(run, at, {.kind = FailureKind::kExpectedTrue});
}

const Instruction* begin_within(Execution& run, const Instruction* at) {
  const Value& span = run.r(at->a);
  if (!span.is(ValueKind::kInteger)) return fail_kind(run, at, span, ValueKind::kInteger);
  if (span.integer() < 0) return fail(run, at, {.kind = FailureKind::kNegative, .left = span});
  ScriptThread& thread = run.thread;
  engine::EventHandle& handle = thread.withins[thread.within_count];
  handle = engine::EventHandle::none();
  if (run.interpreter.judges_deadline(static_cast<JudgedUnder>(at->b))) {
    const auto cycles = static_cast<Cycles>(span.integer());
    handle = run.interpreter.deadlines().add(
        later(run.self->now(), cycles),
        {&thread, thread.within_count, run.interpreter.index_of(at), cycles});
  }
  ++thread.within_count;
  return at + 1;
}

const Instruction* end_within(Execution& run, const Instruction* at) {
  ScriptThread& thread = run.thread;
  const engine::EventHandle handle = thread.withins[--thread.within_count];
  if (handle.valid()) run.interpreter.deadlines().cancel(handle);
  return at + 1;
}

const Instruction* no_arm(Execution& run, const Instruction* at) {
  return fail(run, at, {.kind = FailureKind::kNoArm, .left = run.r(at->a)});
}

}  // namespace ipcsim::scenario::operation
