// SPDX-License-Identifier: BSD-2-Clause
// Observation: what a scenario's conditions may see of the kernel, read-only and at rest.
// Everything is answered from the kernel's own books; nothing is kept here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel_model/abi/user_types.h"
#include "kernel_model/task/run_state.h"

namespace ipcsim::kernel {

struct KernelState;

class Observation {
 public:
  explicit Observation(const KernelState& state) : state_(&state) {}

  bool ended(TaskId task) const;
  bool ended(ThreadId thread) const;
  std::optional<EndCause> end_cause(TaskId task) const;
  std::optional<EndCause> end_cause(ThreadId thread) const;
  RunState run_state(ThreadId thread) const;

  std::size_t connections(TaskId task) const;       // open ends that its connect made
  std::size_t ports(TaskId task) const;             // its ends that are not connected yet
  std::size_t listen_queue(TaskId task) const;      // ports on offer
  std::size_t waiting_connects(TaskId task) const;  // clients waiting for a port of it

  std::size_t frames(TaskId task) const;  // pages that it has mapped
  std::size_t fault_queue() const;        // page faults that nobody has taken

  bool masked(DeviceId device) const;               // its line, at the I/O APIC
  std::uint64_t interrupts(DeviceId device) const;  // of it that CPUs have taken
  std::uint64_t events(DeviceId device) const;      // that have happened to it

  // Bits of an end that `thread` names by `fd`; false when it names none.
  bool signaled(ThreadId thread, Descriptor fd) const;
  bool closed(ThreadId thread, Descriptor fd) const;

 private:
  const KernelState* state_;
};

}  // namespace ipcsim::kernel
