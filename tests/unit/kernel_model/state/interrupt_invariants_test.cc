// SPDX-License-Identifier: BSD-2-Clause
// Each test breaks one thing of the interrupts of a kernel at rest and expects to be told so.
#include <doctest/doctest.h>

#include "kernel_model/machine/interrupt_source.h"
#include "sim/engine/engine.h"
#include "tests/unit/kernel_model/state/resting_kernel.h"

namespace ipcsim::kernel {
namespace {

using machine::TriggerMode;

constexpr unsigned kPin = 3;

class NoListener final : public machine::DeviceListener {
 public:
  std::uint32_t rises(const machine::Device&) override { return 0; }
  void risen(const machine::Device&, std::uint32_t, const machine::Delivery&) override {}
  void fallen(const machine::Device&) override {}
  void happened(const machine::Device&, std::uint64_t) override {}
  void put_out(const machine::Device&, std::uint64_t) override {}
  bool is_heard() const override { return false; }
  bool may_access(std::uint64_t) const override { return false; }
};

// With one device, whose line nobody has opened.
class WiredKernel : public RestingKernel {
 public:
  explicit WiredKernel(TriggerMode trigger)
      : line(DeviceId(0), kPin, trigger),
        source_({engine_, state().interrupts, state().memory, listener_}, described(trigger),
                trace::LaneId::none()) {
    state().devices.push_back(&source_);
    state().lines.push_back(&line);
    set_masked(trigger == TriggerMode::kLevel);
  }
  // At the I/O APIC and in the kernel's books.
  void set_masked(bool masked) {
    line.masked = masked;
    state().interrupts.io_apic().write(0x00, 4, 0x10 + 2 * kPin);
    state().interrupts.io_apic().write(0x10, 4, 0x33 | (masked ? 1U << 16 : 0));
  }

  InterruptLine line;

 private:
  static machine::DeviceDescription described(TriggerMode trigger) {
    machine::DeviceDescription description;
    description.name = "nic";
    description.pin = kPin;
    description.trigger = trigger;
    return description;
  }

  engine::Engine engine_;
  NoListener listener_;
  machine::InterruptSource source_;
};

TEST_CASE("a kernel with a line that nobody listens to is whole") {
  CHECK(WiredKernel(TriggerMode::kLevel).violation().empty());
  CHECK(WiredKernel(TriggerMode::kEdge).violation().empty());
}

TEST_CASE("what a local APIC has accepted is pending there or was taken") {
  WiredKernel rig(TriggerMode::kEdge);
  machine::InterruptMessage message;
  message.vector = 0x50;
  static_cast<void>(rig.cpu(0).cpu.apic().accept(message));  // past the bus, which counts
  CHECK(rig.violation() == "invariant: of 0 interrupts 1 are pending and 0 were taken");
}

TEST_CASE("the kernel knows which lines are masked") {
  WiredKernel rig(TriggerMode::kEdge);
  rig.line.masked = true;
  CHECK(rig.violation() == "invariant: the kernel takes the line of nic for masked");
}

TEST_CASE("a line is masked exactly while nobody is ready for it") {
  WiredKernel held(TriggerMode::kLevel);
  held.set_masked(false);
  CHECK(held.violation() == "invariant: the line of nic is open, and nobody is ready for it");
  WiredKernel stuck(TriggerMode::kEdge);
  stuck.set_masked(true);
  CHECK(stuck.violation() == "invariant: the line of nic is masked, and nothing opens it again");
}

TEST_CASE("a driver is told once before it acknowledges, by a socket that is open") {
  WiredKernel rig(TriggerMode::kEdge);
  rig.line.unanswered = 2;
  CHECK(rig.violation() == "invariant: the driver of nic was told 2 times before it acknowledged");
  rig.line.unanswered = 0;
  rig.line.driver = rig.server_end().id;
  CHECK(rig.violation() == "invariant: the socket of nic's driver is closed");
}

}  // namespace
}  // namespace ipcsim::kernel
