// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/stable_hash.h"

#include <bit>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim {
namespace {

std::uint64_t hash_of(std::string_view text) {
  StableHash hash;
  hash.add_raw(text);
  return hash.digest();
}

std::string sample(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((i * 7 + 3) % 256);
  return bytes;
}

// Computed with xxhsum 0.8.1.
TEST_CASE("the digest is XXH64") {
  CHECK(hash_of("") == 0xef46db3751d8e999);
  CHECK(hash_of("a") == 0xd24ec4f1a98c6e5b);
  CHECK(hash_of("abc") == 0x44bc2cf5ad770999);
  struct Vector {
    std::size_t size;
    std::uint64_t digest;
  };
  for (const Vector& vector : {
           Vector{1, 0x1f25c8d0bc1f4bb6},
           Vector{3, 0x31d2363f52e564c9},
           Vector{4, 0x9bb64b7d66ee9fda},
           Vector{7, 0x9a7b149959ce60d8},
           Vector{8, 0xdab99d95c6f90092},
           Vector{12, 0xd52e407833af5133},
           Vector{31, 0xa2aa5f33cc4a6119},
           Vector{32, 0x23c3c17ef790fd97},
           Vector{33, 0x50a7cfc7ba588784},
           Vector{63, 0x5e3e54b431c7493c},
           Vector{64, 0x0eb64b3ef6eeb01f},
           Vector{65, 0xa383b724b2bd12f1},
           Vector{100, 0xa61f8d4c170fe531},
           Vector{1000, 0x5f235fa033f1a3fb},
       }) {
    CAPTURE(vector.size);
    CHECK(hash_of(sample(vector.size)) == vector.digest);
  }
}

TEST_CASE("how the bytes are cut into pieces does not matter") {
  Random random(1);
  const std::string bytes = sample(500);
  for (int round = 0; round < 200; ++round) {
    StableHash hash;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = random.below(70);
      hash.add_raw(std::string_view(bytes).substr(at, size));
      at += size;
    }
    REQUIRE(hash.digest() == hash_of(bytes));
  }
}

TEST_CASE("asking for the digest changes nothing") {
  StableHash hash;
  hash.add_raw("abc");
  CHECK(hash.digest() == hash.digest());
  hash.add_raw("d");
  CHECK(hash.digest() == hash_of("abcd"));
}

TEST_CASE("integers are eight bytes, whatever their type") {
  StableHash one;
  one.add(std::uint8_t{7});
  one.add(std::int64_t{-1});
  StableHash other;
  other.add_raw(std::string_view("\x07\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16));
  CHECK(one.digest() == other.digest());
}

TEST_CASE("texts added one after the other do not run together") {
  const auto hash_two = [](std::string_view first, std::string_view second) {
    StableHash hash;
    hash.add(first);
    hash.add(second);
    return hash.digest();
  };
  CHECK(hash_two("ab", "c") != hash_two("a", "bc"));
  CHECK(hash_two("", "a") != hash_two("a", ""));
  CHECK(hash_two("a", "bc") == hash_two("a", "bc"));
}

TEST_CASE("bytes are hashed as the text of the same bytes") {
  const std::array<std::byte, 3> bytes{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  StableHash of_bytes;
  of_bytes.add(std::span<const std::byte>(bytes));
  StableHash of_text;
  of_text.add(std::string_view("abc"));
  CHECK(of_bytes.digest() == of_text.digest());
  StableHash raw;
  raw.add_raw(std::span<const std::byte>(bytes));
  CHECK(raw.digest() == hash_of("abc"));
}

TEST_CASE("one bit turns about half of the digest") {
  const std::string bytes = sample(64);
  int turned = 0;
  std::set<std::uint64_t> digests;
  for (std::size_t bit = 0; bit < 512; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    digests.insert(hash_of(changed));
    turned += std::popcount(hash_of(changed) ^ hash_of(bytes));
  }
  CHECK(digests.size() == 512);
  CHECK(turned > 512 * 30);
  CHECK(turned < 512 * 34);
}

}  // namespace
}  // namespace ipcsim
