// SPDX-License-Identifier: BSD-2-Clause
// ReferenceDevice: an interrupt source, a timer chip or a serial port, as its registers show it.
// What it does by itself it does at its cycle; a CPU that asks in just that cycle may come before
// or after. Where nothing tells which of them it was, the device is in doubt from then on.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "kernel_model/machine/device.h"
#include "sim/base/cycles.h"

namespace ipcsim::test {

class ReferenceDevice {
 public:
  explicit ReferenceDevice(const machine::DeviceDescription& plan)
      : plan_(plan), interval_(plan.every), again_(plan.every > 0) {}

  bool in_doubt() const { return in_doubt_; }

  // --- By itself. False: that is not what it should do, or not now.
  // Its next event.
  bool happen(std::uint64_t number, Cycle now);
  // A timer runs out, and that is seen on its wire.
  bool run_out(Cycle now);
  // Timers that ran out before `now`, unseen, because the wire was high already.
  bool catch_up(Cycle now);
  // It has sent a byte.
  bool put_out(std::uint64_t value, Cycle now);

  // --- Registers.
  unsigned registers() const;
  std::uint64_t read(unsigned number, Cycle now);
  bool write(unsigned number, std::uint64_t value, Cycle now);

  // --- What it asks for on its wire: a level while it wants something, an edge each time.
  bool wants() const;
  bool take_edge();

 private:
  bool is(machine::DeviceKind kind) const { return plan_.kind == kind; }
  bool is_level() const { return plan_.trigger == machine::TriggerMode::kLevel; }
  void doubt_if_due(Cycle now);
  void expire();
  std::uint64_t read_timer(unsigned number, Cycle now);
  std::uint64_t read_serial(unsigned number);
  bool write_timer(unsigned number, std::uint64_t value, Cycle now);

  machine::DeviceDescription plan_;
  bool in_doubt_ = false;
  unsigned edges_ = 0;  // that have not been seen
  std::uint64_t happened_ = 0;

  std::uint64_t events_ = 0;  // of a source: not taken; of a timer: expiries
  Cycles interval_;           // of a timer
  bool again_;
  std::optional<Cycle> next_;

  std::deque<std::uint64_t> bytes_;  // of a serial port
  bool lost_ = false;
  std::optional<std::uint64_t> sends_;
  Cycle sent_at_ = 0;
};

}  // namespace ipcsim::test
