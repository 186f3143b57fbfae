// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/script_condition.h"

namespace ipcsim::scenario {

bool ScriptCondition::names_devices() const {
  for (const Instruction* at = begin_; at->opcode != Opcode::k_condition_done; ++at) {
    switch (at->opcode) {
      case Opcode::k_device_masked:
      case Opcode::k_device_interrupts:
      case Opcode::k_device_events:
        return true;
      default:
        break;
    }
  }
  return false;
}

}  // namespace ipcsim::scenario
