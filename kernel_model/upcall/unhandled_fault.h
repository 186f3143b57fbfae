// SPDX-License-Identifier: BSD-2-Clause
// UnhandledFault: a fault of user code that ended its task, and why nobody could handle it. Each is
// reported when the run is over.
#pragma once

#include <cstdint>

#include "kernel_model/abi/user_types.h"
#include "sim/trace/record.h"

namespace ipcsim::kernel {

enum class UnhandledBecause : std::uint8_t {
  kNobodyHandles,  // there is no memory daemon, or it is no page fault
  kOwnFault,       // the memory daemon made it itself
  kTooMany,        // the limit `faults` of the task is reached
  kRefused,        // the memory daemon refused it
  kDaemonEnded,    // the memory daemon ended before it answered
};

struct UnhandledFault {
  ThreadId thread;
  UnhandledBecause because = UnhandledBecause::kNobodyHandles;
  PageAccess access = PageAccess::kRead;
  std::uint64_t address = 0;
  trace::SourceLine source;
};

}  // namespace ipcsim::kernel
