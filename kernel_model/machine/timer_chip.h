// SPDX-License-Identifier: BSD-2-Clause
// TimerChip: a timer outside of the CPUs, that software sets, or the scenario.
//
//   0 expiries   how many there were since the last read, which forgets them; read only
//   1 interval   cycles; writing starts it, 0 stops it; what the scenario set is there at first
//   2 mode       0: once (at first, unless the scenario says `every`), 1: again and again
//   3 remaining  cycles to the next expiry; 0: it stands still; read only
//
// It wants attention while there are expiries that nobody has read.
#pragma once

#include "kernel_model/machine/device.h"

namespace ipcsim::machine {

class TimerChip final : public Device {
 public:
  TimerChip(const DeviceContext& context, const DeviceDescription& description, trace::LaneId lane)
      : Device(context, description, lane),
        interval_(description.every),
        periodic_(description.every > 0) {}

  unsigned registers() const override { return 4; }
  std::uint64_t read(unsigned number) override;
  bool write(unsigned number, std::uint64_t value) override;

 private:
  void act(std::uint64_t number) override;
  void called_back(std::uint64_t what) override;
  void expire();
  void set(Cycles interval);

  std::uint64_t expiries_ = 0;
  Cycles interval_;
  bool periodic_;
  bool runs_ = false;  // set by software
  Cycle next_ = 0;
  engine::EventHandle event_;
};

}  // namespace ipcsim::machine
