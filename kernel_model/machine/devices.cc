// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/devices.h"

#include "kernel_model/machine/block_device.h"
#include "kernel_model/machine/interrupt_source.h"
#include "kernel_model/machine/serial_port.h"
#include "kernel_model/machine/timer_chip.h"
#include "sim/base/check.h"

namespace ipcsim::machine {

Device& make_device(Arena& arena, const DeviceContext& context,
                    const DeviceDescription& description, trace::LaneId lane) {
  switch (description.kind) {
    case DeviceKind::kSource:
      return *arena.make<InterruptSource>(context, description, lane);
    case DeviceKind::kSerial:
      return *arena.make<SerialPort>(context, description, lane);
    case DeviceKind::kBlock:
      return *arena.make<BlockDevice>(context, description, lane, arena);
    case DeviceKind::kTimer:
      return *arena.make<TimerChip>(context, description, lane);
  }
  SIM_CHECK(false, "every kind of device can be made");
}

}  // namespace ipcsim::machine
