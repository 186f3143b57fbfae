// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/execution.h"

namespace ipcsim::scenario {

const Instruction* fail(Execution& run, const Instruction* at, const ScriptFailure& failure) {
  // A thread whose error is silenced has nothing to go on with: it ends.
  if (fail_judgement(run, at, failure) == Interpreter::Then::kGoOn && run.self != nullptr) {
    (void)run.self->exit_thread();
  }
  return nullptr;
}

Interpreter::Then fail_judgement(Execution& run, const Instruction* at, ScriptFailure failure) {
  failure.instruction = run.interpreter.index_of(at);
  if (run.self != nullptr) {
    failure.thread = run.thread.id;
    failure.task = run.interpreter.task_of(run.thread);
  }
  return run.interpreter.fail(failure, run.thread);
}

const Instruction* fail_kind(Execution& run, const Instruction* at, const Value& operand,
                             ValueKind expected) {
  return fail(run, at,
              {.kind = FailureKind::kWrongKind,
               .detail = static_cast<std::uint32_t>(expected),
               .left = operand});
}

}  // namespace ipcsim::scenario
