// SPDX-License-Identifier: BSD-2-Clause
// Device: something outside of the CPUs that acts in its own time, asks for attention on a wire,
// and is driven through registers. DeviceDescription is what a machine is built from.
//
// What always holds:
// - What a device does by itself keeps its cycle: only CPUs can be held by a schedule.
// - A level-triggered device holds its wire high exactly while it wants something; an
//   edge-triggered one lets it rise once for each thing that it wants.
// - Registers are numbered from 0; values have 64 bits. One that is none is not written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel_model/machine/interrupt_message.h"
#include "kernel_model/machine/physical_memory.h"
#include "kernel_model/machine/wire_level.h"
#include "sim/base/cycles.h"
#include "sim/engine/engine.h"

namespace ipcsim::machine {

class InterruptNetwork;

enum class DeviceKind : std::uint8_t { kSource, kSerial, kBlock, kTimer };

struct DeviceDescription {
  std::string_view name;  // borrowed; outlives the run
  DeviceKind kind = DeviceKind::kSource;
  unsigned pin = 0;  // of the I/O APIC: 0 .. 23, no two devices on one
  TriggerMode trigger = TriggerMode::kEdge;

  // When it acts by itself: from `at` on, or from the cycle at which start() is called. A block
  // device never does.
  Cycle at = kNever;
  Cycles every = 0;                    // from one time to the next; 0: there is one time only
  std::optional<std::uint64_t> count;  // how many times at most
  std::uint64_t burst = 1;             // things that happen at one time
  Cycles jitter_from = 0;              // each time comes this much later,
  Cycles jitter_to = 0;                // or up to this much, which is a choice
  std::span<const std::byte> bytes;    // serial: what arrives; block: what is on it. Borrowed.
  Cycles delay = 0;                    // serial: to send a byte; block: to move a block
};

class Device;

// Told what devices do, in the step in which they do it.
class DeviceListener {
 public:
  // The wire rises; gives the arrow of the trace to whoever takes the interrupt, 0 for none.
  virtual std::uint32_t rises(const Device& device) = 0;
  virtual void risen(const Device& device, std::uint32_t flow, const Delivery& outcome) = 0;
  virtual void fallen(const Device& device) = 0;
  // It has happened for the `number`-th time, from 1.
  virtual void happened(const Device& device, std::uint64_t number) = 0;
  // Something leaves the machine: a byte on a serial line, the number of a block that is done.
  virtual void put_out(const Device& device, std::uint64_t value) = 0;
  // False: nobody would hear of anything that devices do from now on. Then they do nothing more.
  virtual bool is_heard() const = 0;
  // Whether a device may move bytes from and to this frame of memory.
  virtual bool may_access(std::uint64_t frame) const = 0;

 protected:
  ~DeviceListener() = default;
};

// What devices of one machine share.
struct DeviceContext {
  engine::Engine& engine;
  InterruptNetwork& interrupts;
  PhysicalMemory& memory;
  DeviceListener& listener;
};

class Device : public engine::EventHandler {
 public:
  Device(const DeviceContext& context, const DeviceDescription& description, trace::LaneId lane)
      : context_(context), description_(description), lane_(lane) {}
  virtual ~Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const DeviceDescription& description() const { return description_; }
  trace::LaneId lane() const { return lane_; }

  virtual unsigned registers() const = 0;
  virtual std::uint64_t read(unsigned number) = 0;               // number < registers()
  virtual bool write(unsigned number, std::uint64_t value) = 0;  // false: not this value, not here

  // It acts by itself from now on; where the description says so, start() is called at boot.
  void start();
  // It wants something for no reason: the wire rises and falls.
  void disturb();
  // How often it has acted by itself.
  std::uint64_t times() const { return times_; }
  // Things that have happened, burst by burst.
  std::uint64_t happenings() const { return happenings_; }
  // It will do something more by itself, or does it just now.
  bool acts() const { return scheduled_ > 0; }

  void happen(std::uint64_t payload) final;

 protected:
  // One thing of a burst; `number` counts all of them from 1.
  virtual void act(std::uint64_t number) = 0;
  // What call_back() was asked for.
  virtual void called_back(std::uint64_t what) { static_cast<void>(what); }
  // In `delay` cycles, at least 1, called_back(what) is called.
  engine::EventHandle call_back(Cycles delay, std::uint64_t what);
  // It is not called back after all.
  void call_off(engine::EventHandle event);

  // It wants something, or, of a level-triggered one, nothing any more.
  void ask();
  void set_wanting(bool wanting);

  DeviceContext& context() { return context_; }

 private:
  void set_wire(Level level);
  void schedule_time(Cycle at);
  void pass_time();

  DeviceContext context_;
  DeviceDescription description_;
  trace::LaneId lane_;
  Level wire_ = Level::kLow;
  std::uint64_t times_ = 0;
  std::uint64_t happenings_ = 0;
  unsigned scheduled_ = 0;  // events, with the one that happens now
};

}  // namespace ipcsim::machine
