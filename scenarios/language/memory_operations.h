// SPDX-License-Identifier: BSD-2-Clause
// The instructions on simulated memory: frames and mappings, loads, stores and atomics. Each load
// or store of an aligned word is a step of the machine, between which others run.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* new_frame(Execution& run, const Instruction* at);
const Instruction* copy_frame(Execution& run, const Instruction* at);
const Instruction* free_frame(Execution& run, const Instruction* at);
const Instruction* map(Execution& run, const Instruction* at);
const Instruction* protect(Execution& run, const Instruction* at);
const Instruction* unmap(Execution& run, const Instruction* at);

const Instruction* load_number(Execution& run, const Instruction* at);
const Instruction* load_bytes(Execution& run, const Instruction* at);
const Instruction* store_number(Execution& run, const Instruction* at);
const Instruction* store_bytes(Execution& run, const Instruction* at);
const Instruction* exchange(Execution& run, const Instruction* at);
const Instruction* compare_exchange(Execution& run, const Instruction* at);
const Instruction* fetch_add(Execution& run, const Instruction* at);
const Instruction* fence(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
