// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_controller_8259.h"

#include <initializer_list>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint16_t kMaster = 0x20;
constexpr std::uint16_t kSlave = 0xa0;
constexpr unsigned kEnd = 0x20;
constexpr unsigned kIcw4 = 0x01;
constexpr unsigned kAutomaticEnd = 0x02;
constexpr unsigned kSpecialFullyNested = 0x10;

// The pair as a PC sets it up, nothing masked.
struct Board {
  explicit Board(unsigned master_mode = kIcw4, unsigned slave_mode = kIcw4) {
    initialize(kMaster, {0x11, 0x20, 0x04, master_mode});
    initialize(kSlave, {0x11, 0x28, 0x02, slave_mode});
  }

  // The first word goes to the command port, the others to the data port.
  void initialize(std::uint16_t port, std::initializer_list<unsigned> words) {
    bool first = true;
    for (const unsigned word : words) {
      write(static_cast<std::uint16_t>(first ? port : port + 1), word);
      first = false;
    }
  }
  void write(std::uint16_t port, unsigned value) {
    pair.write_port(port, static_cast<std::uint8_t>(value));
  }
  void mask(std::uint16_t port, unsigned value) {
    write(static_cast<std::uint16_t>(port + 1), value);
  }
  void raise(std::initializer_list<unsigned> lines) {
    for (const unsigned line : lines) pair.set_line(line, true);
  }
  void lower(std::initializer_list<unsigned> lines) {
    for (const unsigned line : lines) pair.set_line(line, false);
  }
  unsigned requested(std::uint16_t port) {
    write(port, 0x0a);
    return pair.read_port(port);
  }
  unsigned in_service(std::uint16_t port) {
    write(port, 0x0b);
    return pair.read_port(port);
  }
  unsigned poll(std::uint16_t port) {
    write(port, 0x0c);
    return pair.read_port(port);
  }

  InterruptControllerPair pair;
};

TEST_CASE("an initialization clears masks, services, edges and modes") {
  Board board;
  board.raise({3, 5, 6});
  CHECK(board.pair.acknowledge() == 0x23);
  board.mask(kMaster, 0xa5);
  CHECK(board.pair.read_port(0x21) == 0xa5);
  board.write(kMaster, 0xc4);  // 4 has the lowest priority
  board.write(kMaster, 0x68);  // special mask
  board.write(kMaster, 0x0b);  // reads give ISR
  board.initialize(kMaster, {0x11, 0x40, 0x04, kIcw4});
  CHECK(board.pair.read_port(0x21) == 0);
  CHECK(board.pair.read_port(kMaster) == 0);  // IRR: the lines are high, but did not rise since
  board.lower({6});
  board.raise({6});
  CHECK(board.pair.read_port(kMaster) == 0x40);
  CHECK(board.in_service(kMaster) == 0);
  CHECK(board.pair.acknowledge() == 0x46);
  board.raise({1, 7});
  CHECK(board.pair.acknowledge() == 0x41);  // priority 0 is level 0 again
  CHECK(board.poll(kMaster) == 0);
  board.mask(kMaster, 0x02);
  CHECK(board.poll(kMaster) == 0);  // the special mask is off
}

