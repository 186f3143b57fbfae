// SPDX-License-Identifier: BSD-2-Clause
// InterruptNetwork: the interrupt hardware of one machine put together: the local APIC of every
// CPU, an I/O APIC for the wires of devices, and the way between them.
//
// What always holds:
// - What a CPU sends is on its way for the latency of the machine; what a device asks for arrives
//   at once.
// - Every message is on its way, pending at a local APIC, taken by its CPU, or counted in total()
//   with what became of it.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "kernel_model/machine/apic_bus.h"
#include "kernel_model/machine/apic_port.h"
#include "kernel_model/machine/io_apic.h"
#include "sim/base/arena.h"
#include "sim/base/cycles.h"
#include "sim/engine/engine.h"

namespace ipcsim::machine {

class Cpu;

class InterruptNetwork final : public ApicPort, public engine::EventHandler {
 public:
  // `latency`: cycles from a CPU's command to the arrival at another one.
  InterruptNetwork(engine::Engine& engine, Arena& arena, Cycles latency);
  InterruptNetwork(const InterruptNetwork&) = delete;
  InterruptNetwork& operator=(const InterruptNetwork&) = delete;

  void attach(Cpu& cpu);  // in the order of their numbers, which are their APIC ids

  // `flow` is the arrow of the trace to whoever takes it; 0: none.
  // By the interrupt command register of the CPU whose step this is; in an event, as from a CPU
  // that is not simulated.
  void interrupt(const Cpu& target, std::uint8_t vector, std::uint32_t flow);
  // The wire of a device; see IoApic::set_line.
  Delivery set_line(unsigned pin, Level level, std::uint32_t flow);

  IoApic& io_apic() { return io_apic_; }
  const IoApic& io_apic() const { return io_apic_; }

  // --- For the APICs and the engine.
  Delivery send(const InterruptMessage& message) override;
  void broadcast_end(std::uint8_t vector) override;
  void happen(std::uint64_t payload) override;

  // --- Accounts.
  std::uint64_t commands() const { return commands_; }  // that CPUs sent
  std::uint64_t on_the_way() const { return on_the_way_; }
  const Delivery& total() const { return bus_.total(); }  // of all that arrived

 private:
  struct Parcel {
    InterruptMessage message;
    std::uint32_t flow = 0;
    Cycle sent = 0;
  };

  void dispatch(const InterruptMessage& message, std::uint32_t flow);
  Delivery deliver(const InterruptMessage& message, std::uint32_t flow, Cycle raised);

  engine::Engine& engine_;
  Cycles latency_;
  ApicBus bus_;
  IoApic io_apic_;
  std::pmr::vector<Cpu*> cpus_;
  std::pmr::vector<Parcel> parcels_;  // those on the way, and free places
  std::pmr::vector<std::uint32_t> free_places_;
  std::uint32_t flow_ = 0;  // of what is being sent
  std::uint64_t commands_ = 0;
  std::uint64_t on_the_way_ = 0;
};

}  // namespace ipcsim::machine
