// SPDX-License-Identifier: BSD-2-Clause
// Injection: something that a scenario lets go wrong from outside: at a given cycle, or, without
// one, after any step, once, as a choice of the schedule (whose reference is: not at all).
#pragma once

#include <cstdint>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/ids.h"
#include "sim/base/cycles.h"

namespace ipcsim::kernel {

enum class InjectionKind : std::uint8_t {
  kKillTask,
  kKillThread,
  kSpuriousWakeup,     // an end of the task is signaled although nobody did
  kSpuriousInterrupt,  // the wire of a device rises and falls for no reason
  kExhaust,            // from then on a limit of the task counts as reached
};

struct Injection {
  InjectionKind kind = InjectionKind::kKillTask;
  TaskId task;
  DeviceId device;                           // of kSpuriousInterrupt
  ThreadId thread;                           // of kKillThread
  LimitName limit = LimitName::connections;  // of kExhaust
  Cycle at = kNever;                         // kNever: a choice
};

}  // namespace ipcsim::kernel
