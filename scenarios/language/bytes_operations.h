// SPDX-License-Identifier: BSD-2-Clause
// The instructions on bytes, events, errors and descriptors' numbers.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* concatenate(Execution& run, const Instruction* at);
const Instruction* starts_with(Execution& run, const Instruction* at);
const Instruction* to_bytes(Execution& run, const Instruction* at);
const Instruction* get_bytes_8(Execution& run, const Instruction* at);
const Instruction* get_bytes_16(Execution& run, const Instruction* at);
const Instruction* get_bytes_32(Execution& run, const Instruction* at);
const Instruction* get_bytes_64(Execution& run, const Instruction* at);
const Instruction* part(Execution& run, const Instruction* at);
const Instruction* length(Execution& run, const Instruction* at);

const Instruction* number_of(Execution& run, const Instruction* at);
const Instruction* descriptor_of(Execution& run, const Instruction* at);
const Instruction* is_kind(Execution& run, const Instruction* at);
const Instruction* kind_of(Execution& run, const Instruction* at);
const Instruction* event_fd(Execution& run, const Instruction* at);
const Instruction* event_task(Execution& run, const Instruction* at);
const Instruction* event_uid(Execution& run, const Instruction* at);
const Instruction* event_sequence(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
