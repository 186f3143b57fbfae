// SPDX-License-Identifier: BSD-2-Clause
// Service: what a task offers to clients: its listen queue and who may connect. One lock guards
// both, so that the check of the bitmap and the taking of a port are one atomic step.
//
// Ports on offer and clients that wait never stand here at the same time: whoever comes second is
// served at once.
#pragma once

#include <cstdint>
#include <deque>
#include <memory_resource>

#include "kernel_model/abi/ids.h"
#include "kernel_model/ipc/permission_bitmap.h"
#include "kernel_model/object/kernel_lock.h"

namespace ipcsim::kernel {

struct Service {
  Service(TaskId task, bool allowed_by_default, std::pmr::memory_resource& memory)
      : permissions(allowed_by_default),
        ports(&memory),
        clients(&memory),
        lock(LockRank::kListenQueue, task.value()) {}

  PermissionBitmap permissions;
  std::pmr::deque<EndId> ports;       // on offer, oldest first
  std::pmr::deque<ThreadId> clients;  // waiting in connect (policy listen_empty block)
  KernelLock lock;
};

}  // namespace ipcsim::kernel
