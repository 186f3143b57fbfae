// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/random.h"

#include <array>
#include <cstdint>
#include <limits>
#include <set>

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

// Computed apart from this code, from the two algorithms as published.
TEST_CASE("the numbers are those of xoshiro256** seeded by splitmix64") {
  Random zero(0);
  CHECK(zero.next() == 0x99ec5f36cb75f2b4);
  CHECK(zero.next() == 0xbf6e1f784956452a);
  CHECK(zero.next() == 0x1a5f849d4933e6e0);
  CHECK(zero.next() == 0x6aa594f1262d2d2c);
  Random answer(42);
  CHECK(answer.next() == 0x15780b2e0c2ec716);
  CHECK(answer.next() == 0x6104d9866d113a7e);
  CHECK(answer.next() == 0xae17533239e499a1);
  CHECK(answer.next() == 0xecb8ad4703b360a1);
}

TEST_CASE("a number below a bound is, and all of them come") {
  Random random(5);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t number = random.below(n);
      REQUIRE(number < n);
      seen.insert(number);
    }
    CHECK(seen.size() == n);
  }
}

TEST_CASE("numbers below a bound are equally likely") {
  // Four values of 64 bits in a row share three numbers below 3 * 2^62: without rejection, those
  // that 3 divides would come twice as often as the others.
  constexpr std::uint64_t kBound = std::uint64_t{3} << 62;
  Random random(7);
  std::array<int, 3> thirds{};
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) ++thirds.at(random.below(kBound) % 3);
  for (const int count : thirds) {
    CHECK(count > kDraws / 3 - 500);
    CHECK(count < kDraws / 3 + 500);
  }
}

TEST_CASE("a range includes both ends") {
  Random random(9);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.range(-2, 3));
  CHECK(seen == std::set<std::int64_t>{-2, -1, 0, 1, 2, 3});
  CHECK(random.range(5, 5) == 5);
}

TEST_CASE("a range may be all there is") {
  using Limits = std::numeric_limits<std::int64_t>;
  Random random(11);
  int negative = 0;
  for (int i = 0; i < 1000; ++i) {
    if (random.range(Limits::min(), Limits::max()) < 0) ++negative;
  }
  CHECK(negative > 400);
  CHECK(negative < 600);
  for (int i = 0; i < 100; ++i) CHECK(random.range(Limits::min(), Limits::min() + 1) < 0);
}

TEST_CASE("one in n") {
  Random random(13);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) hits += random.one_in(10) ? 1 : 0;
  CHECK(hits > 850);
  CHECK(hits < 1150);
  CHECK(random.one_in(1));
}

TEST_CASE("a part is independent of what is drawn afterwards") {
  Random one(17);
  Random other(17);
  Random part_of_one = one.split();
  Random part_of_other = other.split();
  for (int i = 0; i < 100; ++i) one.next();
  for (int i = 0; i < 10; ++i) CHECK(part_of_one.next() == part_of_other.next());
  CHECK(Random(17).split().next() != Random(17).next());
}

TEST_CASE("seeds that differ little give numbers that differ much") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) first.insert(Random(seed).next());
  CHECK(first.size() == 1000);
}

}  // namespace
}  // namespace ipcsim
