// SPDX-License-Identifier: BSD-2-Clause
// Devices as their drivers meet them: registers, what they do by themselves, DMA; the time-stamp
// counter.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/engine/chooser.h"
#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using machine::DeviceDescription;
using machine::DeviceKind;
using machine::TriggerMode;
using Log = std::vector<std::string>;

DeviceDescription described(DeviceKind kind) {
  DeviceDescription device;
  device.name = "device";
  device.kind = kind;
  device.pin = 1;
  device.delay = 50;
  return device;
}

// One privileged thread with one device.
Log driven(const DeviceDescription& description,
           const std::function<void(UserThread&, DeviceId, Log&)>& code, Setup setup = {}) {
  Machine machine(setup);
  Log log;
  const TaskId driver = machine.task("driver", 0, true);
  const DeviceId device = machine.device(description);
  machine.thread(driver, "driver.main", [&](UserThread& self) { code(self, device, log); });
  machine.run_well();
  return log;
}

TEST_CASE("a source gives its events by number, then 0; it cannot be written") {
  DeviceDescription source = described(DeviceKind::kSource);
  source.at = 100;
  source.every = 50;
  source.count = 2;
  source.burst = 2;
  const Log log = driven(source, [](UserThread& self, DeviceId device, Log& out) {
    out.push_back(shown(self.device_read(device, 0)));
    static_cast<void>(self.sleep(500));
    for (int times = 0; times < 5; ++times) out.push_back(shown(self.device_read(device, 0)));
    out.push_back(shown(self.device_read(device, 1)));
    out.push_back(shown(self.device_read(device, -1)));
    out.push_back(outcome(self.device_write(device, 0, 1)));
  });
  CHECK(log == Log{"0", "1", "2", "3", "4", "0", "bad_argument", "bad_argument", "bad_argument"});
}

TEST_CASE("a serial port gives the scenario's bytes one by one, and loses what has no room") {
  const std::vector<std::byte> text = bytes("0123456789abcdefXYZ");
  DeviceDescription serial = described(DeviceKind::kSerial);
  serial.at = 10;
  serial.every = 5;
  serial.count = 19;
  serial.bytes = text;
  const Log log = driven(serial, [](UserThread& self, DeviceId device, Log& out) {
    static_cast<void>(self.sleep(500));
    out.push_back(shown(self.device_read(device, 1)));
    out.push_back(shown(self.device_read(device, 1)));
    std::string all;
    for (;;) {
      const auto byte = self.device_read(device, 0);
      if (!byte || *byte == 0) break;
      all += static_cast<char>(*byte);
    }
    out.push_back(all);
    out.push_back(shown(self.device_read(device, 1)));
  });
  CHECK(log == Log{"5", "1", "0123456789abcdef", "0"});
}

TEST_CASE("a serial port sends one byte at a time, to the trace") {
  Machine machine;
  Log log;
  const TaskId driver = machine.task("driver", 0, true);
  const DeviceId device = machine.device(described(DeviceKind::kSerial));
  machine.thread(driver, "driver.main", [&](UserThread& self) {
    log.push_back(outcome(self.device_write(device, 0, 'A')));
    log.push_back(outcome(self.device_write(device, 0, 'B')));  // it is busy
    log.push_back(shown(self.device_read(device, 1)));
    static_cast<void>(self.sleep(100));
    log.push_back(shown(self.device_read(device, 1)));
    log.push_back(outcome(self.device_write(device, 0, 256)));
    log.push_back(outcome(self.device_write(device, 1, 0)));
  });
  machine.run_well();
  CHECK(log == Log{"ok", "bad_argument", "2", "0", "bad_argument", "bad_argument"});
  const auto out = machine.trace().named("output");
  REQUIRE(out.size() == 1);
  CHECK(RunTrace::argument(out[0], "value") == "0x41");
  CHECK(out[0].lane == "device");
}

