// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/io_apic.h"

#include <doctest/doctest.h>

#include "tests/support/apics.h"
#include "tests/support/child_process.h"

namespace ipcsim::machine {
namespace {

using Register = ApicRegister;
using test::Apics;

constexpr unsigned kPin = 5;
constexpr std::uint32_t kMasked = 0x10000;
constexpr std::uint32_t kLevel = 0x8000;
constexpr std::uint32_t kActiveLow = 0x2000;
constexpr std::uint32_t kRemoteIrr = 0x4000;

struct Board : Apics {
  Acceptance high(unsigned pin = kPin) { return only(io_apic.set_line(pin, Level::kHigh)); }
  Acceptance low(unsigned pin = kPin) { return only(io_apic.set_line(pin, Level::kLow)); }
  // What came of a message to one target.
  static Acceptance only(const Delivery& delivery) {
    for (std::size_t i = 0; i < kAcceptances; ++i) {
      if (delivery == Delivery(static_cast<Acceptance>(i))) return static_cast<Acceptance>(i);
    }
    FAIL("not just one thing came of it");
    return Acceptance::kNoChange;
  }
  std::uint32_t entry(unsigned pin = kPin) { return read_io_apic(0x10 + 2 * pin); }
  unsigned take(unsigned cpu = 0) {
    return apic(cpu).deliverable() ? apic(cpu).acknowledge().vector : 0U;
  }
};

TEST_CASE("registers: id, version, arbitration, 24 entries") {
  Board board;
  CHECK(board.read_io_apic(1) == 0x170020);
  board.write_io_apic(1, 0xffffffff);
  CHECK(board.read_io_apic(1) == 0x170020);
  board.write_io_apic(0, 0xffffffff);
  CHECK(board.read_io_apic(0) == 0x0f000000);
  CHECK(board.read_io_apic(2) == 0x0f000000);
  board.write_io_apic(2, 0);
  CHECK(board.read_io_apic(2) == 0x0f000000);
  CHECK(board.io_apic.read(0, 4) == 2);
  for (unsigned pin = 0; pin < IoApic::kPins; ++pin) {
    CHECK(board.io_apic.entry(pin) == kMasked);
    board.set_entry(pin, 0xffffffff, 0xff);
    CHECK(board.io_apic.entry(pin) == 0xff0000000001afff);
    board.write_io_apic(0x11 + 2 * pin, 0x12345678);
    CHECK(board.read_io_apic(0x11 + 2 * pin) == 0x12000000);
    CHECK(board.read_io_apic(0x10 + 2 * pin) == 0x1afff);
  }
  for (const std::uint32_t index : {0x03U, 0x0fU, 0x40U, 0xffU}) {
    board.write_io_apic(index, 0xffffffff);
    CHECK(board.read_io_apic(index) == 0);
  }
}

TEST_CASE("an access of another width or place does nothing") {
  Board board;
  board.write_io_apic(0, 0x05000000);
  for (const unsigned bytes : {1U, 2U, 8U}) {
    board.io_apic.write(0x00, bytes, 1);
    board.io_apic.write(0x10, bytes, 0);
    CHECK(board.io_apic.read(0x10, bytes) == 0);
  }
  for (const std::uint32_t offset : {0x04U, 0x14U, 0x20U, 0xfffU}) {
    board.io_apic.write(offset, 4, 0xffffffff);
    CHECK(board.io_apic.read(offset, 4) == 0);
  }
  CHECK(board.io_apic.read(0x40, 4) == 0);
  CHECK(board.io_apic.read(0x00, 4) == 0);
  CHECK(board.io_apic.read(0x10, 4) == 0x05000000);
}

TEST_CASE("edge: one message for each rise") {
  Board board;
  board.set_entry(kPin, 0x61);
  CHECK(board.high() == Acceptance::kAccepted);
  CHECK(board.high() == Acceptance::kNoChange);
  CHECK_FALSE(board.apic().trigger_modes().test(0x61));
  CHECK(board.take() == 0x61);
  CHECK(board.low() == Acceptance::kNoChange);
  CHECK(board.high() == Acceptance::kAccepted);
  CHECK(board.low() == Acceptance::kNoChange);
  CHECK(board.high() == Acceptance::kCoalesced);
  CHECK((board.entry() & kRemoteIrr) == 0);
}

TEST_CASE("edge: a rise while masked is lost, and a high wire is none") {
  Board board;
  board.set_entry(kPin, kMasked | 0x61);
  CHECK(board.high() == Acceptance::kMasked);
  board.set_entry(kPin, 0x61);
  CHECK(board.requested(0x61) == 0);
  board.low();
  CHECK(board.high() == Acceptance::kAccepted);
}

TEST_CASE("level: sent once, until its end; then again while the wire is active") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61);
  CHECK(board.high() == Acceptance::kAccepted);
  CHECK(board.entry() == (kLevel | kRemoteIrr | 0x61));
  CHECK(board.apic().trigger_modes().test(0x61));
  board.low();
  CHECK(board.high() == Acceptance::kRemoteIrr);
  CHECK(board.take() == 0x61);
  board.end_interrupt();
  CHECK(board.take() == 0x61);
  board.low();
  CHECK((board.entry() & kRemoteIrr) != 0);
  board.end_interrupt();
  CHECK(board.entry() == (kLevel | 0x61));
  CHECK(board.take() == 0);
}

