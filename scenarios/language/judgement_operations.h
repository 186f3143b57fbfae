// SPDX-License-Identifier: BSD-2-Clause
// The instructions that judge: what a call must give, what must hold here, how long it may take.
#pragma once

#include "scenarios/language/execution.h"

namespace ipcsim::scenario::operation {

inline const Instruction* require_ok(Execution& run, const Instruction* at) {
  const Value& result = run.r(at->a);
  if (!result.is(ValueKind::kError)) [[likely]]
    return at + 1;
  return fail(run, at, {.kind = FailureKind::kCallFailed, .left = result});
}

const Instruction* expect_kind(Execution& run, const Instruction* at);
const Instruction* expect_equal(Execution& run, const Instruction* at);
const Instruction* expect_true(Execution& run, const Instruction* at);
const Instruction* begin_within(Execution& run, const Instruction* at);
const Instruction* end_within(Execution& run, const Instruction* at);
const Instruction* no_arm(Execution& run, const Instruction* at);

}  // namespace ipcsim::scenario::operation
