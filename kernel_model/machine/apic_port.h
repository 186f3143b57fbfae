// SPDX-License-Identifier: BSD-2-Clause
// ApicPort: where local APICs and I/O APICs put what is for others. Whoever stands behind it
// decides when a message arrives.
#pragma once

#include <cstdint>

#include "kernel_model/machine/interrupt_message.h"

namespace ipcsim::machine {

class ApicPort {
 public:
  // What became of it at its targets; nothing while it is on its way.
  virtual Delivery send(const InterruptMessage& message) = 0;
  // A level-triggered interrupt was ended: I/O APICs may send it again.
  virtual void broadcast_end(std::uint8_t vector) = 0;

 protected:
  ~ApicPort() = default;
};

}  // namespace ipcsim::machine
