// SPDX-License-Identifier: BSD-2-Clause
// Devices: makes the devices of a machine from their descriptions.
#pragma once

#include "kernel_model/machine/device.h"
#include "sim/base/arena.h"

namespace ipcsim::machine {

// Lives as long as the arena is not reset.
Device& make_device(Arena& arena, const DeviceContext& context,
                    const DeviceDescription& description, trace::LaneId lane);

}  // namespace ipcsim::machine
