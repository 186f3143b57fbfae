// SPDX-License-Identifier: BSD-2-Clause
// ScriptThread: a simulated thread whose code is a scenario's. Program point, frames and variables
// are all here, in the run's arena, and none of them on the fiber's stack: the state of a thread
// can be read while it waits, and its fiber can be abandoned.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel_model/entry/user_thread.h"
#include "scenarios/language/instruction.h"
#include "scenarios/language/value.h"
#include "sim/engine/event_queue.h"

namespace ipcsim::scenario {

class Interpreter;

// Where a proc goes on when it returns, and the registers of its caller.
struct ScriptFrame {
  const Instruction* return_to = nullptr;
  Value* registers = nullptr;
};

class ScriptThread final : public kernel::ThreadProgram {
 public:
  explicit ScriptThread(Interpreter& interpreter) : interpreter_(&interpreter) {}

  void run(kernel::UserThread& self) override;
  bool abandonable() const override { return true; }

  bool passed(std::uint32_t mark) const { return (marks[mark / 64] >> mark % 64 & 1U) != 0; }
  void pass(std::uint32_t mark) { marks[mark / 64] |= std::uint64_t{1} << mark % 64; }
  std::span<Value> all_registers() const { return {stack, stack_size}; }

  // Where it goes round in a loop; for SpinWatch.
  struct Round {
    const Instruction* at = nullptr;  // where the loop begins; null: it has not gone round yet
    std::uint64_t changes = 0;        // of the scenario, before the first of these rounds
    std::uint64_t digest = 0;         // of the thread's variables, a round ago
    std::uint32_t rounds = 0;         // one like the other, as far as is known
    std::uint32_t calls = 0;          // in the round under way
    bool spins = false;
  };

  std::string_view name;  // as traces show it: "server.worker[1]"
  kernel::ThreadId id;    // none before it runs, if it was spawned
  std::uint32_t place = 0;
  std::uint32_t stack_size = 0;    // registers of all frames together
  std::uint32_t frame_count = 0;   // frames below the running one
  std::uint32_t within_count = 0;  // `within` clauses that wait for their end
  Round round;
  bool has_computed = false;        // since its last call, which is what pays for it
  const Instruction* at = nullptr;  // the next instruction, or the call it is in
  Value* registers = nullptr;       // of the running frame
  Value* stack = nullptr;           // of the thread's own body: the variables conditions name
  ScriptFrame* frames = nullptr;
  engine::EventHandle* withins = nullptr;  // their deadlines; at most one a frame
  std::uint64_t* marks = nullptr;          // one bit a mark
  kernel::Descriptor* poll_set = nullptr;
  std::uint32_t poll_capacity = 0;
  // Bytes that it stores or has loaded, while it waits.
  std::byte* bytes = nullptr;
  std::uint32_t bytes_capacity = 0;

 private:
  Interpreter* interpreter_;
};

}  // namespace ipcsim::scenario
