// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/stable_hash.h"

namespace ipcsim {

std::uint64_t StableHash::digest() const {
  std::uint64_t hash = kPrime5;
  if (total_ >= kStripe) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
           std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = (hash ^ mix(0, lane)) * kPrime1 + kPrime4;
  }
  hash += total_;

  const char* from = pending_.data();
  std::size_t left = total_ % kStripe;
  for (; left >= 8; from += 8, left -= 8) {
    hash = std::rotl(hash ^ mix(0, load(from)), 27) * kPrime1 + kPrime4;
  }
  if (left >= 4) {
    std::uint32_t half = 0;
    std::memcpy(&half, from, sizeof half);
    hash = std::rotl(hash ^ half * kPrime1, 23) * kPrime2 + kPrime3;
    from += 4;
    left -= 4;
  }
  for (; left != 0; ++from, --left) {
    hash = std::rotl(hash ^ static_cast<unsigned char>(*from) * kPrime5, 11) * kPrime1;
  }

  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace ipcsim
