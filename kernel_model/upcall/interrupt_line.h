// SPDX-License-Identifier: BSD-2-Clause
// InterruptLine: what the kernel knows of the wire of one device, and of the driver that listens.
//
//   level   no driver: masked --open--> unmasked --interrupt--> masked, told --ack--> unmasked
//   edge    told --another edge, or any without a driver--> masked, latched --ack, open--> told
//
// What always holds:
// - A level-triggered line is masked exactly while it has no driver or the driver has not
//   acknowledged; an edge-triggered one exactly while an edge is latched.
// - The driver is told once before each acknowledgement, and once more where an edge was latched:
//   a storm costs at most two interrupts for each acknowledgement.
#pragma once

#include <cstdint>

#include "kernel_model/abi/ids.h"
#include "kernel_model/machine/interrupt_message.h"
#include "kernel_model/object/kernel_lock.h"

namespace ipcsim::kernel {

struct InterruptLine {
  InterruptLine(DeviceId of, unsigned pin_number, machine::TriggerMode mode)
      : device(of), pin(pin_number), trigger(mode), lock(LockRank::kInterruptLine, of.value()) {}

  bool level() const { return trigger == machine::TriggerMode::kLevel; }

  // The rule above; between steps `masked` says the same.
  bool must_be_masked() const;
  // The driver is told once more; gives the sequence number.
  std::uint64_t tell();
  // The socket of the driver is closed. True: an edge that it was told of, and has not heard of, is
  // to be latched again.
  bool lose_driver();

  DeviceId device;
  unsigned pin = 0;
  machine::TriggerMode trigger = machine::TriggerMode::kEdge;

  TaskId holder;                 // whose task has opened it; none: it is free
  EndId driver;                  // the socket that is told; none: there is none, or it is closed
  std::uint16_t cpu = 0;         // which CPU takes its interrupts
  bool masked = false;           // at the I/O APIC
  bool latched = false;          // of an edge-triggered one: an edge waits to be told
  std::uint64_t sequence = 0;    // of the last signal
  std::uint32_t unanswered = 0;  // signals that the driver has not acknowledged: at most one
  bool left_unanswered = false;  // its last driver ended without acknowledging
  bool brought = false;          // the last signal has reached user code
  std::uint64_t interrupts = 0;  // that CPUs have taken

  KernelLock lock;
};

}  // namespace ipcsim::kernel
