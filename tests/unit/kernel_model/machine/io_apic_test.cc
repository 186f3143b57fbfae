// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/io_apic.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/support/apic_board.h"

namespace ipcsim::machine {
namespace {

using test::ApicBoard;
using Register = ApicBoard::Register;
using Vectors = std::vector<unsigned>;

constexpr unsigned kPin = 5;
constexpr std::uint32_t kEdge = 0x61;
constexpr std::uint32_t kLevel = 0x8061;
constexpr std::uint32_t kMask = 0x1'0000;

TEST_CASE("an edge is one message; what rises while masked is lost") {
  ApicBoard board;
  board.redirect(kPin, kEdge | kMask);
  CHECK(board.io_apic.set_pin(kPin, true).fate == InterruptFate::kMasked);
  board.redirect(kPin, kEdge);
  CHECK(board.requested().empty());
  board.io_apic.set_pin(kPin, true);
  CHECK(board.requested().empty());
  board.io_apic.set_pin(kPin, false);
  CHECK(board.io_apic.set_pin(kPin, true).fate == InterruptFate::kAccepted);
  CHECK(board.requested() == Vectors{0x61});
  CHECK_FALSE(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
}

TEST_CASE("a level waits for its EOI and comes again while it is asserted") {
  ApicBoard board;
  board.redirect(kPin, kLevel);
  board.io_apic.set_pin(kPin, true);
  CHECK(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
  CHECK(board.cpu(0).acknowledge() == 0x61);
  board.io_apic.set_pin(kPin, false);
  CHECK(board.io_apic.set_pin(kPin, true).fate == InterruptFate::kRemoteIrr);
  CHECK(board.requested().empty());
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.requested() == Vectors{0x61});
  board.cpu(0).acknowledge();
  board.io_apic.set_pin(kPin, false);
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.requested().empty());
  CHECK_FALSE(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
}

TEST_CASE("a level that is masked while in service is kept until it is unmasked") {
  ApicBoard board;
  board.redirect(kPin, kLevel);
  board.io_apic.set_pin(kPin, true);
  board.cpu(0).acknowledge();
  board.redirect(kPin, kLevel | kMask);
  CHECK(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.requested().empty());
  board.redirect(kPin, kLevel);
  CHECK(board.requested() == Vectors{0x61});
}

TEST_CASE("a level that was masked and has gone sends nothing") {
  ApicBoard board;
  board.redirect(kPin, kLevel | kMask);
  board.io_apic.set_pin(kPin, true);
  board.io_apic.set_pin(kPin, false);
  board.redirect(kPin, kLevel);
  CHECK(board.requested().empty());
}

TEST_CASE("two level pins of one vector share its EOI") {
  ApicBoard board;
  board.redirect(5, kLevel);
  board.redirect(6, kLevel);
  board.io_apic.set_pin(5, true);
  board.io_apic.set_pin(6, true);
  board.cpu(0).acknowledge();
  board.io_apic.set_pin(5, false);
  board.write(Register::kEndOfInterrupt, 0);
  CHECK_FALSE(board.io_apic.entry(5).has(RedirectionEntry::kRemoteIrr));
  CHECK(board.io_apic.entry(6).has(RedirectionEntry::kRemoteIrr));
  CHECK(board.requested() == Vectors{0x61});
}

TEST_CASE("the EOI of an edge of the same vector leaves the level waiting") {
  ApicBoard board(2);
  board.redirect(kPin, kLevel, 1);
  board.io_apic.set_pin(kPin, true);
  board.send_to_self(0x61);
  board.cpu(0).acknowledge();
  board.write(Register::kEndOfInterrupt, 0);
  CHECK(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
}

TEST_CASE("active low pins are asserted by a low line") {
  ApicBoard board;
  board.io_apic.set_pin(kPin, true);
  board.redirect(kPin, kLevel | 0x2000);
  CHECK(board.requested().empty());
  board.io_apic.set_pin(kPin, false);
  CHECK(board.requested() == Vectors{0x61});
}

TEST_CASE("an entry that becomes an edge waits for no EOI") {
  ApicBoard board;
  board.redirect(kPin, kLevel);
  board.io_apic.set_pin(kPin, true);
  board.redirect(kPin, kEdge);
  CHECK_FALSE(board.io_apic.entry(kPin).has(RedirectionEntry::kRemoteIrr));
}

TEST_CASE("registers: id, version, arbitration, entries, and nothing else") {
  ApicBoard board;
  IoApic& apic = board.io_apic;
  apic.write(0, ~0U);
  CHECK(apic.read(0) == 0x0f00'0000);
  CHECK(apic.read(2) == 0x0f00'0000);
  apic.write(1, 0);
  CHECK((apic.read(1) >> 16) == kIoApicPins - 1);
  CHECK(apic.read(0x10) == RedirectionEntry::kMasked);
  apic.write(0x10, ~0U);
  CHECK(apic.read(0x10) == 0x1'afff);
  CHECK(apic.read(0x40) == 0);
  apic.write(0x40, ~0U);
  apic.write_memory(kIoRegisterSelect, 0x12);
  apic.write_memory(kIoWindow, 0x1'0042);
  CHECK(apic.read_memory(kIoRegisterSelect) == 0x12);
  CHECK(apic.read_memory(kIoWindow) == 0x1'0042);
  CHECK(apic.read_memory(0x20) == 0);
}

TEST_CASE("other delivery modes reach the CPU without a vector") {
  ApicBoard board;
  board.redirect(kPin, 0x400);
  board.io_apic.set_pin(kPin, true);
  CHECK(board.cpu(0).pending().nmi);
  board.redirect(6, 0x700);
  board.io_apic.set_pin(6, true);
  CHECK(board.cpu(0).pending().external);
}

}  // namespace
}  // namespace ipcsim::machine
