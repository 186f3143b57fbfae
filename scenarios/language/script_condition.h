// SPDX-License-Identifier: BSD-2-Clause
// ScriptCondition: a compiled condition that the kernel asks for: what a thread awaits, or from
// when on a device acts. What cannot be judged yet does not hold.
#pragma once

#include "kernel_model/entry/user_thread.h"
#include "scenarios/language/interpreter.h"

namespace ipcsim::scenario {

class ScriptCondition final : public kernel::AwaitCondition {
 public:
  // The code at `begin` runs in the frame of `frame`.
  ScriptCondition(Interpreter& interpreter, ScriptThread& frame, const Instruction* begin)
      : interpreter_(interpreter), frame_(frame), begin_(begin) {}

  bool holds() const override { return interpreter_.evaluate(frame_, begin_).is_true(); }
  bool names_devices() const override;

 private:
  Interpreter& interpreter_;
  ScriptThread& frame_;
  const Instruction* begin_;
};

}  // namespace ipcsim::scenario
