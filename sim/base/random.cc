// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/random.h"

#include "sim/base/check.h"

namespace ipcsim {

namespace {

__extension__ using Wide = unsigned __int128;

struct WideProduct {
  std::uint64_t high;
  std::uint64_t low;
};

WideProduct wide_multiply(std::uint64_t one, std::uint64_t other) {
  const Wide product = static_cast<Wide>(one) * other;
  return {static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
}

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix64(seed);
}

std::uint64_t Random::below(std::uint64_t n) {
  SIM_CHECK(n != 0, "a random number below 0 was asked for");
  WideProduct product = wide_multiply(next(), n);
  if (product.low < n) {
    // 2^64 mod n of the low halves would be one too many for some results.
    const std::uint64_t rejected = (0 - n) % n;
    while (product.low < rejected) product = wide_multiply(next(), n);
  }
  return product.high;
}

std::int64_t Random::range(std::int64_t low, std::int64_t high) {
  SIM_CHECK(low <= high, "the bounds of a random number are the wrong way round");
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t count = static_cast<std::uint64_t>(high) - first + 1;
  const std::uint64_t offset = count == 0 ? next() : below(count);  // 0: all 2^64 values
  return static_cast<std::int64_t>(first + offset);
}

}  // namespace ipcsim
