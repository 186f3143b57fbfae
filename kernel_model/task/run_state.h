// SPDX-License-Identifier: BSD-2-Clause
// RunState: where a thread is in its life; EndCause: how it, or its task, ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ipcsim::kernel {

// A thread is in exactly one of these.
enum class RunState : std::uint8_t {
  kReady,       // in the run queue
  kRunning,     // on a CPU
  kAwaiting,    // a scenario's `await` is not true yet
  kPolling,     // blocked in poll or poll_all
  kConnecting,  // blocked in connect (policy listen_empty block)
  kSleeping,
  kFaulted,  // a page fault waits for the memory daemon
  kEnded,
};

enum class EndCause : std::uint8_t { kExit, kKill, kUnhandledFault };

std::string_view name_of(RunState state);  // "ready", "running", ...
std::optional<RunState> find_run_state(std::string_view name);
std::string_view name_of(EndCause cause);  // "exit", "kill", "unhandled_fault"

}  // namespace ipcsim::kernel
