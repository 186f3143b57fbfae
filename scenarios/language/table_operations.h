// SPDX-License-Identifier: BSD-2-Clause
// The instructions on tables.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* new_table(Execution& run, const Instruction* at);
const Instruction* table_get(Execution& run, const Instruction* at);
const Instruction* table_set(Execution& run, const Instruction* at);
const Instruction* table_delete(Execution& run, const Instruction* at);
const Instruction* table_has(Execution& run, const Instruction* at);
const Instruction* table_next(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
