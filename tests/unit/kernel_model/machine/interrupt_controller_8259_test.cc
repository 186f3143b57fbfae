// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/interrupt_controller_8259.h"

#include <initializer_list>

#include <doctest/doctest.h>

namespace ipcsim::machine {
namespace {

// The pair as a PC sets it up, with nothing masked.
struct Board {
  explicit Board(std::uint8_t mode = 1) {
    start(0x20, 0x20, 4, mode);
    start(0xa0, 0x28, 2, mode);
  }
  void start(std::uint16_t port, std::uint8_t base, std::uint8_t cascade, std::uint8_t mode) {
    const auto data = static_cast<std::uint16_t>(port + 1);
    pair.write_port(port, 0x11);
    for (const std::uint8_t value : {base, cascade, mode, std::uint8_t{0}}) {
      pair.write_port(data, value);
    }
  }
  void pulse(unsigned line) {
    pair.set_line(line, true);
    pair.set_line(line, false);
    pair.set_line(line, true);
  }
  std::uint8_t serving(std::uint16_t port) {
    pair.write_port(port, 0x0b);
    return pair.read_port(port);
  }
  std::uint8_t requested(std::uint16_t port) {
    pair.write_port(port, 0x0a);
    return pair.read_port(port);
  }

  InterruptControllerPair pair;
};

TEST_CASE("requests are served by priority, decided at the acknowledge") {
  Board board;
  board.pulse(5);
  CHECK(board.pair.requests());
  board.pulse(3);
  CHECK(board.pair.acknowledge() == 0x23);
  CHECK(board.serving(0x20) == 0x08);
  CHECK(board.requested(0x20) == 0x20);
  CHECK_FALSE(board.pair.requests());  // 5 comes behind 3
  board.pair.write_port(0x20, 0x20);
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("the second controller comes in through line 2, and both want an EOI") {
  Board board;
  board.pulse(12);
  CHECK(board.pair.acknowledge() == 0x2c);
  CHECK(board.serving(0x20) == 0x04);
  CHECK(board.serving(0xa0) == 0x10);
  board.pulse(12);
  board.pair.write_port(0xa0, 0x20);
  CHECK_FALSE(board.pair.requests());
  board.pair.write_port(0x20, 0x20);
  CHECK(board.pair.acknowledge() == 0x2c);
}

TEST_CASE("a request that has gone is spurious: level 7, nothing in service") {
  Board board;
  board.pair.set_line(4, true);
  board.pair.set_line(4, false);
  CHECK(board.pair.requests());
  CHECK(board.pair.acknowledge() == 0x27);
  CHECK(board.serving(0x20) == 0);
  board.pair.set_line(12, true);
  board.pair.set_line(12, false);
  CHECK(board.pair.acknowledge() == 0x2f);
  CHECK(board.serving(0x20) == 0x04);  // the first one knows no better
  CHECK(board.serving(0xa0) == 0);
}

TEST_CASE("an edge is served once; a level as long as it is high") {
  Board board;
  board.pair.set_line(5, true);
  CHECK(board.pair.acknowledge() == 0x25);
  board.pair.write_port(0x20, 0x20);
  CHECK_FALSE(board.pair.requests());
  board.pair.set_line(5, false);
  board.pair.write_port(0x4d0, 0xff);
  CHECK(board.pair.read_port(0x4d0) == 0xf8);
  board.pair.set_line(5, true);
  CHECK(board.pair.acknowledge() == 0x25);
  board.pair.write_port(0x20, 0x20);
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("masked requests wait") {
  Board board;
  board.pair.write_port(0x21, 0x20);
  board.pulse(5);
  CHECK_FALSE(board.pair.requests());
  CHECK(board.requested(0x20) == 0x20);
  board.pair.write_port(0x21, 0);
  CHECK(board.pair.acknowledge() == 0x25);
  CHECK(board.pair.read_port(0x21) == 0);
}

TEST_CASE("automatic EOI leaves nothing in service") {
  Board board(3);
  board.pulse(5);
  CHECK(board.pair.acknowledge() == 0x25);
  CHECK(board.serving(0x20) == 0);
  board.pulse(6);
  CHECK(board.pair.acknowledge() == 0x26);
}

TEST_CASE("specific EOI ends the level it names") {
  Board board;
  board.pulse(5);
  board.pair.acknowledge();
  board.pulse(3);
  board.pair.acknowledge();
  board.pair.write_port(0x20, 0x65);
  CHECK(board.serving(0x20) == 0x08);
}

TEST_CASE("rotation moves the lowest priority") {
  Board board;
  board.pulse(0);
  board.pair.acknowledge();
  board.pair.write_port(0x20, 0xa0);  // 0 is the lowest now
  board.pulse(0);
  board.pulse(1);
  CHECK(board.pair.acknowledge() == 0x21);
  board.pair.write_port(0x20, 0x20);
  board.pair.write_port(0x20, 0xc3);  // set priority: 3 the lowest, 4 the highest
  board.pulse(4);
  CHECK(board.pair.acknowledge() == 0x24);
}

TEST_CASE("with automatic EOI the priority can rotate by itself") {
  Board board(3);
  board.pair.write_port(0x20, 0x80);
  board.pulse(3);
  CHECK(board.pair.acknowledge() == 0x23);
  board.pulse(3);
  board.pulse(5);
  CHECK(board.pair.acknowledge() == 0x25);
}

TEST_CASE("special mask: a masked level in service blocks nobody") {
  Board board;
  board.pulse(3);
  board.pair.acknowledge();
  board.pulse(5);
  board.pair.write_port(0x21, 0x08);
  CHECK_FALSE(board.pair.requests());
  board.pair.write_port(0x20, 0x68);
  CHECK(board.pair.acknowledge() == 0x25);
  board.pair.write_port(0x20, 0x20);  // ends 5, not the masked 3
  CHECK(board.serving(0x20) == 0x08);
}

TEST_CASE("special fully nested: a higher line of the second controller passes") {
  Board board(0x11);
  board.pulse(12);
  CHECK(board.pair.acknowledge() == 0x2c);
  board.pulse(9);
  CHECK(board.pair.acknowledge() == 0x29);
}

TEST_CASE("a poll acknowledges") {
  Board board;
  board.pulse(5);
  board.pair.write_port(0x20, 0x0c);
  CHECK(board.pair.read_port(0x20) == 0x85);
  CHECK(board.serving(0x20) == 0x20);
  board.pair.write_port(0x20, 0x0c);
  CHECK((board.pair.read_port(0x20) & 0x80) == 0);
}

TEST_CASE("ICW1 forgets masks, services and edges") {
  Board board;
  board.pair.write_port(0x21, 0x55);
  board.pair.set_line(5, true);
  board.start(0x20, 0x40, 4, 1);
  CHECK(board.requested(0x20) == 0);
  CHECK_FALSE(board.pair.requests());
  board.pulse(5);
  CHECK(board.pair.acknowledge() == 0x45);
  CHECK(board.pair.read_port(0x99) == 0xff);
}

}  // namespace
}  // namespace ipcsim::machine
