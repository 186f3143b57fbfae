// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/physical_memory.h"

#include <array>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/child_process.h"

namespace ipcsim::machine {
namespace {

constexpr std::uint64_t kBytes = std::uint64_t{16} << 20;

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TEST_CASE("memory is zero until it is written, and reading takes up nothing") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  const std::size_t used = arena.used();
  CHECK(memory.bytes() == kBytes);
  CHECK(memory.load<std::uint64_t>(0) == 0);
  CHECK(memory.load<std::uint8_t>(kBytes - 1) == 0);
  std::array<std::byte, 3> read = {std::byte{1}, std::byte{1}, std::byte{1}};
  memory.read(kFrameBytes - 1, read);
  CHECK(read == std::array<std::byte, 3>{});
  CHECK(memory.frames_in_use() == 0);
  CHECK(arena.used() == used);
}

TEST_CASE("words of all sizes keep their value, little end first") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  memory.store<std::uint64_t>(0x5008, 0x1122334455667788);
  CHECK(memory.load<std::uint64_t>(0x5008) == 0x1122334455667788);
  CHECK(memory.load<std::uint32_t>(0x5008) == 0x55667788);
  CHECK(memory.load<std::uint32_t>(0x500c) == 0x11223344);
  CHECK(memory.load<std::uint16_t>(0x500a) == 0x5566);
  CHECK(memory.load<std::uint8_t>(0x500f) == 0x11);
  memory.store<std::uint16_t>(0x500a, 0xaaaa);
  memory.store<std::uint8_t>(0x5008, 0xbb);
  memory.store<std::uint32_t>(0x500c, 0xcccccccc);
  CHECK(memory.load<std::uint64_t>(0x5008) == 0xccccccccaaaa77bb);
  CHECK(memory.load<std::uint64_t>(0x5000) == 0);
  CHECK(memory.load<std::uint64_t>(0x5010) == 0);
  CHECK(memory.frames_in_use() == 1);
}

TEST_CASE("the frames of a memory are apart") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  // Neighbours, and the same place in another block of frames.
  for (std::uint64_t frame : {0U, 1U, 511U, 512U, 1023U, 4095U}) {
    memory.store<std::uint64_t>(frame * kFrameBytes, frame + 1);
    memory.store<std::uint64_t>((frame + 1) * kFrameBytes - 8, ~frame);
  }
  for (std::uint64_t frame : {0U, 1U, 511U, 512U, 1023U, 4095U}) {
    CHECK(memory.load<std::uint64_t>(frame * kFrameBytes) == frame + 1);
    CHECK(memory.load<std::uint64_t>((frame + 1) * kFrameBytes - 8) == ~frame);
  }
  CHECK(memory.frames_in_use() == 6);
}

TEST_CASE("outside memory reads give all ones and writes are dropped") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  for (const std::uint64_t outside :
       {kBytes, kBytes + 8, std::uint64_t{1} << 40, std::uint64_t{1} << 52, ~std::uint64_t{7}}) {
    memory.store<std::uint64_t>(outside, 5);
    memory.store<std::uint8_t>(outside, 5);
    CHECK(memory.load<std::uint64_t>(outside) == ~std::uint64_t{0});
    CHECK(memory.load<std::uint32_t>(outside) == 0xffffffff);
    CHECK(memory.load<std::uint16_t>(outside) == 0xffff);
    CHECK(memory.load<std::uint8_t>(outside) == 0xff);
  }
  CHECK(memory.frames_in_use() == 0);
}

TEST_CASE("a range over a frame's end is one range") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  memory.write(2 * kFrameBytes - 2, bytes_of({1, 2, 3, 4}));
  CHECK(memory.load<std::uint16_t>(2 * kFrameBytes - 2) == 0x0201);
  CHECK(memory.load<std::uint16_t>(2 * kFrameBytes) == 0x0403);
  std::vector<std::byte> read(6, std::byte{9});
  memory.read(2 * kFrameBytes - 3, read);
  CHECK(read == bytes_of({0, 1, 2, 3, 4, 0}));
}

TEST_CASE("a range over the end of memory is cut there") {
  Arena arena;
  PhysicalMemory memory(arena, kBytes);
  memory.write(kBytes - 2, bytes_of({1, 2, 3, 4}));
  std::vector<std::byte> read(5);
  memory.read(kBytes - 3, read);
  CHECK(read == bytes_of({0, 1, 2, 255, 255}));
  CHECK(memory.load<std::uint32_t>(0) == 0);
  // The last addresses of all do not wrap to the first.
  memory.write(~std::uint64_t{0}, bytes_of({7, 7}));
  CHECK(memory.load<std::uint8_t>(0) == 0);
  memory.read(~std::uint64_t{0}, read);
  CHECK(read == bytes_of({255, 255, 255, 255, 255}));
}

TEST_CASE("a memory without bytes has none") {
  Arena arena;
  PhysicalMemory memory(arena, 0);
  memory.store<std::uint64_t>(0, 1);
  CHECK(memory.load<std::uint64_t>(0) == ~std::uint64_t{0});
}

TEST_CASE("a new run in the same arena begins with zeros and needs no more memory") {
  Arena arena;
  std::size_t used = 0;
  for (int run = 0; run < 3; ++run) {
    arena.reset();
    PhysicalMemory memory(arena, kBytes);
    for (std::uint64_t address = 0; address < kBytes; address += std::uint64_t{64} << 10) {
      REQUIRE(memory.load<std::uint64_t>(address + 64) == 0);
      memory.store<std::uint64_t>(address + 64, ~std::uint64_t{0});
    }
    CHECK(memory.frames_in_use() == 256);
    if (run > 1) CHECK(arena.used() == used);
    used = arena.used();
  }
}

TEST_CASE("a word at no multiple of its size, and a memory of no whole frames, are our defects") {
  const auto misaligned = test::in_child([] {
    Arena arena;
    PhysicalMemory memory(arena, kBytes);
    static_cast<void>(memory.load<std::uint32_t>(2));
  });
  CHECK(misaligned.aborted());
  const auto too_large = test::in_child([] {
    Arena arena;
    PhysicalMemory memory(arena, kMaximumMemoryBytes + kFrameBytes);
  });
  CHECK(too_large.aborted());
  const auto not_whole = test::in_child([] {
    Arena arena;
    PhysicalMemory memory(arena, 100);
  });
  CHECK(not_whole.aborted());
}

}  // namespace
}  // namespace ipcsim::machine
