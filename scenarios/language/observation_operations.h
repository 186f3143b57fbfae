// SPDX-License-Identifier: BSD-2-Clause
// The instructions by which conditions see the run: other threads' variables and marks, and what
// the kernel's Observation shows. Whatever is asked about a thread that is not there yet is unset.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

const Instruction* task_of_group(Execution& run, const Instruction* at);
const Instruction* subject_of(Execution& run, const Instruction* at);
const Instruction* spawned_count(Execution& run, const Instruction* at);
const Instruction* variable_of(Execution& run, const Instruction* at);
const Instruction* thread_ended(Execution& run, const Instruction* at);
const Instruction* thread_is(Execution& run, const Instruction* at);
const Instruction* thread_passed(Execution& run, const Instruction* at);
const Instruction* end_signaled(Execution& run, const Instruction* at);
const Instruction* end_closed(Execution& run, const Instruction* at);
const Instruction* task_ended(Execution& run, const Instruction* at);
const Instruction* connections_of(Execution& run, const Instruction* at);
const Instruction* ports_of(Execution& run, const Instruction* at);
const Instruction* frames_of(Execution& run, const Instruction* at);
const Instruction* fault_queue(Execution& run, const Instruction* at);
const Instruction* listen_queue_of(Execution& run, const Instruction* at);
const Instruction* waiting_connects_of(Execution& run, const Instruction* at);

inline const Instruction* condition_done(Execution& run, const Instruction* at) {
  run.result = run.r(at->a);
  return nullptr;
}

}  // namespace ipcsim::scenario::operation
