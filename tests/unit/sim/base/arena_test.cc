// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/arena.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

bool aligned(const void* block, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}

TEST_CASE("blocks of an arena are aligned and do not overlap") {
  Arena arena(256);
  std::vector<std::pair<char*, std::size_t>> blocks;
  for (std::size_t i = 1; i <= 100; ++i) {
    const std::size_t alignment = std::size_t{1} << (i % 7);
    char* const block = static_cast<char*>(arena.allocate(i, alignment));
    REQUIRE(aligned(block, alignment));
    std::memset(block, static_cast<int>(i), i);
    blocks.emplace_back(block, i);
  }
  for (const auto& [block, size] : blocks) {
    for (std::size_t i = 0; i < size; ++i) {
      REQUIRE(static_cast<unsigned char>(block[i]) == size);
    }
  }
}

TEST_CASE("a block larger than a chunk is served") {
  Arena arena(64);
  char* const small = static_cast<char*>(arena.allocate(8, 8));
  char* const large = static_cast<char*>(arena.allocate(10'000, 64));
  CHECK(aligned(large, 64));
  std::memset(large, 1, 10'000);
  std::memset(small, 2, 8);
  CHECK(large[9'999] == 1);
}

TEST_CASE("after a reset the same run gets the same memory") {
  Arena arena(128);
  const auto run = [&arena] {
    std::vector<void*> blocks;
    for (std::size_t i = 1; i < 60; ++i) blocks.push_back(arena.allocate(i * 5, 8));
    return blocks;
  };
  const std::vector<void*> first = run();
  const std::size_t used = arena.used();
  CHECK(used >= 5 * 59 * 60 / 2);
  arena.reset();
  CHECK(arena.used() == 0);
  CHECK(run() == first);
  CHECK(arena.used() == used);
}

TEST_CASE("an empty arena can be reset") {
  Arena arena;
  arena.reset();
  CHECK(arena.used() == 0);
  CHECK(arena.allocate(1, 1) != nullptr);
}

TEST_CASE("objects and containers live in an arena") {
  Arena arena;
  struct Point {
    int x;
    int y;
    Point(int x_of, int y_of) : x(x_of), y(y_of) {}
  };
  const Point* const point = arena.make<Point>(3, 4);
  CHECK(point->x == 3);
  CHECK(point->y == 4);
  std::pmr::vector<std::uint64_t> numbers(&arena);
  for (std::uint64_t i = 0; i < 1000; ++i) numbers.push_back(i);
  CHECK(numbers[999] == 999);
  CHECK(arena.used() >= 8000);
}

TEST_CASE("an arena is equal to itself alone") {
  Arena one;
  Arena other;
  CHECK(one.is_equal(one));
  CHECK_FALSE(one.is_equal(other));
}

}  // namespace
}  // namespace ipcsim
