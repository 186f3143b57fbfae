// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/apic_bus.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/support/apic_board.h"

namespace ipcsim::machine {
namespace {

using test::ApicBoard;
using Register = ApicBoard::Register;
using Cpus = std::vector<unsigned>;

// Who has requested this vector.
Cpus reached(ApicBoard& board, std::uint8_t vector) {
  Cpus cpus;
  for (unsigned id = 0; id < 4; ++id) {
    if (board.cpu(id).request().test(vector)) cpus.push_back(id);
  }
  return cpus;
}

TEST_CASE("physical destinations are ids, and 0xff is everyone") {
  ApicBoard board(4);
  board.send(0x4061, 2);
  CHECK(reached(board, 0x61) == Cpus{2});
  board.send(0x4062, 0xff);
  CHECK(reached(board, 0x62) == Cpus{0, 1, 2, 3});
  board.send(0x4063, 9);
  CHECK(reached(board, 0x63).empty());
}

TEST_CASE("shorthands leave the destination aside") {
  ApicBoard board(4);
  board.send(0x4'4061, 3, 1);
  CHECK(reached(board, 0x61) == Cpus{1});
  board.send(0x8'4062, 3, 1);
  CHECK(reached(board, 0x62) == Cpus{0, 1, 2, 3});
  board.send(0xc'4063, 3, 1);
  CHECK(reached(board, 0x63) == Cpus{0, 2, 3});
}

TEST_CASE("flat logical destinations are masks") {
  ApicBoard board(4);
  for (unsigned id = 0; id < 4; ++id)
    board.write(Register::kLogicalDestination, 1U << id << 24, id);
  board.send(0x4861, 0b1010);
  CHECK(reached(board, 0x61) == Cpus{1, 3});
  board.send(0x4862, 0);
  CHECK(reached(board, 0x62).empty());
}

TEST_CASE("cluster destinations name a cluster and its members") {
  ApicBoard board(4);
  for (unsigned id = 0; id < 4; ++id) {
    board.write(Register::kDestinationFormat, 0, id);
    board.write(Register::kLogicalDestination, (id / 2 << 4 | 1U << id % 2) << 24, id);
  }
  board.send(0x4861, 0x13);
  CHECK(reached(board, 0x61) == Cpus{2, 3});
  board.send(0x4862, 0x12);
  CHECK(reached(board, 0x62) == Cpus{3});
  board.send(0x4863, 0xff);
  CHECK(reached(board, 0x63) == Cpus{0, 1, 2, 3});
}

TEST_CASE("of lowest priority one takes it: the least busy, and of equals the lowest id") {
  ApicBoard board(4);
  board.write(Register::kTaskPriority, 0x30, 0);
  board.write(Register::kTaskPriority, 0x10, 1);
  board.write(Register::kTaskPriority, 0x10, 2);
  board.write(Register::kTaskPriority, 0x20, 3);
  board.send(0x4161, 0xff);
  CHECK(reached(board, 0x61) == Cpus{1});
}

TEST_CASE("destinations of x2APIC mode have 32 bits") {
  ApicBoard board(4);
  for (unsigned id = 0; id < 4; ++id) {
    REQUIRE(board.cpu(id).write_msr(kApicBaseMsr,
                                    kApicBaseAddress | kApicBaseEnabled | kApicBaseX2apic, 0));
  }
  const auto send = [&board](std::uint64_t command) {
    REQUIRE(board.cpu(0).write_msr(0x830, command, 0));
  };
  send(0x0000'0002'0000'4061);
  CHECK(reached(board, 0x61) == Cpus{2});
  send(0x0000'00ff'0000'4062);
  CHECK(reached(board, 0x62).empty());
  send(0xffff'ffff'0000'4063);
  CHECK(reached(board, 0x63) == Cpus{0, 1, 2, 3});
  send(0x0000'000a'0000'4864);
  CHECK(reached(board, 0x64) == Cpus{1, 3});
  send(0x0001'0001'0000'4865);
  CHECK(reached(board, 0x65).empty());
}

TEST_CASE("who was sent to is told what became of it") {
  ApicBoard board(2);
  CHECK(board.bus.deliver({.vector = 0x61, .destination = 1}) == InterruptFate::kAccepted);
  CHECK(board.bus.deliver({.vector = 0x61, .destination = 1}) == InterruptFate::kCoalesced);
  CHECK(board.bus.deliver({.vector = 0x61, .destination = 7}) == InterruptFate::kNoTarget);
  CHECK(board.bus.deliver({.vector = 3, .destination = 1}) == InterruptFate::kIllegalVector);
  CHECK(board.bus.deliver({.mode = DeliveryMode::kReserved, .destination = 1}) ==
        InterruptFate::kReservedMode);
}

}  // namespace
}  // namespace ipcsim::machine