TEST_CASE("level: the fall of the wire takes nothing back") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61);
  board.high();
  board.low();
  CHECK(board.requested(0x61) == 1);
  CHECK((board.entry() & kRemoteIrr) != 0);
}

TEST_CASE("level: masked while active sends at the unmasking, if still active") {
  Board board;
  board.set_entry(kPin, kLevel | kMasked | 0x61);
  CHECK(board.high() == Acceptance::kMasked);
  board.low();
  board.set_entry(kPin, kLevel | 0x61);
  CHECK(board.requested(0x61) == 0);
  board.set_entry(kPin, kLevel | kMasked | 0x61);
  board.high();
  board.set_entry(kPin, kLevel | 0x61);
  CHECK(board.requested(0x61) == 1);
}

TEST_CASE("level: masking keeps remote IRR, the end clears it, unmasking sends") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61);
  board.high();
  REQUIRE(board.take() == 0x61);
  board.set_entry(kPin, kLevel | kMasked | 0x61);
  CHECK((board.entry() & kRemoteIrr) != 0);
  board.end_interrupt();
  CHECK((board.entry() & kRemoteIrr) == 0);
  CHECK(board.take() == 0);
  board.set_entry(kPin, kLevel | 0x61);
  CHECK(board.take() == 0x61);
}

TEST_CASE("changing an entry to edge clears remote IRR") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61);
  board.high();
  board.set_entry(kPin, 0x61);
  CHECK(board.entry() == 0x61);
}

TEST_CASE("two level pins with one vector: one request, one end, the active one again") {
  Board board;
  board.set_entry(5, kLevel | 0x61);
  board.set_entry(6, kLevel | 0x61);
  CHECK(board.high(5) == Acceptance::kAccepted);
  CHECK(board.high(6) == Acceptance::kCoalesced);
  REQUIRE(board.take() == 0x61);
  board.low(5);
  board.end_interrupt();
  CHECK(board.entry(5) == (kLevel | 0x61));
  CHECK(board.entry(6) == (kLevel | kRemoteIrr | 0x61));
  CHECK(board.take() == 0x61);
}

TEST_CASE("the end of an edge-triggered interrupt is not broadcast") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61, 1);
  board.high();
  board.interrupt_self(0x61);
  REQUIRE(board.take(0) == 0x61);
  board.end_interrupt(0);
  CHECK((board.entry() & kRemoteIrr) != 0);
  REQUIRE(board.take(1) == 0x61);
  board.low();
  board.end_interrupt(1);
  CHECK((board.entry() & kRemoteIrr) == 0);
}

TEST_CASE("an entry aimed elsewhere meanwhile is ended all the same") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61, 0);
  board.high();
  REQUIRE(board.take(0) == 0x61);
  board.write_io_apic(0x11 + 2 * kPin, 0x01000000);
  board.low();
  board.end_interrupt(0);
  CHECK((board.entry() & kRemoteIrr) == 0);
  CHECK(board.requested(0x61) == 0);
}

