// SPDX-License-Identifier: BSD-2-Clause
// WaitRecord: what a blocked thread waits for, and how the wait ended. Whoever completes it first
// wins (a signal, a time-out, a kill); who comes later finds it complete and leaves it alone.
//
//   kNone --block--> kWaiting --complete--> kComplete --the thread goes on--> kNone
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/abi/vocabulary.h"
#include "sim/engine/event_queue.h"

namespace ipcsim::kernel {

enum class WaitState : std::uint8_t { kNone, kWaiting, kComplete };

struct WaitRecord {
  explicit WaitRecord(std::pmr::memory_resource& memory) : claimed(&memory) {}

  WaitState state = WaitState::kNone;

  // How it ended.
  bool failed = false;                      // a connect has no port
  KernelError error = KernelError::killed;  // when failed
  Event event;                              // of a poll
  bool retest = false;                      // of a poll: nothing has come yet, look again
  Descriptor fd;                            // of a connect
  Reason why = Reason::kNone;
  std::uint32_t flow = 0;  // the arrow from whoever completed it

  // The time-out or the end of a sleep, while it is pending.
  CpuId timer_cpu;
  engine::EventHandle timer;

  // The ends a poll has claimed, besides those of poll_all; kept until it ends.
  std::pmr::vector<EndId> claimed;
  bool polls_thread_local = false;  // poll_all, with the thread's own ends
  // A client waiting for a port: of which task, and how it wants to own its end.
  TaskId server;
  Scope scope = Scope::kThreadLocal;
  std::int64_t fault = 0;  // of a faulted thread: the number of the record; 0 of others
};

}  // namespace ipcsim::kernel
