// SPDX-License-Identifier: BSD-2-Clause
// KernelLock: a ticket lock of the kernel. Owned by a CPU, for the kernel is not preempted; CPUs
// that wait get it first come, first served. LockRank is the order in which a CPU may take locks.
#pragma once

#include <cstdint>

#include "kernel_model/abi/ids.h"
#include "sim/engine/footprint.h"

namespace ipcsim::kernel {

// Ascending: whoever holds a lock takes only locks of higher rank (connections: of higher id).
enum class LockRank : std::uint8_t {
  kBig,
  kTaskTable,
  kDescriptorTable,
  kAddressSpace,
  kFramePool,
  kListenQueue,
  kFaultQueue,
  kInterruptLine,
  kConnection,
  kReadyList,
  kWaitRecord,
  kRunQueue,
};

struct KernelLock {
  KernelLock() = default;
  explicit KernelLock(LockRank lock_rank, std::uint32_t object_index = 0)
      : rank(lock_rank), index(object_index) {}

  LockRank rank = LockRank::kBig;
  std::uint32_t index = 0;   // of the object it guards, for footprints, order and reports
  CpuId owner;               // none: free
  ThreadId holder;           // whom the owner works for; none: nobody, an idle CPU
  std::uint8_t waiters = 0;  // CPUs in the queue
  CpuId first_waiter;
  CpuId last_waiter;

  engine::ObjectName object() const { return {static_cast<std::uint32_t>(rank), index}; }
};

}  // namespace ipcsim::kernel
