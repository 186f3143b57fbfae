// SPDX-License-Identifier: BSD-2-Clause
// The names of things in the kernel model. Each is an index into the table that owns the thing and
// is never used again within a run: ids ascend in the order in which things are made. Only frames,
// which the machine numbers, come again.
#pragma once

#include "sim/base/strong_id.h"

namespace ipcsim::kernel {

using CpuId = StrongId<struct CpuTag>;
using TaskId = StrongId<struct TaskTag>;      // the pid
using ThreadId = StrongId<struct ThreadTag>;  // the tid, unique over all tasks
using EndId = StrongId<struct EndTag>;        // one end of a connection, or a port
using ConnectionId = StrongId<struct ConnectionTag>;
using DeviceId = StrongId<struct DeviceTag>;  // in the order in which they were added
using FrameId = StrongId<struct FrameTag>;    // 4 KiB of physical memory, by its number; used again

}  // namespace ipcsim::kernel
