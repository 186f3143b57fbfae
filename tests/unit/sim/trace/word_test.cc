// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/word.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "sim/base/random.h"

namespace ipcsim::trace {
namespace {

std::string free_text(std::string_view text) {
  std::string written;
  append_free_text(written, text);
  return written;
}

std::string odd_text(Random& random) {
  constexpr std::string_view kOften = "ab7._-[]:+? \"\\#@=\n\x7f";
  std::string text;
  for (std::uint64_t size = random.below(12); size != 0; --size) {
    text += random.one_in(4) ? static_cast<char>(random.below(256))
                             : kOften[random.below(kOften.size())];
  }
  return text;
}

TEST_CASE("a usual name is its own word") {
  for (const char* text :
       {"consumer.main", "client[2].main", "cpu0", "lib/a-b.scn", "-", "?7", "x:y+z", "A_1"}) {
    CAPTURE(text);
    CHECK(is_bare_word(text));
    CHECK(word_of(text) == text);
  }
}

TEST_CASE("every other text is quoted") {
  CHECK(word_of("") == R"("")");
  CHECK(word_of("a b") == R"("a\x20b")");
  CHECK(word_of("a=b") == R"("a=b")");
  CHECK(word_of("a#b") == R"("a#b")");
  CHECK(word_of("say \"hi\"") == R"("say\x20\"hi\"")");
}

TEST_CASE("a word stands for one text, and a text has one word") {
  Random random(31);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = odd_text(random);
    const std::string word = word_of(text);
    REQUIRE(text_of(word) == text);
    REQUIRE(std::ranges::all_of(word, [](char c) { return c > ' ' && c <= '~'; }));
    REQUIRE(leading_word(word + "=" + word) == word);
  }
  for (const char* no_word : {"", "a b", "a=b", R"("a")", R"("a b")", R"("\x41 ")", R"("\x0a=")",
                              R"("\x2A=")", "\"", R"("a)"}) {
    CAPTURE(no_word);
    CHECK_FALSE(text_of(no_word).has_value());
  }
}

TEST_CASE("the word at the beginning") {
  CHECK(leading_word("name=value") == "name");
  CHECK(leading_word(R"("a=b"=c)") == R"("a=b")");
  CHECK(leading_word(R"("a\"b"=c)") == R"("a\"b")");
  CHECK(leading_word("=x").empty());
  CHECK(leading_word("").empty());
  CHECK(leading_word(R"("never closed\")") == R"("never closed\")");
}

TEST_CASE("the rest of a line may hold spaces") {
  CHECK(free_text("hold a#3 until b#7") == "hold a#3 until b#7");
  CHECK(free_text("\"a\" b") == R"("\"a\" b")");
  CHECK(free_text(" a") == R"(" a")");
  CHECK(free_text("a ") == R"("a ")");
  CHECK(free_text("") == R"("")");
  Random random(33);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = odd_text(random);
    const std::string written = free_text(text);
    REQUIRE(free_text_of(written) == text);
    REQUIRE(std::ranges::all_of(written, [](char c) { return c >= ' ' && c <= '~'; }));
    REQUIRE(written.front() != ' ');
    REQUIRE(written.back() != ' ');
  }
  for (const char* refused : {"", " a", "a ", R"("a b")", R"("\x61")", "a\x7f"}) {
    CAPTURE(refused);
    CHECK_FALSE(free_text_of(refused).has_value());
  }
}

}  // namespace
}  // namespace ipcsim::trace
