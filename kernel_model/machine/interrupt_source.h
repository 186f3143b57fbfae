// SPDX-License-Identifier: BSD-2-Clause
// InterruptSource: a device of events and nothing else. Register 0 takes the oldest event and gives
// its number, from 1; 0 when there is none. A level-triggered one wants attention while there is
// one, an edge-triggered one at each event.
#pragma once

#include "kernel_model/machine/device.h"

namespace ipcsim::machine {

class InterruptSource final : public Device {
 public:
  using Device::Device;

  unsigned registers() const override { return 1; }
  std::uint64_t read(unsigned number) override;
  bool write(unsigned, std::uint64_t) override { return false; }

 private:
  void act(std::uint64_t) override { set_wanting(true); }

  std::uint64_t taken_ = 0;  // events up to this number
};

}  // namespace ipcsim::machine
