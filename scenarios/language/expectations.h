// SPDX-License-Identifier: BSD-2-Clause
// Expectations: judges what a scenario says of the whole run (always, never, eventually, finally),
// and the deadlines of all `within` clauses. It is asked only when something that a condition can
// name has changed, and not at all when a scenario expects nothing of the kind.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/language/interpreter.h"
#include "sim/engine/engine.h"

namespace ipcsim::scenario {

class Expectations final : public engine::StepObserver {
 public:
  explicit Expectations(Interpreter& interpreter) : interpreter_(interpreter) {}

  // After Interpreter::begin, before System::run.
  void begin();

  void step_ended() override;
  void deadline_reached() override;

  // After a run that finished: what must have held by then. A failure is the interpreter's.
  void end();

 private:
  enum class State : std::uint8_t { kOpen, kSettled };
  struct Judged {
    ScriptThread* frame = nullptr;
    State state = State::kOpen;
  };

  Value evaluate(std::uint32_t index);
  void judge(std::uint32_t index);
  void fail(std::uint32_t index, FailureKind kind);
  void judge_deadline(const Deadline& deadline);

  Interpreter& interpreter_;
  std::vector<Judged> judged_;  // as Program::expectations
};

}  // namespace ipcsim::scenario
