// SPDX-License-Identifier: BSD-2-Clause
// Execution: what an instruction works on. Every instruction is a function of the namespace
// `operation` with the opcode's name: it takes the execution and the instruction, and gives the one
// to go on at, or null when the code is to be left (its end, a failure, a killed thread).
#pragma once

#include <cstdint>

#include "scenarios/language/interpreter.h"

namespace ipcsim::scenario {

struct Execution {
  Interpreter& interpreter;
  ScriptThread& thread;
  kernel::UserThread* self;  // null while a condition is evaluated
  std::uint64_t granted;     // instructions it may execute until the next call
  std::uint64_t budget;      // what is left of them
  Value result = {};         // of a condition

  // A new grant; what was used of the old one counts towards the run's instructions.
  void renew_budget() {
    interpreter.count_instructions(granted - budget);
    granted = budget = interpreter.grant(Interpreter::kMaximumInstructions);
  }

  Value& r(std::uint16_t index) const { return thread.registers[index]; }
};

// Where the code goes on after a failure: nowhere.
const Instruction* fail(Execution& run, const Instruction* at, const ScriptFailure& failure);

// The same for a condition or call that did not come out as it must; says whether the thread goes
// on.
Interpreter::Then fail_judgement(Execution& run, const Instruction* at, ScriptFailure failure);

// The failure of an operand that should have been of another kind.
const Instruction* fail_kind(Execution& run, const Instruction* at, const Value& operand,
                             ValueKind expected);

// The jump that stands behind an instruction that decides about it.
inline const Instruction* taken_jump(const Instruction* at) { return at + 1 + at[1].number(); }
inline const Instruction* skipped_jump(const Instruction* at) { return at + 2; }

}  // namespace ipcsim::scenario
