// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/text.h"

#include <array>
#include <limits>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim {
namespace {

using Parts = std::vector<std::string_view>;

TEST_CASE("split gives every part, the empty ones too") {
  CHECK(split("a,b,c", ',') == Parts{"a", "b", "c"});
  CHECK(split("", ',') == Parts{""});
  CHECK(split(",", ',') == Parts{"", ""});
  CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
}

TEST_CASE("trim takes white space away at both ends") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim("ab") == "ab");
  CHECK(trim(" \n\t ") == "");
  CHECK(trim("") == "");
}

TEST_CASE("join undoes split") {
  CHECK(join(Parts{"a", "", "b"}, ", ") == "a, , b");
  CHECK(join(Parts{}, ",").empty());
  const std::vector<std::string> owned{"x", "y"};
  CHECK(join(owned, "-") == "x-y");
  CHECK(join(split("a,,b,", ','), ",") == "a,,b,");
}

TEST_CASE("quoted text is printable and in quotes") {
  CHECK(quote("ping") == "\"ping\"");
  CHECK(quote("") == "\"\"");
  CHECK(quote("say \"hi\"\\") == R"("say \"hi\"\\")");
  CHECK(quote("a\n\r\tb") == R"("a\n\r\tb")");
  CHECK(quote(std::string_view("\0\x1f\x7f\xff", 4)) == R"("\x00\x1f\x7f\xff")");
  CHECK(quote(" ~", Spaces::kEscaped) == R"("\x20~")");
}

TEST_CASE("unquote undoes quote, whatever the bytes") {
  Random random(21);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::uint64_t size = random.below(20); size != 0; --size) {
      text += static_cast<char>(random.one_in(2) ? random.below(256) : '!' + random.below(94));
    }
    for (const Spaces spaces : {Spaces::kKept, Spaces::kEscaped}) {
      const std::string quoted = quote(text, spaces);
      REQUIRE(unquote(quoted) == text);
      for (const char c : quoted) REQUIRE((c >= ' ' && c <= '~'));
      REQUIRE((spaces == Spaces::kKept || quoted.find(' ') == std::string::npos));
    }
  }
}

TEST_CASE("text that is not properly quoted is refused") {
  CHECK(unquote(R"("\x4A\x4a")") == "JJ");
  for (const char* text : {"", "\"", "ping", "\"ping", "ping\"", R"("\")", R"("\q")", R"("\x4")",
                           R"("\x4g")", R"("a"b")", "\"a\nb\"", "\"\x80\""}) {
    CAPTURE(text);
    CHECK_FALSE(unquote(text).has_value());
  }
}

TEST_CASE("unsigned numbers") {
  CHECK(parse_unsigned("0") == 0);
  CHECK(parse_unsigned("007") == 7);
  CHECK(parse_unsigned("20_000") == 20'000);
  CHECK(parse_unsigned("0xff") == 255);
  CHECK(parse_unsigned("0xDEAD_beef") == 0xdeadbeef);
  CHECK(parse_unsigned("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(parse_unsigned("0xffffffffffffffff") == std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "_", "1_", "_1", "1__0", "0x", "0x_1", "0X1", "12a", "a", "-1", "+1",
                           " 1", "1 ", "18446744073709551616", "0x10000000000000000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_unsigned(text).has_value());
  }
}

TEST_CASE("signed numbers") {
  CHECK(parse_signed("0") == 0);
  CHECK(parse_signed("-0") == 0);
  CHECK(parse_signed("-1_000") == -1000);
  CHECK(parse_signed("-0x10") == -16);
  CHECK(parse_signed("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(parse_signed("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "-", "--1", "-_1", "9223372036854775808", "-9223372036854775809",
                           "0xffffffffffffffff"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_signed(text).has_value());
  }
}

TEST_CASE("the distance of two words") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("wakeup", "wakeup") == 0);
  CHECK(edit_distance("wakup", "wakeup") == 1);
  CHECK(edit_distance("wakeeup", "wakeup") == 1);
  CHECK(edit_distance("wakeap", "wakeup") == 1);
  CHECK(edit_distance("waekup", "wakeup") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
}

TEST_CASE("the word that was meant") {
  constexpr std::array<std::string_view, 5> kWords{"poll", "poll_all", "wakeup", "write", "read"};
  CHECK(closest("wakup", kWords) == "wakeup");
  CHECK(closest("pol_all", kWords) == "poll_all");
  CHECK(closest("raed", kWords) == "read");
  CHECK(closest("poll", kWords) == "poll");
  CHECK_FALSE(closest("close", kWords).has_value());
  CHECK_FALSE(closest("", kWords).has_value());
  CHECK_FALSE(closest("wakeup", {}).has_value());
}

TEST_CASE("of equally near words the first is meant") {
  constexpr std::array<std::string_view, 3> kWords{"bat", "cat", "hat"};
  CHECK(closest("rat", kWords) == "bat");
  constexpr std::array<std::string_view, 3> kOtherOrder{"hat", "cat", "bat"};
  CHECK(closest("rat", kOtherOrder) == "hat");
}

TEST_CASE("a word that has nothing in common is not meant, nor is anything by a very long one") {
  constexpr std::array<std::string_view, 1> kShort{"b"};
  CHECK_FALSE(closest("a", kShort).has_value());
  const std::string endless(1'000'000, 'a');
  const std::array<std::string_view, 1> same{endless};
  CHECK_FALSE(closest(endless, same).has_value());
}

}  // namespace
}  // namespace ipcsim
