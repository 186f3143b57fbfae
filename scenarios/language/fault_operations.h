// SPDX-License-Identifier: BSD-2-Clause
// The instructions on page faults: the calls of a memory daemon, and what they give.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* open_fault_socket(Execution& run, const Instruction* at);
const Instruction* take_fault(Execution& run, const Instruction* at);
const Instruction* resume_fault(Execution& run, const Instruction* at);
const Instruction* refuse_fault(Execution& run, const Instruction* at);
const Instruction* fault_field(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
