// SPDX-License-Identifier: BSD-2-Clause
// Random: the only source of randomness. The same seed gives the same numbers on every machine,
// with every compiler and library; no number depends on anything else.
//
// xoshiro256** (D. Blackman, S. Vigna: "Scrambled linear pseudorandom number generators", ACM TOMS
// 47(4), 2021), its state filled by splitmix64 (G. Steele, D. Lea, C. Flood: "Fast splittable
// pseudorandom number generators", OOPSLA 2014). Numbers below a bound by multiplication with
// rejection (D. Lemire: "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019).
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ipcsim {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // 64 bits, all values equally likely.
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // 0 .. n-1, all equally likely. n >= 1.
  std::uint64_t below(std::uint64_t n);

  // low .. high, both included, all equally likely. low <= high.
  std::int64_t range(std::int64_t low, std::int64_t high);

  // True once in n times on average. n >= 1.
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  // A generator for a part of the work: what it gives does not depend on how many numbers are
  // drawn from this one afterwards, nor the other way round.
  Random split() { return Random(next()); }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace ipcsim
