// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/shell_words.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::cli {
namespace {

std::string line(const std::vector<std::string>& words) { return shell_line(words); }

TEST_CASE("plain words stay as they are") {
  CHECK(line({"ipcsim", "run", "a/b-1.scn", "-P", "n=8"}) == "ipcsim run a/b-1.scn -P n=8");
}

TEST_CASE("words with anything special in them are quoted") {
  CHECK(line({"a b"}) == "'a b'");
  CHECK(line({"$HOME", "*"}) == "'$HOME' '*'");
  CHECK(line({"it's"}) == "'it'\\''s'");
  CHECK(line({""}) == "''");
  CHECK(line({"a\nb"}) == "'a\nb'");
  CHECK(line({"hold a#1 until b#2"}) == "'hold a#1 until b#2'");
}

TEST_CASE("a word that begins with ~ is not expanded by a shell") { CHECK(line({"~x"}) == "'~x'"); }

}  // namespace
}  // namespace ipcsim::cli
