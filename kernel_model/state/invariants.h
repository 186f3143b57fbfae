// SPDX-License-Identifier: BSD-2-Clause
// Invariants: what must hold of the whole kernel after every step. Each function gives the first
// violation it finds, by the name of a finding ("invariant", "leak", "isolation", "lost_wakeup").
// Nothing is changed. Costs time in proportion to the state: for tests, --paranoid and the end of a
// run.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "kernel_model/state/kernel_state.h"

namespace ipcsim::kernel {

struct Violation {
  std::string finding;
  std::string message;
};

// A rule of the model is broken; the finding is `invariant`.
inline std::optional<Violation> violated(std::string message) {
  return Violation{"invariant", std::move(message)};
}

// Every thread is in exactly one place; CPUs, queue and locks agree with the threads.
std::optional<Violation> check_threads(const KernelState& state);

// Descriptors, ends, connections, queues and ready lists agree with each other.
std::optional<Violation> check_ipc(const KernelState& state);

// Of a task that has ended nothing is left; no descriptor reaches another's end.
std::optional<Violation> check_lifetimes(const KernelState& state);

// Faulted threads, records and the memory daemon's socket agree with each other.
std::optional<Violation> check_faults(const KernelState& state);

// No frame has two owners, and no CPU has a translation that was taken away and shot down.
std::optional<Violation> check_memory(const KernelState& state);

// Every interrupt is accounted for; lines are masked exactly while their drivers are not ready.
std::optional<Violation> check_interrupts(const KernelState& state);

// Nobody sleeps on news.
std::optional<Violation> check_wakeups(const KernelState& state);

// All of them.
std::optional<Violation> check_invariants(const KernelState& state);

}  // namespace ipcsim::kernel
