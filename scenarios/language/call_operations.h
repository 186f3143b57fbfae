// SPDX-License-Identifier: BSD-2-Clause
// The instructions that call into the kernel or take simulated time, and those that enter and leave
// procs. While such an instruction waits, the thread's program point is that instruction.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* call_proc(Execution& run, const Instruction* at);
const Instruction* return_value(Execution& run, const Instruction* at);
const Instruction* end_thread(Execution& run, const Instruction* at);

const Instruction* connect(Execution& run, const Instruction* at);
const Instruction* new_port(Execution& run, const Instruction* at);
const Instruction* push_to_listen_queue(Execution& run, const Instruction* at);
const Instruction* close(Execution& run, const Instruction* at);
const Instruction* read(Execution& run, const Instruction* at);
const Instruction* write(Execution& run, const Instruction* at);
const Instruction* wakeup(Execution& run, const Instruction* at);
const Instruction* poll(Execution& run, const Instruction* at);
const Instruction* poll_all(Execution& run, const Instruction* at);
const Instruction* block_uid(Execution& run, const Instruction* at);
const Instruction* unblock_uid(Execution& run, const Instruction* at);
const Instruction* spawn(Execution& run, const Instruction* at);
const Instruction* exit_thread(Execution& run, const Instruction* at);
const Instruction* exit_task(Execution& run, const Instruction* at);
const Instruction* kill(Execution& run, const Instruction* at);
const Instruction* sleep(Execution& run, const Instruction* at);
const Instruction* yield(Execution& run, const Instruction* at);
const Instruction* compute(Execution& run, const Instruction* at);
const Instruction* catch_up(Execution& run, const Instruction* at);
const Instruction* random(Execution& run, const Instruction* at);
const Instruction* mark(Execution& run, const Instruction* at);
const Instruction* await(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