TEST_CASE("INT is low until the last word of an initialization") {
  Board board;
  board.raise({4});
  CHECK(board.pair.requests());
  board.write(kMaster, 0x11);
  CHECK_FALSE(board.pair.requests());
  board.lower({4});
  board.raise({4});
  for (const unsigned word : {0x20U, 0x04U}) {
    board.write(0x21, word);
    CHECK_FALSE(board.pair.requests());
  }
  board.write(0x21, kIcw4);
  CHECK(board.pair.requests());
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("ICW1 says whether ICW3 and ICW4 follow") {
  Board board;
  board.initialize(kMaster, {0x10, 0x40, 0x04, 0xf0});  // no ICW4: the fourth is a mask
  CHECK(board.pair.read_port(0x21) == 0xf0);
  board.initialize(kMaster, {0x13, 0x40, kIcw4, 0xf1});  // single: no ICW3
  CHECK(board.pair.read_port(0x21) == 0xf1);
  board.initialize(kMaster, {0x12, 0x40, 0xf2});  // neither
  CHECK(board.pair.read_port(0x21) == 0xf2);
  board.raise({1});
  CHECK(board.pair.read_port(kMaster) == 0x02);
  CHECK(board.pair.acknowledge() == 0x47);  // it is masked
}

TEST_CASE("an initialization without ICW4 ends automatic EOI and special fully nested mode") {
  Board board(kIcw4 | kAutomaticEnd | kSpecialFullyNested);
  board.initialize(kMaster, {0x10, 0x20, 0x04});
  board.raise({12});
  CHECK(board.pair.acknowledge() == 0x2c);
  CHECK(board.in_service(kMaster) == 0x04);
  board.raise({9});
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("an initialization ends rotation in automatic EOI mode") {
  Board board(kIcw4 | kAutomaticEnd);
  board.write(kMaster, 0x80);
  board.initialize(kMaster, {0x11, 0x20, 0x04, kIcw4 | kAutomaticEnd});
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
  board.lower({3});
  board.raise({3, 4});
  CHECK(board.pair.acknowledge() == 0x23);
}

TEST_CASE("an initialization ends the special mask") {
  Board board;
  board.write(kMaster, 0x68);
  board.initialize(kMaster, {0x11, 0x20, 0x04, kIcw4});
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
  board.mask(kMaster, 0x08);
  board.raise({5});
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("an initialization withdraws a poll") {
  Board board;
  board.write(kMaster, 0x0c);
  board.initialize(kMaster, {0x11, 0x20, 0x04, kIcw4});
  board.raise({4});
  CHECK(board.pair.read_port(kMaster) == 0x10);
  CHECK(board.in_service(kMaster) == 0);
}

TEST_CASE("an initialization makes a slave's identity 7") {
  Board board;
  board.initialize(kSlave, {0x13, 0x28, kIcw4});
  board.raise({9});
  CHECK(board.pair.acknowledge() == 0xff);
}

TEST_CASE("ICW1 begins again in the middle of an initialization") {
  Board board;
  board.initialize(kMaster, {0x11, 0x40});
  board.initialize(kMaster, {0x11, 0x50, 0x04, kIcw4});
  board.raise({0});
  CHECK(board.pair.acknowledge() == 0x50);
}

TEST_CASE("the low bits of the vector base count for nothing, nor does ICW1's level bit") {
  Board board;
  board.initialize(kMaster, {0x19, 0x27, 0x04, kIcw4});
  board.raise({1});
  CHECK(board.pair.acknowledge() == 0x21);
  board.write(kMaster, kEnd);
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("before it is set up a controller serves nothing") {
  InterruptControllerPair pair;
  pair.set_line(1, true);
  pair.set_line(9, true);
  CHECK_FALSE(pair.requests());
}

TEST_CASE("requests come in the order of priority, one after the EOI of the other") {
  Board board;
  board.raise({5, 3, 4});
  CHECK(board.pair.acknowledge() == 0x23);
  CHECK_FALSE(board.pair.requests());
  CHECK(board.in_service(kMaster) == 0x08);
  CHECK(board.requested(kMaster) == 0x30);
  board.raise({1});
  CHECK(board.pair.acknowledge() == 0x21);  // a higher one need not wait
  board.write(kMaster, kEnd);               // of 1, which is the highest in service
  CHECK(board.in_service(kMaster) == 0x08);
  CHECK_FALSE(board.pair.requests());
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("a level in service keeps its own next request waiting") {
  Board board;
  board.raise({4});
  CHECK(board.pair.acknowledge() == 0x24);
  board.lower({4});
  board.raise({4});
  CHECK(board.requested(kMaster) == 0x10);
  CHECK_FALSE(board.pair.requests());
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("priority is decided by the acknowledge, not when INT rises") {
  Board board;
  board.raise({5});
  CHECK(board.pair.requests());
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
}

TEST_CASE("a mask holds a request back but does not forget it") {
  Board board;
  board.mask(kMaster, 0x10);
  board.raise({4});
  CHECK_FALSE(board.pair.requests());
  CHECK(board.requested(kMaster) == 0x10);
  board.mask(kMaster, 0);
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("an edge is one request, and none once the line has fallen") {
  Board board;
  board.raise({4});
  CHECK(board.pair.acknowledge() == 0x24);
  board.write(kMaster, kEnd);
  board.raise({4});  // it was high already
  CHECK_FALSE(board.pair.requests());
  board.mask(kMaster, 0xff);
  board.lower({4});
  board.raise({4});
  CHECK(board.requested(kMaster) == 0x10);
  board.lower({4});
  CHECK(board.requested(kMaster) == 0);
  board.mask(kMaster, 0);
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("a request that goes before the acknowledge becomes a spurious level 7") {
  Board board;
  board.raise({4});
  board.lower({4});
  CHECK(board.pair.requests());
  CHECK(board.pair.acknowledge() == 0x27);
  CHECK(board.in_service(kMaster) == 0);
  CHECK_FALSE(board.pair.requests());
  board.raise({4});
  board.mask(kMaster, 0x10);
  CHECK(board.pair.acknowledge() == 0x27);
  CHECK(board.in_service(kMaster) == 0);
  board.mask(kMaster, 0);
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("a real level 7 is in service") {
  Board board;
  board.raise({7});
  CHECK(board.pair.acknowledge() == 0x27);
  CHECK(board.in_service(kMaster) == 0x80);
}

TEST_CASE("the slave comes in through line 2 and both need an EOI") {
  Board board;
  board.raise({12});
  CHECK(board.requested(kMaster) == 0x04);
  CHECK(board.requested(kSlave) == 0x10);
  CHECK(board.pair.acknowledge() == 0x2c);
  CHECK(board.in_service(kMaster) == 0x04);
  CHECK(board.in_service(kSlave) == 0x10);
  CHECK(board.requested(kMaster) == 0);
  board.raise({9, 3});
  CHECK_FALSE(board.pair.requests());  // the master keeps 2 and what is below it back
  CHECK(board.requested(kMaster) == 0x0c);
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x29);
  board.write(kSlave, kEnd);
  board.write(kSlave, kEnd);
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x23);
}

TEST_CASE("a slave's request that goes is a spurious 15, with line 2 in service") {
  Board board;
  board.raise({12});
  board.lower({12});
  CHECK(board.pair.acknowledge() == 0x2f);
  CHECK(board.in_service(kMaster) == 0x04);
  CHECK(board.in_service(kSlave) == 0);
}

TEST_CASE("nobody gives a vector for a slave that is not there") {
  Board board;
  board.initialize(kSlave, {0x11, 0x28, 0x03, kIcw4});
  board.raise({9});
  CHECK(board.pair.acknowledge() == 0xff);
  CHECK(board.in_service(kSlave) == 0);
  board.initialize(kSlave, {0x11, 0x28, 0x02, kIcw4});
  board.initialize(kMaster, {0x11, 0x20, 0x08, kIcw4});
  board.mask(kMaster, 0x04);
  board.raise({10, 3});
  CHECK(board.pair.acknowledge() == 0xff);
  CHECK(board.in_service(kSlave) == 0);
}

TEST_CASE("a master without slaves answers for line 2 itself") {
  Board board;
  board.initialize(kMaster, {0x13, 0x20, kIcw4});
  board.raise({9});
  CHECK(board.pair.acknowledge() == 0x22);
  CHECK(board.in_service(kSlave) == 0);
}

TEST_CASE("a single controller has no slave to nest") {
  Board board;
  board.initialize(kMaster, {0x13, 0x20, kIcw4 | kSpecialFullyNested});
  board.raise({1});
  CHECK(board.pair.acknowledge() == 0x21);
  board.lower({1});
  board.raise({1});
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("EOI: non-specific, specific, of nothing") {
  Board board;
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0);
  board.raise({5});
  CHECK(board.pair.acknowledge() == 0x25);
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
  board.write(kMaster, 0x64);
  CHECK(board.in_service(kMaster) == 0x28);
  board.write(kMaster, 0x65);
  CHECK(board.in_service(kMaster) == 0x08);
  board.write(kMaster, 0x42);  // no operation
  CHECK(board.in_service(kMaster) == 0x08);
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0);
  board.raise({1, 6});
  CHECK(board.pair.acknowledge() == 0x21);
}

TEST_CASE("rotation on an EOI makes the ended level the lowest") {
  Board board;
  board.raise({4});
  CHECK(board.pair.acknowledge() == 0x24);
  SUBCASE("non-specific") { board.write(kMaster, 0xa0); }
  SUBCASE("specific") { board.write(kMaster, 0xe4); }
  CHECK(board.in_service(kMaster) == 0);
  board.lower({4});
  board.raise({3, 4, 5});
  for (const unsigned vector : {0x25U, 0x23U, 0x24U}) {
    CHECK(board.pair.acknowledge() == vector);
    board.write(kMaster, kEnd);
  }
}

TEST_CASE("a rotation on an EOI of nothing rotates only if it names a level") {
  Board board;
  board.write(kMaster, 0xa0);
  board.raise({0, 6});
  CHECK(board.pair.acknowledge() == 0x20);
  board.write(kMaster, kEnd);
  board.write(kMaster, 0xe3);
  board.raise({5, 1});
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("set priority names the lowest level and ends nothing") {
  Board board;
  board.raise({6});
  CHECK(board.pair.acknowledge() == 0x26);
  board.write(kMaster, 0xc3);
  CHECK(board.in_service(kMaster) == 0x40);
  board.raise({3, 4});
  CHECK(board.pair.acknowledge() == 0x24);
  board.write(kMaster, kEnd);  // of 4: by the new order it is above 6
  CHECK(board.in_service(kMaster) == 0x40);
  CHECK_FALSE(board.pair.requests());
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x23);
}

TEST_CASE("automatic EOI puts nothing in service") {
  Board board(kIcw4 | kAutomaticEnd);
  board.raise({3, 5});
  CHECK(board.pair.acknowledge() == 0x23);
  CHECK(board.in_service(kMaster) == 0);
  CHECK(board.pair.requests());
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("rotation in automatic EOI mode can be set and cleared") {
  Board board(kIcw4 | kAutomaticEnd);
  board.write(kMaster, 0x80);
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
  board.lower({3});
  board.raise({3, 4});
  CHECK(board.pair.acknowledge() == 0x24);
  board.write(kMaster, 0x00);
  CHECK(board.pair.acknowledge() == 0x23);  // lowest is 4
  board.lower({3});
  board.raise({3, 5});
  CHECK(board.pair.acknowledge() == 0x25);
  CHECK(board.pair.acknowledge() == 0x23);
  board.lower({3, 4});
  board.raise({3, 4});
  CHECK(board.pair.acknowledge() == 0x23);  // still 4
}

TEST_CASE("each interrupt of a slave in automatic EOI mode is an edge of its own") {
  Board board(kIcw4 | kAutomaticEnd, kIcw4 | kAutomaticEnd);
  board.raise({9, 10, 11});
  for (const unsigned vector : {0x29U, 0x2aU, 0x2bU}) {
    CHECK(board.pair.requests());
    CHECK(board.pair.acknowledge() == vector);
  }
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("special mask: a masked level in service locks nobody out, nor does an EOI end it") {
  Board board;
  board.raise({3});
  CHECK(board.pair.acknowledge() == 0x23);
  board.raise({5});
  board.mask(kMaster, 0x08);
  CHECK_FALSE(board.pair.requests());
  board.write(kMaster, 0x68);
  CHECK(board.pair.acknowledge() == 0x25);
  CHECK(board.in_service(kMaster) == 0x28);
  board.raise({6});
  CHECK_FALSE(board.pair.requests());  // 5 is in service and not masked
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0x08);
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0x08);
  board.write(kMaster, 0x28);  // bit 6 is clear: no change
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0x08);
  board.write(kMaster, 0x48);
  board.write(kMaster, kEnd);
  CHECK(board.in_service(kMaster) == 0);
}

TEST_CASE("special fully nested: a higher interrupt of the slave in service gets through") {
  Board board(kIcw4 | kSpecialFullyNested);
  board.raise({12});
  CHECK(board.pair.acknowledge() == 0x2c);
  board.raise({3, 13});
  CHECK_FALSE(board.pair.requests());  // neither below the slave nor lower inside it
  board.raise({9});
  CHECK(board.pair.acknowledge() == 0x29);
  board.write(kSlave, kEnd);
  CHECK(board.in_service(kSlave) == 0x10);
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("special fully nested: other levels keep themselves back") {
  Board board(kIcw4 | kSpecialFullyNested);
  board.raise({4});
  CHECK(board.pair.acknowledge() == 0x24);
  board.lower({4});
  board.raise({4});
  CHECK_FALSE(board.pair.requests());
}

TEST_CASE("a poll acknowledges, through either port, once") {
  for (const std::uint16_t port : {std::uint16_t{0x20}, std::uint16_t{0x21}}) {
    CAPTURE(port);
    Board board;
    board.mask(kMaster, 0x80);
    board.raise({4});
    board.write(kMaster, 0x0c);
    CHECK(board.pair.read_port(port) == 0x84);
    CHECK_FALSE(board.pair.requests());
    CHECK(board.in_service(kMaster) == 0x10);
    CHECK(board.requested(kMaster) == 0);
    CHECK(board.pair.read_port(0x21) == 0x80);
    CHECK(board.poll(kMaster) == 0);
  }
}

TEST_CASE("a poll that finds nothing puts nothing in service and lowers INT") {
  Board board;
  CHECK(board.poll(kMaster) == 0);
  CHECK(board.in_service(kMaster) == 0);
  board.raise({4});
  board.lower({4});
  CHECK(board.pair.requests());
  CHECK(board.poll(kMaster) == 4);  // without bit 7: what INT had risen for
  board.raise({4, 3});
  board.lower({4, 3});
  CHECK(board.poll(kMaster) == 3);
  CHECK_FALSE(board.pair.requests());
  CHECK(board.poll(kMaster) == 0);
}

TEST_CASE("a slave is polled apart from its master") {
  Board board;
  board.raise({13});
  CHECK(board.poll(kMaster) == 0x82);
  CHECK(board.in_service(kSlave) == 0);
  CHECK(board.poll(kSlave) == 0x85);
  CHECK(board.in_service(kSlave) == 0x20);
  CHECK(board.in_service(kMaster) == 0x04);
}

TEST_CASE("a poll in automatic EOI mode puts nothing in service") {
  Board board(kIcw4 | kAutomaticEnd);
  board.raise({4});
  CHECK(board.poll(kMaster) == 0x84);
  CHECK(board.in_service(kMaster) == 0);
}

TEST_CASE("which register is read stays until it is changed") {
  Board board;
  board.raise({4, 5});
  CHECK(board.pair.acknowledge() == 0x24);
  board.write(kMaster, 0x0b);
  CHECK(board.pair.read_port(kMaster) == 0x10);
  board.write(kMaster, 0x08);  // bit 1 is clear: no change
  CHECK(board.pair.read_port(kMaster) == 0x10);
  board.write(kMaster, 0x0a);
  CHECK(board.pair.read_port(kMaster) == 0x20);
}

TEST_CASE("a level triggered line requests for as long as it is high") {
  Board board;
  board.write(0x4d0, 0x20);
  board.raise({5});
  CHECK(board.pair.acknowledge() == 0x25);
  CHECK(board.requested(kMaster) == 0x20);
  CHECK_FALSE(board.pair.requests());
  board.write(kMaster, kEnd);
  CHECK(board.pair.acknowledge() == 0x25);
  board.lower({5});
  board.write(kMaster, kEnd);
  CHECK_FALSE(board.pair.requests());
  board.raise({5});
  board.lower({5});
  CHECK(board.pair.acknowledge() == 0x27);
}

TEST_CASE("a level triggered line that is high requests after an initialization") {
  Board board;
  board.write(0x4d0, 0x20);
  board.raise({5});
  board.initialize(kMaster, {0x11, 0x20, 0x04, kIcw4});
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("a line becomes level triggered while it is high, and edge triggered again") {
  Board board;
  board.raise({14});
  CHECK(board.pair.acknowledge() == 0x2e);
  board.write(kSlave, kEnd);
  board.write(kMaster, kEnd);
  CHECK(board.requested(kSlave) == 0);
  board.write(0x4d1, 0x40);
  CHECK(board.requested(kSlave) == 0x40);
  board.write(0x4d1, 0);
  CHECK(board.requested(kSlave) == 0);
}

TEST_CASE("the PC fixes lines 0, 1, 2, 8 and 13 to edges") {
  Board board;
  board.write(0x4d0, 0xff);
  board.write(0x4d1, 0xff);
  CHECK(board.pair.read_port(0x4d0) == 0xf8);
  CHECK(board.pair.read_port(0x4d1) == 0xde);
  board.raise({1});
  CHECK(board.pair.acknowledge() == 0x21);
  CHECK(board.requested(kMaster) == 0);
}

TEST_CASE("nobody is at other ports") {
  Board board;
  board.write(0x22, 0x11);
  CHECK(board.pair.read_port(0x22) == 0xff);
  CHECK(board.pair.read_port(0xa2) == 0xff);
}

TEST_CASE("no device has line 2, nor one above 15") {
  for (const unsigned line : {2U, 16U}) {
    const test::ChildEnding ending = test::in_child([line] {
      InterruptControllerPair pair;
      pair.set_line(line, true);
    });
    CHECK(ending.aborted());
  }
}

}  // namespace
}  // namespace ipcsim::machine