TEST_CASE("without broadcasts, software writes the vector to the I/O APIC") {
  Arena arena;
  ApicBus bus(arena);
  LocalApic apic(bus, ApicId(0), ProcessorKind::kBootstrap,
                 {.tsc_deadline = true, .end_broadcast_control = true});
  IoApic io_apic(bus);
  bus.attach(apic);
  bus.attach(io_apic);
  apic.write(0xf0, 4, 0x11ff, 0);
  io_apic.write(0x00, 4, 0x10);
  io_apic.write(0x10, 4, kLevel | 0x61);
  io_apic.set_line(0, Level::kHigh);
  REQUIRE(apic.acknowledge().vector == 0x61);
  apic.write(0xb0, 4, 0, 0);
  CHECK((io_apic.entry(0) & kRemoteIrr) != 0);
  io_apic.write(0x40, 4, 0x62);
  CHECK_FALSE(apic.deliverable());
  io_apic.write(0x40, 4, 0x61);
  CHECK(apic.acknowledge().vector == 0x61);
}

TEST_CASE("active low: the wire asks when it falls, or while it is low") {
  Board board;
  board.high();
  board.set_entry(kPin, kActiveLow | 0x61);
  CHECK(board.high() == Acceptance::kNoChange);
  CHECK(board.low() == Acceptance::kAccepted);
  CHECK(board.high() == Acceptance::kNoChange);
  board.set_entry(kPin, kActiveLow | kLevel | 0x62);
  CHECK(board.requested(0x62) == 0);
  CHECK(board.low() == Acceptance::kAccepted);
  board.high();
  // A new polarity is no edge.
  board.set_entry(6, 0x63);
  board.set_entry(6, kActiveLow | 0x63);
  CHECK(board.requested(0x63) == 0);
}

TEST_CASE("destinations: physical, logical, lowest priority, nobody") {
  Board board;
  board.set_entry(1, 0x61, 1);
  board.high(1);
  CHECK(board.requested(0x61) == 2);
  for (unsigned cpu = 0; cpu < 4; ++cpu) {
    board.write(Register::kLogicalDestination, 1U << (24 + cpu), cpu);
  }
  board.set_entry(2, 0x862, 0xd);
  CHECK(board.io_apic.set_line(2, Level::kHigh).count(Acceptance::kAccepted) == 3);
  CHECK(board.requested(0x62) == 0xd);
  board.set_entry(3, 0x163, 0xff);
  board.apic(0).write_cr8(8);
  board.apic(1).write_cr8(9);
  CHECK(board.high(3) == Acceptance::kAccepted);
  CHECK(board.requested(0x63) == 4);
  board.set_entry(4, kLevel | 0x64, 0x77);
  CHECK(board.high(4) == Acceptance::kNoTarget);
  CHECK((board.entry(4) & kRemoteIrr) == 0);  // nobody will end it
}

TEST_CASE("NMI, SMI, INIT and ExtINT go by edges and have no remote IRR") {
  Board board;
  for (const auto& [mode, bypass] :
       {std::pair{0x400U, Bypass::kNmi}, std::pair{0x200U, Bypass::kSmi},
        std::pair{0x500U, Bypass::kInit}}) {
    board.low();
    board.set_entry(kPin, kLevel | mode, 1);
    CHECK(board.high() == Acceptance::kAccepted);
    CHECK(board.apic(1).is_pending(bypass));
    CHECK((board.entry() & kRemoteIrr) == 0);
  }
  board.low();
  board.set_entry(kPin, 0x700, 0);
  CHECK(board.high() == Acceptance::kAccepted);
  CHECK(board.apic(0).external_pending());
  for (const std::uint32_t mode : {0x300U, 0x600U}) {
    board.low();
    board.set_entry(kPin, mode);
    CHECK(board.high() == Acceptance::kReservedMode);
  }
}

TEST_CASE("an illegal vector ends at the local APIC") {
  Board board;
  board.set_entry(kPin, kLevel | 0x0f);
  CHECK(board.high() == Acceptance::kIllegalVector);
  CHECK((board.entry() & kRemoteIrr) == 0);
  CHECK(board.errors() == kErrorReceiveIllegalVector);
}

TEST_CASE("what pins asked for is accounted for") {
  Board board;
  board.set_entry(kPin, kLevel | 0x61);
  board.high();
  REQUIRE(board.take() == 0x61);
  board.end_interrupt();  // sent again
  board.low();
  board.high();
  CHECK(board.io_apic.total().count(Acceptance::kAccepted) == 2);
  CHECK(board.io_apic.total().count(Acceptance::kRemoteIrr) == 1);
  CHECK(board.bus.total().pending() == 2);
}

TEST_CASE("there is no pin 24") {
  const auto ending = test::in_child([] {
    Board board;
    board.high(IoApic::kPins);
  });
  CHECK(ending.aborted());
}

}  // namespace
}  // namespace ipcsim::machine
