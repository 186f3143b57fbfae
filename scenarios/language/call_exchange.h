// SPDX-License-Identifier: BSD-2-Clause
// How an instruction goes to the simulated machine and comes back: what every operation that takes
// time does before and after it.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

// Before a call: what the thread is at can be seen from outside while it waits.
inline kernel::UserThread& enter(Execution& run, const Instruction* at) {
  Interpreter& interpreter = run.interpreter;
  run.thread.at = at;
  run.thread.has_computed = false;
  run.self->set_source(interpreter.program().lines[interpreter.index_of(at)]);
  return *run.self;
}

// After a call: its result, or its error, as the value of the instruction.
template <class T, class Function>
const Instruction* leave(Execution& run, const Instruction* at, const kernel::Call<T>& result,
                         Function value) {
  run.renew_budget();
  if (result.ok()) [[likely]] {
    run.r(at->a) = value(result.value());
    run.interpreter.spin_watch().call_done(run.thread, at->opcode, run.r(at->a));
    return at + 1;
  }
  if (result.error() == kernel::KernelError::killed) return nullptr;
  run.interpreter.spin_watch().call_failed(run.thread);
  run.r(at->a) = Value::error(result.error());
  return at + 1;
}

inline const Instruction* leave(Execution& run, const Instruction* at,
                                const kernel::Call<Nothing>& result) {
  return leave(run, at, result, [](Nothing) { return Value::nothing(); });
}

}  // namespace ipcsim::scenario::operation
