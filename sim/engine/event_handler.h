// SPDX-License-Identifier: BSD-2-Clause
// EventHandler: something that an event happens to: a device, an interrupt on its way to a CPU.
#pragma once

#include <cstdint>

namespace ipcsim::engine {

class EventHandler {
 public:
  // `payload` is what was given when the event was scheduled.
  virtual void happen(std::uint64_t payload) = 0;

 protected:
  ~EventHandler() = default;
};

}  // namespace ipcsim::engine
