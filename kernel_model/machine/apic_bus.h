// SPDX-License-Identifier: BSD-2-Clause
// ApicBus: what lies between the APICs. A message reaches its targets at once, in ascending order
// of their ids; the end of a level-triggered interrupt reaches all I/O APICs (SDM vol. 3A 10.6.2,
// 10.8.5, 10.12.9 .. 10.12.10).
//
// What always holds:
// - Every message is counted in total() at least once: at each target, or for having none.
// - A message of lowest priority has one target at most: of those that take it the one with the
//   lowest arbitration priority; of equals, which the manual leaves open, the one with the lowest
//   id.
#pragma once

#include <memory_resource>
#include <vector>

#include "kernel_model/machine/io_apic.h"
#include "kernel_model/machine/local_apic.h"
#include "sim/base/arena.h"

namespace ipcsim::machine {

class ApicBus final : public ApicPort {
 public:
  explicit ApicBus(Arena& arena);
  ApicBus(const ApicBus&) = delete;
  ApicBus& operator=(const ApicBus&) = delete;

  void attach(LocalApic& apic);  // in ascending order of ids
  void attach(IoApic& apic);

  Delivery send(const InterruptMessage& message) override;
  void broadcast_end(std::uint8_t vector) override;

  // What became of all messages.
  const Delivery& total() const { return total_; }

 private:
  LocalApic* least_busy(const InterruptMessage& message) const;
  Delivery deliver(const InterruptMessage& message);

  std::pmr::vector<LocalApic*> local_apics_;
  std::pmr::vector<IoApic*> io_apics_;
  Delivery total_;
};

}  // namespace ipcsim::machine
