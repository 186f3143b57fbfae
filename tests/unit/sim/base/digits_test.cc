// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/digits.h"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

std::string decimal(std::uint64_t value) {
  std::string text;
  append_decimal(text, value);
  return text;
}

template <class Value>
std::string appended(void (*append)(std::string&, Value), Value value) {
  std::string text;
  append(text, value);
  return text;
}

TEST_CASE("decimal numbers of every length, forwards and backwards") {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t value = random.next() >> random.below(64);
    const std::string text = std::to_string(value);
    REQUIRE(decimal(value) == text);
    std::string buffer(kMostDigits, ' ');
    const char* const start = write_decimal_before(buffer.data() + kMostDigits, value);
    REQUIRE(buffer.substr(static_cast<std::size_t>(start - buffer.data())) == text);
    REQUIRE(read_decimal(text) == value);
  }
  CHECK(decimal(0) == "0");
  CHECK(decimal(kLargest) == "18446744073709551615");
}

TEST_CASE("signed numbers") {
  CHECK(appended<std::int64_t>(append_signed, 0) == "0");
  CHECK(appended<std::int64_t>(append_signed, -1) == "-1");
  CHECK(appended<std::int64_t>(append_signed, 9) == "9");
  CHECK(appended<std::int64_t>(append_signed, std::numeric_limits<std::int64_t>::min()) ==
        "-9223372036854775808");
}

TEST_CASE("hexadecimal numbers and digests") {
  CHECK(appended<std::uint64_t>(append_hex, 0) == "0");
  CHECK(appended<std::uint64_t>(append_hex, 0xbeef) == "beef");
  CHECK(appended<std::uint64_t>(append_hex, kLargest) == "ffffffffffffffff");
  CHECK(appended<std::uint64_t>(append_digest, 0xbeef) == "000000000000beef");
  CHECK(appended<std::uint64_t>(append_digest, kLargest) == "ffffffffffffffff");
}

TEST_CASE("read is only what would be written") {
  CHECK(read_decimal("18446744073709551615") == kLargest);
  for (const char* text : {"", "+1", "-1", " 1", "1 ", "01", "00", "1_000", "0x1", "12a",
                           "18446744073709551616", "99999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(read_decimal(text).has_value());
  }
  CHECK(read_digest("00000000deadbeef") == 0xdeadbeef);
  for (const char* text : {"", "deadbeef", "00000000DEADBEEF", "00000000deadbeeg",
                           "0x000000deadbeef", "000000000deadbeef"}) {
    CAPTURE(text);
    CHECK_FALSE(read_digest(text).has_value());
  }
}

}  // namespace
}  // namespace ipcsim
