// SPDX-License-Identifier: BSD-2-Clause
// The instructions about devices, their interrupts and the clock: what drivers do, and what
// conditions see. A device is named by its number.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* open_interrupt_socket(Execution& run, const Instruction* at);
const Instruction* ack_interrupt(Execution& run, const Instruction* at);
const Instruction* device_read(Execution& run, const Instruction* at);
const Instruction* device_write(Execution& run, const Instruction* at);
const Instruction* read_tsc(Execution& run, const Instruction* at);

const Instruction* device_masked(Execution& run, const Instruction* at);
const Instruction* device_interrupts(Execution& run, const Instruction* at);
const Instruction* device_events(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
