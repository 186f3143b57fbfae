// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_bus.h"

#include <utility>

#include <doctest/doctest.h>

#include "tests/support/apics.h"

namespace ipcsim::machine {
namespace {

using Register = ApicRegister;
using test::Apics;

constexpr unsigned kCpu0 = 1;
constexpr unsigned kCpu1 = 2;
constexpr unsigned kCpu2 = 4;
constexpr unsigned kCpu3 = 8;
constexpr unsigned kAll = 15;

InterruptMessage message_to(std::uint32_t destination, std::uint8_t vector,
                            DestinationMode mode = DestinationMode::kPhysical) {
  InterruptMessage message;
  message.destination = destination;
  message.vector = vector;
  message.destination_mode = mode;
  return message;
}

InterruptMessage lowest(std::uint8_t vector) {
  InterruptMessage message = message_to(0xff, vector);
  message.delivery = DeliveryMode::kLowestPriority;
  return message;
}

TEST_CASE("physical: the one with the id, FFH everyone, another nobody") {
  Apics cpus;
  CHECK(cpus.bus.send(message_to(2, 0x40)) == Delivery(Acceptance::kAccepted));
  CHECK(cpus.requested(0x40) == kCpu2);
  CHECK(cpus.bus.send(message_to(0xff, 0x41)).count(Acceptance::kAccepted) == 4);
  CHECK(cpus.requested(0x41) == kAll);
  CHECK(cpus.bus.send(message_to(9, 0x42)) == Delivery(Acceptance::kNoTarget));
  CHECK(cpus.requested(0x42) == 0);
  CHECK(cpus.errors() == 0);
}

TEST_CASE("shorthands do not look at the destination") {
  Apics cpus;
  cpus.command(3, 0x44040, 1);
  CHECK(cpus.requested(0x40) == kCpu1);
  cpus.command(3, 0x84041, 1);
  CHECK(cpus.requested(0x41) == kAll);
  cpus.command(1, 0xc4042, 1);
  CHECK(cpus.requested(0x42) == (kAll & ~kCpu1));
  // Level and trigger mode change nothing: all are edge-triggered.
  cpus.command(2, 0x8043, 1);
  CHECK(cpus.requested(0x43) == kCpu2);
  CHECK_FALSE(cpus.apic(2).trigger_modes().test(0x43));
}

TEST_CASE("logical, flat: whoever shares a bit") {
  Apics cpus;
  const std::uint32_t ids[] = {0x01, 0x02, 0x06, 0x80};
  for (unsigned cpu = 0; cpu < 4; ++cpu) {
    cpus.write(Register::kLogicalDestination, ids[cpu] << 24, cpu);
  }
  cpus.command(0x02, 0x4840);
  CHECK(cpus.requested(0x40) == (kCpu1 | kCpu2));
  cpus.command(0x85, 0x4841);
  CHECK(cpus.requested(0x41) == (kCpu0 | kCpu2 | kCpu3));
  CHECK(cpus.bus.send(message_to(0, 0x42, DestinationMode::kLogical)) ==
        Delivery(Acceptance::kNoTarget));
  cpus.write(Register::kLogicalDestination, 0, 0);
  cpus.command(0xff, 0x4843, 1);
  CHECK(cpus.requested(0x43) == (kCpu1 | kCpu2 | kCpu3));
}

TEST_CASE("logical, cluster: the same cluster and a shared bit, FFH everyone") {
  Apics cpus;
  const std::uint32_t ids[] = {0x11, 0x12, 0x21, 0x00};
  for (unsigned cpu = 0; cpu < 4; ++cpu) {
    cpus.write(Register::kDestinationFormat, 0, cpu);
    cpus.write(Register::kLogicalDestination, ids[cpu] << 24, cpu);
  }
  cpus.command(0x13, 0x4840);
  CHECK(cpus.requested(0x40) == (kCpu0 | kCpu1));
  cpus.command(0x21, 0x4841);
  CHECK(cpus.requested(0x41) == kCpu2);
  cpus.command(0x31, 0x4842);
  CHECK(cpus.requested(0x42) == 0);
  cpus.command(0xff, 0x4843);
  CHECK(cpus.requested(0x43) == kAll);
  cpus.write(Register::kDestinationFormat, 0x50000000, 0);  // no model
  cpus.command(0x11, 0x4844);
  CHECK(cpus.requested(0x44) == 0);
}

TEST_CASE("x2APIC: wide destinations, clusters of 16") {
  Arena arena;
  ApicBus bus(arena);
  LocalApic first(bus, ApicId(0x1), ProcessorKind::kBootstrap);
  LocalApic second(bus, ApicId(0x13), ProcessorKind::kApplication);
  LocalApic third(bus, ApicId(0xff), ProcessorKind::kApplication);
  LocalApic fourth(bus, ApicId(0x12345), ProcessorKind::kApplication);
  LocalApic* const all[] = {&first, &second, &third, &fourth};
  for (LocalApic* const apic : all) {
    bus.attach(*apic);
    const std::uint64_t base = *apic->read_msr(kMsrApicBase, 0);
    REQUIRE(apic->write_msr(kMsrApicBase, base | kApicBaseX2apic, 0) == MsrWrite::kDone);
    REQUIRE(apic->write_msr(0x80f, 0x1ff, 0) == MsrWrite::kDone);
  }
  CHECK(first.read_msr(0x80d, 0) == 0x2);
  CHECK(second.read_msr(0x80d, 0) == 0x10008);
  CHECK(third.read_msr(0x80d, 0) == 0xf8000);
  CHECK(fourth.read_msr(0x80d, 0) == 0x12340020);
  CHECK(fourth.read_msr(0x802, 0) == 0x12345);
  const auto receivers = [&](std::uint64_t command) {
    REQUIRE(first.write_msr(0x830, command, 0) == MsrWrite::kDone);
    unsigned set = 0;
    for (unsigned i = 0; i < 4; ++i) {
      if (all[i]->request().test(static_cast<std::uint8_t>(command))) set |= 1U << i;
    }
    return set;
  };
  CHECK(receivers(0x0001234500004040) == 8);
  CHECK(receivers(0x000000ff00004041) == 4);  // no broadcast
  CHECK(receivers(0xffffffff00004042) == 15);
  CHECK(receivers(0x0001000800004843) == 2);
  CHECK(receivers(0x0001000700004844) == 0);
  CHECK(receivers(0x0000ffff00004845) == 1);
  CHECK(receivers(0xffffffff00004846) == 15);
  // From outside with 8 bits: FFH is everyone.
  bus.send(message_to(0xff, 0x47));
  CHECK(fourth.request().test(0x47));
}

TEST_CASE("xAPICs among x2APICs: the low 8 bits of an id, and the wide broadcast") {
  Arena arena;
  ApicBus bus(arena);
  LocalApic narrow(bus, ApicId(0x105), ProcessorKind::kBootstrap);
  LocalApic wide(bus, ApicId(0x205), ProcessorKind::kApplication);
  bus.attach(narrow);
  bus.attach(wide);
  narrow.write(0xf0, 4, 0x1ff, 0);
  narrow.write(0xd0, 4, 0x01000000, 0);
  REQUIRE(wide.write_msr(kMsrApicBase, 0xfee00c00, 0) == MsrWrite::kDone);
  REQUIRE(wide.write_msr(0x80f, 0x1ff, 0) == MsrWrite::kDone);
  CHECK(bus.send(message_to(0x05, 0x40)) == Delivery(Acceptance::kAccepted));
  CHECK(narrow.request().test(0x40));
  const auto receivers = [&](std::uint64_t command) {
    REQUIRE(wide.write_msr(0x830, command, 0) == MsrWrite::kDone);
    const auto vector = static_cast<std::uint8_t>(command);
    return std::pair(narrow.request().test(vector), wide.request().test(vector));
  };
  CHECK(receivers(0x0000020500004041) == std::pair(false, true));
  CHECK(receivers(0xffffffff00004042) == std::pair(true, true));
  CHECK(receivers(0xffffffff00004843) == std::pair(true, true));
  CHECK(receivers(0x0000000100004844) == std::pair(true, false));
  CHECK(receivers(0x0002000100004845) == std::pair(false, false));
}

TEST_CASE("lowest priority: one target, the least busy, of equals the lowest id") {
  Apics cpus;
  cpus.apic(0).write_cr8(5);
  cpus.apic(1).write_cr8(4);
  cpus.apic(2).write_cr8(2);
  cpus.apic(3).write_cr8(2);
  CHECK(cpus.bus.send(lowest(0x40)) == Delivery(Acceptance::kAccepted));
  CHECK(cpus.requested(0x40) == kCpu2);
  // What is requested counts as well: cpu 2 is at class 4 now.
  cpus.bus.send(lowest(0x41));
  CHECK(cpus.requested(0x41) == kCpu3);
}

TEST_CASE("lowest priority leaves out whoever takes no fixed interrupts") {
  Apics cpus;
  cpus.write(Register::kSpuriousVector, 0xff, 0);
  cpus.apic(1).write_cr8(9);
  cpus.apic(2).write_cr8(8);
  cpus.apic(3).write_cr8(9);
  CHECK(cpus.bus.send(lowest(0x40)).count(Acceptance::kAccepted) == 1);
  CHECK(cpus.requested(0x40) == kCpu2);
  for (unsigned cpu = 1; cpu < 4; ++cpu) cpus.write(Register::kSpuriousVector, 0xff, cpu);
  CHECK(cpus.bus.send(lowest(0x41)) == Delivery(Acceptance::kSoftwareDisabled));
  InterruptMessage nobody = lowest(0x42);
  nobody.destination = 77;
  CHECK(cpus.bus.send(nobody) == Delivery(Acceptance::kNoTarget));
}

TEST_CASE("every message is accounted for") {
  Apics cpus(2);
  cpus.bus.send(message_to(0, 0x40));
  cpus.bus.send(message_to(0, 0x40));
  cpus.write(Register::kSpuriousVector, 0xff, 1);
  cpus.bus.send(message_to(1, 0x40));
  cpus.bus.send(message_to(0, 0x0f));
  cpus.bus.send(message_to(7, 0x40));
  REQUIRE(cpus.apic(1).write_msr(kMsrApicBase, 0xfee00000, 0) == MsrWrite::kDone);
  cpus.bus.send(message_to(1, 0x40));
  cpus.command(0, 0x4340);  // a reserved mode
  cpus.command(0, 0x4740);  // ExtINT
  const Delivery& total = cpus.bus.total();
  CHECK(total.count(Acceptance::kAccepted) == 1);
  CHECK(total.count(Acceptance::kCoalesced) == 1);
  CHECK(total.count(Acceptance::kSoftwareDisabled) == 1);
  CHECK(total.count(Acceptance::kIllegalVector) == 1);
  CHECK(total.count(Acceptance::kNoTarget) == 1);
  CHECK(total.count(Acceptance::kHardwareDisabled) == 1);
  CHECK(total.count(Acceptance::kReservedMode) == 2);
  CHECK(total.pending() == 2);
}

TEST_CASE("INIT de-assert is not sent") {
  Apics cpus(2);
  cpus.command(1, 0x8500);
  CHECK(cpus.bus.total() == Delivery());
  cpus.command(1, 0xc500);
  CHECK(cpus.apic(1).is_pending(Bypass::kInit));
}

}  // namespace
}  // namespace ipcsim::machine
