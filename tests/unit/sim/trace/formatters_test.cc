// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/formatters.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "sim/base/cycles.h"
#include "sim/base/random.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::trace {
namespace {

std::vector<std::byte> bytes_of(std::string_view text, std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

std::string shown(std::span<const std::byte> bytes) {
  std::string text;
  append_bytes(text, bytes);
  return text;
}

TEST_CASE("numbers and names") {
  const Recorder recorder;
  Names names(recorder);
  names.add_lane("consumer.main");
  names.add(3, "server");
  const auto format = [&names](ArgumentFormatter formatter, std::uint64_t value) {
    std::string text;
    formatter(text, value, names);
    return text;
  };
  CHECK(format(format_unsigned, 18446744073709551615U) == "18446744073709551615");
  CHECK(format(format_signed, static_cast<std::uint64_t>(-2)) == "-2");
  CHECK(format(format_signed, 2) == "2");
  CHECK(format(format_hex, 0x1f) == "0x1f");
  CHECK(format(format_hex, 0) == "0x0");
  CHECK(format(format_cycles, 1200) == "1200");
  CHECK(format(format_cycles, kNever) == "never");
  CHECK(format(format_yes_no, 0) == "no");
  CHECK(format(format_yes_no, 1) == "yes");
  CHECK(format(format_lane, 0) == "consumer.main");
  CHECK(format(format_lane, LaneId().value()) == "-");
  CHECK(format(format_name<3>, 0) == "server");
  CHECK(format(format_name<3>, 1) == "?1");
}

TEST_CASE("kept bytes are shown") {
  Recorder recorder;
  const std::uint64_t kept = recorder.keep(bytes_of("ping", 32));
  const Names names(recorder);
  std::string text;
  format_bytes(text, kept, names);
  CHECK(text == R"("ping"[32])");
}

TEST_CASE("zero bytes at the end are counted, not written") {
  CHECK(shown(bytes_of("ping", 4)) == R"("ping")");
  CHECK(shown(bytes_of("ping", 5)) == R"("ping"[5])");
  CHECK(shown(bytes_of("", 0)) == R"("")");
  CHECK(shown(bytes_of("", 32)) == R"(""[32])");
  CHECK(shown(bytes_of({"a\0b", 3}, 8)) == R"("a\x00b"[8])");
  CHECK(shown(bytes_of("a b]", 4)) == R"("a\x20b]")");
}

TEST_CASE("bytes are read back, whatever they are") {
  Random random(41);
  for (int round = 0; round < 5000; ++round) {
    std::vector<std::byte> bytes(random.below(40));
    for (std::byte& byte : bytes) {
      if (!random.one_in(3)) byte = static_cast<std::byte>(random.below(256));
    }
    REQUIRE(parse_bytes(shown(bytes)) == bytes);
  }
}

TEST_CASE("what is not shown that way is not read") {
  for (const char* text : {"", "ping", R"("ping"[4])", R"("ping"[3])", R"("ping"[0])", R"(""[0])",
                           R"("a\x00")", R"("ping"[)", R"("ping"[32)", R"("ping"32])",
                           R"("ping"[032])", R"("ping"[3_2])", R"("ping"[-1])", R"("a b")",
                           R"(""[99999999999999999999])", R"(""[999999999999])", "]", "[]"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bytes(text).has_value());
  }
}

}  // namespace
}  // namespace ipcsim::trace
