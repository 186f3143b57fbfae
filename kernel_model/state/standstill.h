// SPDX-License-Identifier: BSD-2-Clause
// Standstill: nothing can happen any more and threads that the run waits for have not ended. What
// that is called, and who waits for whom.
#pragma once

#include <vector>

#include "kernel_model/state/kernel_state.h"
#include "sim/engine/run_outcome.h"

namespace ipcsim::kernel {

// `lost_wakeup` when a thread sleeps in a poll although an end it claimed has a bit set, else
// `deadlock`. The details are the wait-for graph, one line a thread.
engine::Finding explain_standstill(const KernelState& state);

// The threads that sleep in a poll although an end of its set has something to tell.
std::vector<const Thread*> overlooked_pollers(const KernelState& state);

}  // namespace ipcsim::kernel
