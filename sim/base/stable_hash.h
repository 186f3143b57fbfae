// SPDX-License-Identifier: BSD-2-Clause
// StableHash: a 64-bit hash that is the same on every machine and for ever: digests, fingerprints
// and the last line of a trace are made with it. It is XXH64 with seed 0 (Y. Collet, "XXH64
// specification"), so `xxhsum -H1` computes the same of a file. Not for secrets.
//
// The digest depends on the bytes added, never on how they were cut into pieces. Integers count as
// 8 bytes, least significant first; add() of a text or of bytes adds their length first, so that
// "ab" "c" and "a" "bc" differ; add_raw() adds the bytes alone.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace ipcsim {

class StableHash {
 public:
  template <std::integral Integer>
  void add(Integer value) {
    add_word(static_cast<std::uint64_t>(value));
  }
  void add(std::string_view text) {
    add_word(text.size());
    add_raw(text);
  }
  void add(std::span<const std::byte> bytes) {
    add_word(bytes.size());
    add_raw(bytes);
  }

  void add_raw(std::string_view text) { add_raw(text.data(), text.size()); }
  void add_raw(std::span<const std::byte> bytes) {
    add_raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  // Of all that was added so far; more may be added afterwards.
  std::uint64_t digest() const;

 private:
  static constexpr std::size_t kStripe = 32;
  static constexpr std::uint64_t kPrime1 = 0x9e3779b185ebca87;
  static constexpr std::uint64_t kPrime2 = 0xc2b2ae3d27d4eb4f;
  static constexpr std::uint64_t kPrime3 = 0x165667b19e3779f9;
  static constexpr std::uint64_t kPrime4 = 0x85ebca77c2b2ae63;
  static constexpr std::uint64_t kPrime5 = 0x27d4eb2f165667c5;

  static std::uint64_t mix(std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane + word * kPrime2, 31) * kPrime1;
  }
  static std::uint64_t load(const char* from) {
    static_assert(std::endian::native == std::endian::little, "only little-endian hosts so far");
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
  }

  void add_word(std::uint64_t word) {
    std::array<char, sizeof word> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    add_raw(bytes.data(), bytes.size());
  }

  void add_raw(const char* from, std::size_t size) {
    const std::size_t waiting = total_ % kStripe;
    total_ += size;
    if (waiting + size < kStripe) {
      if (size != 0) std::memcpy(pending_.data() + waiting, from, size);
      return;
    }
    if (waiting != 0) {
      const std::size_t missing = kStripe - waiting;
      std::memcpy(pending_.data() + waiting, from, missing);
      add_stripe(pending_.data());
      from += missing;
      size -= missing;
    }
    for (; size >= kStripe; from += kStripe, size -= kStripe) add_stripe(from);
    if (size != 0) std::memcpy(pending_.data(), from, size);
  }

  void add_stripe(const char* from) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      lanes_[lane] = mix(lanes_[lane], load(from + lane * 8));
    }
  }

  std::array<std::uint64_t, 4> lanes_{kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  std::array<char, kStripe> pending_{};  // the first total_ % kStripe bytes wait for a full stripe
  std::uint64_t total_ = 0;
};

}  // namespace ipcsim
