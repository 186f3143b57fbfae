// SPDX-License-Identifier: BSD-2-Clause
// SpinWatch: notices threads that go round in a loop and get nowhere: round after round each asks
// the same, is told the same and is as it was before.
//
// What always holds: as long as changes() stays what it is, a thread that spins will do in its next
// round what it did in its last one, unless a device, a timer or an interrupt tells it something
// else. Calls that fail, that only look or that only pass time change nothing; all others do.
#pragma once

#include <cstdint>

#include "scenarios/language/instruction.h"
#include "scenarios/language/script_thread.h"
#include "scenarios/language/value.h"

namespace ipcsim::scenario {

class SpinWatch {
 public:
  void begin() { changes_ = 0; }

  // A call of the thread has come back with a result that is no error.
  void call_done(ScriptThread& thread, Opcode opcode, const Value& result) {
    ++thread.round.calls;
    if (!changes_nothing(opcode, result)) ++changes_;
  }
  // The same for one that failed.
  void call_failed(ScriptThread& thread) { ++thread.round.calls; }
  // A thread has begun or ended, which calls alone do not tell.
  void changed() { ++changes_; }

  // The thread jumps back to `to`. True, now and then, while it spins.
  bool goes_round(ScriptThread& thread, const Instruction* to);

  bool spins(const ScriptThread& thread) const {
    return thread.round.spins && thread.round.changes == changes_;
  }
  std::uint64_t changes() const { return changes_; }

 private:
  static bool changes_nothing(Opcode opcode, const Value& result);

  std::uint64_t changes_ = 0;
};

}  // namespace ipcsim::scenario
