// SPDX-License-Identifier: BSD-2-Clause
// What random programs do with devices: drivers that deal with most interrupts rightly, and
// everybody trying the calls of drivers.
#include <array>

#include "tests/properties/random_program.h"

namespace ipcsim::test {

using kernel::SystemCall;
using machine::DeviceDescription;
using machine::DeviceKind;
using machine::TriggerMode;

namespace {

constexpr std::array<std::string_view, 3> kDeviceNames = {"north", "west", "south"};
constexpr std::array<DeviceKind, 4> kKinds = {DeviceKind::kSource, DeviceKind::kSource,
                                              DeviceKind::kTimer, DeviceKind::kSerial};
constexpr std::array<std::byte, 6> kBytes = {std::byte{'s'}, std::byte{'i'}, std::byte{'g'},
                                             std::byte{'n'}, std::byte{0},   std::byte{'l'}};

}  // namespace

void RandomProgram::draw_devices(Random& random) {
  const bool short_costs = setup_.cost == "unit";
  const std::uint64_t number = 1 + random.below(kDeviceNames.size());
  for (std::uint64_t index = 0; index < number; ++index) {
    DeviceDescription device;
    device.name = kDeviceNames[index];
    device.kind = kKinds[random.below(kKinds.size())];
    device.pin = static_cast<unsigned>(8 * (2 - index) + random.below(8));
    device.trigger = random.one_in(2) ? TriggerMode::kEdge : TriggerMode::kLevel;
    device.at = random.below(short_costs ? 1'500 : 80'000);
    device.every = random.one_in(4) ? 0 : 1 + random.below(short_costs ? 300 : 20'000);
    device.count = device.every == 0 ? 1 : random.below(9);
    device.burst = 1 + random.below(2);
    device.bytes = std::span(kBytes).first(random.below(kBytes.size() + 1));
    device.delay = random.below(short_costs ? 200 : 10'000);
    devices_.push_back(device);
  }
}

void RandomProgram::use_device(Actor& actor, UserThread& self) {
  const DeviceId device(static_cast<std::uint32_t>(actor.random.below(devices_.size())));
  const std::uint64_t kind = actor.random.below(12);
  if (kind < 3) {
    const auto socket = self.open_interrupt_socket(device, any_scope(actor));
    note_fd(actor, SystemCall::open_interrupt_socket, socket);
    if (socket) actor.driven.emplace_back(socket->number, device);
  } else if (kind < 8 && !actor.driven.empty()) {
    drive(actor, self);
  } else if (kind < 10) {
    read_register(actor, self, device, actor.random.range(-1, 4));
  } else if (kind == 10) {
    write_register(actor, self, device);
  } else {
    const std::int64_t sequence = actor.random.range(-1, 3);
    noted(actor, SystemCall::ack_interrupt, self.ack_interrupt({any_fd(actor)}, sequence));
  }
}

// Waits for an interrupt, takes what there is, and acknowledges.
void RandomProgram::drive(Actor& actor, UserThread& self) {
  const auto [fd, device] = actor.driven[actor.random.below(actor.driven.size())];
  const Descriptor socket{fd};
  const auto event = self.poll(std::span(&socket, 1), any_timeout(actor));
  note_event(actor, SystemCall::poll, event);
  if (!event && event.error() == KernelError::bad_descriptor) {
    std::erase(actor.driven, std::pair(fd, device));
  }
  if (!event || event->kind != EventKind::kSignaled) return;
  const std::uint64_t reads = actor.random.below(4);
  for (std::uint64_t number = 0; number < reads; ++number) {
    if (!read_register(actor, self, device, 0)) return;
  }
  const auto sequence = static_cast<std::int64_t>(event->sequence);
  const bool wrong = actor.random.one_in(10);
  noted(actor, SystemCall::ack_interrupt,
        self.ack_interrupt(socket, wrong ? sequence - 1 : sequence));
}

bool RandomProgram::read_register(Actor& actor, UserThread& self, DeviceId device,
                                  std::int64_t number) {
  const auto value = self.device_read(device, number);
  if (!noted(actor, SystemCall::device_read, value)) return false;
  seen_[actor.thread].back().outcome.number = *value;
  return true;
}

void RandomProgram::write_register(Actor& actor, UserThread& self, DeviceId device) {
  constexpr Cycles kLeast = 20;  // between expiries: more would be all that happens
  const std::int64_t number = actor.random.range(-1, 2);
  const std::array<std::uint64_t, 3> intervals = {0, kLeast + any_span(actor),
                                                  std::uint64_t{1} << 60};
  const std::uint64_t value =
      number == 1 ? intervals[actor.random.below(intervals.size())] : actor.random.below(3);
  noted(actor, SystemCall::device_write, self.device_write(device, number, value));
}

}  // namespace ipcsim::test