TEST_CASE("a timer chip that software sets expires once or again and again, until it is stopped") {
  const Log log =
      driven(described(DeviceKind::kTimer), [](UserThread& self, DeviceId device, Log& out) {
        static_cast<void>(self.device_write(device, 1, 1'000));
        const auto left = self.device_read(device, 3);
        out.push_back(left && *left > 900 && *left < 1'000 ? "runs" : shown(left));
        static_cast<void>(self.sleep(5'000));
        out.push_back(shown(self.device_read(device, 0)));
        out.push_back(shown(self.device_read(device, 3)));
        static_cast<void>(self.device_write(device, 2, 1));
        static_cast<void>(self.device_write(device, 1, 1'000));
        static_cast<void>(self.sleep(4'500));
        out.push_back(shown(self.device_read(device, 0)));
        static_cast<void>(self.device_write(device, 1, 0));
        static_cast<void>(self.sleep(4'500));
        out.push_back(shown(self.device_read(device, 0)));
        out.push_back(outcome(self.device_write(device, 2, 2)));
        out.push_back(outcome(self.device_write(device, 1, ~std::uint64_t{0})));
      });
  CHECK(log == Log{"runs", "1", "0", "4", "0", "bad_argument", "bad_argument"});
}

TEST_CASE("a block device moves a block into a frame and back, and says when it is done") {
  const std::vector<std::byte> content = bytes("first block");
  DeviceDescription disk = described(DeviceKind::kBlock);
  disk.trigger = TriggerMode::kLevel;
  disk.bytes = content;
  constexpr std::uint64_t kPage = 0x40'0000;
  const auto code = [](UserThread& self, DeviceId device, Log& out) {
    const auto frame = self.new_frame();
    const auto fd = self.open_interrupt_socket(device, kLocal);
    if (!frame || !fd) return;
    static_cast<void>(self.map(self.task(), kPage, frame->value(), kernel::PageAccess::kWrite));
    static_cast<void>(self.device_write(device, 2, frame->value()));
    const auto finish = [&](std::uint64_t command) {
      static_cast<void>(self.device_write(device, 0, command));
      out.push_back(shown(self.device_read(device, 3)));
      const auto event = poll(self, {*fd}, 5'000);
      if (!event) return;
      out.push_back(shown(self.device_read(device, 3)));
      static_cast<void>(self.ack_interrupt(*fd, static_cast<std::int64_t>(event->sequence)));
    };
    finish(1);
    std::array<std::byte, 11> read{};
    static_cast<void>(self.load(kPage, read));
    std::string as_text;
    for (const std::byte byte : read) as_text += static_cast<char>(byte);
    out.push_back(as_text);
    static_cast<void>(store64(self, kPage, 0x4242));
    static_cast<void>(self.device_write(device, 1, 9));
    finish(2);
    static_cast<void>(store64(self, kPage, 0));
    finish(1);
    out.push_back(shown(load64(self, kPage)));
    static_cast<void>(self.device_write(device, 2, 0));  // a frame of the kernel's
    finish(1);
    out.push_back(outcome(self.device_write(device, 0, 3)));
    out.push_back(outcome(self.device_write(device, 1, std::uint64_t{1} << 20)));
  };
  CHECK(driven(disk, code) == Log{"1", "2", "first block", "1", "2", "1", "2", "16962", "1", "3",
                                  "bad_argument", "bad_argument"});
}

TEST_CASE("jitter is a choice: the reference has the least, and every answer lies in its bounds") {
  DeviceDescription source = described(DeviceKind::kSource);
  source.at = 1'000;
  source.every = 1'000;
  source.count = 5;
  source.jitter_from = 10;
  source.jitter_to = 90;
  const auto cycles = [&source](std::optional<std::uint64_t> seed) {
    Machine machine({.seed = seed});
    machine.device(source);
    const TaskId task = machine.task("sleeper");
    machine.thread(task, "sleeper.main",
                   [](UserThread& self) { static_cast<void>(self.sleep(10'000)); });
    machine.run_well();
    std::vector<Cycle> all;
    for (const trace::EventLine& event : machine.trace().named("event")) all.push_back(event.cycle);
    return all;
  };
  CHECK(cycles(std::nullopt) == std::vector<Cycle>{1'010, 2'010, 3'010, 4'010, 5'010});
  const std::vector<Cycle> drawn = cycles(7);
  REQUIRE(drawn.size() == 5);
  bool late = false;
  for (std::size_t index = 0; index < drawn.size(); ++index) {
    const Cycle offset = drawn[index] - 1'000 * (index + 1);
    CHECK(offset >= 10);
    CHECK(offset <= 90);
    late = late || offset > 10;
  }
  CHECK(late);
}

TEST_CASE("the time-stamp counter is the cycle at which it is read") {
  const Log log = driven(described(DeviceKind::kSource), [](UserThread& self, DeviceId, Log& out) {
    const auto first = self.read_tsc();
    out.push_back(first && *first == self.now() ? "now" : "not now");
    static_cast<void>(self.compute(1'000));
    const auto second = self.read_tsc();
    out.push_back(first && second ? std::to_string(*second - *first) : "ended");
  });
  CHECK(log == Log{"now", "1001"});
}

TEST_CASE("an interrupt without a reason finds nothing") {
  Machine machine({.cpus = 1});
  DeviceDescription source = described(DeviceKind::kSource);
  source.trigger = TriggerMode::kLevel;
  const DeviceId device = machine.device(source);
  kernel::Injection injection;
  injection.kind = kernel::InjectionKind::kSpuriousInterrupt;
  injection.device = device;
  injection.at = 700;
  machine.system().add_injection(injection);
  Log log;
  const TaskId driver = machine.task("driver", 0, true);
  machine.thread(driver, "driver.main", [&](UserThread& self) {
    const auto fd = self.open_interrupt_socket(device, kLocal);
    if (!fd) return;
    log.push_back(outcome(poll(self, {*fd}, 5'000)));
    log.push_back(shown(self.device_read(device, 0)));
    log.push_back(outcome(self.ack_interrupt(*fd, 1)));
    log.push_back(outcome(poll(self, {*fd}, 5'000)));
  });
  machine.run_well();
  CHECK(log == Log{"signaled -1", "0", "ok", "timed_out"});
}

}  // namespace
}  // namespace ipcsim::test
