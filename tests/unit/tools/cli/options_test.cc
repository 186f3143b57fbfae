// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/options.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::cli {
namespace {

using Words = std::vector<std::string>;

Arguments parsed(const Words& words) {
  auto arguments = parse_arguments(*find_verb("run"), words);
  REQUIRE_MESSAGE(arguments.ok(), (arguments.ok() ? "" : arguments.error().message));
  return std::move(arguments).value();
}

std::string error_of(const Words& words) {
  const auto arguments = parse_arguments(*find_verb("run"), words);
  REQUIRE_FALSE(arguments.ok());
  return arguments.error().message + " / " + arguments.error().help;
}

TEST_CASE("options and operands come in any order") {
  for (const Words& words :
       {Words{"x.scn", "--seed", "7", "--json"}, Words{"--json", "--seed", "7", "x.scn"},
        Words{"--seed=7", "x.scn", "--json"}, Words{"--seed", "7", "--json", "--", "x.scn"}}) {
    const Arguments arguments = parsed(words);
    CHECK(arguments.operands() == Words{"x.scn"});
    REQUIRE(arguments.value("seed") != nullptr);
    CHECK(*arguments.value("seed") == "7");
    CHECK(arguments.has("json"));
    CHECK_FALSE(arguments.has("paranoid"));
    CHECK(arguments.value("output") == nullptr);
  }
}

TEST_CASE("a letter takes its value apart or attached") {
  for (const Words& words : {Words{"x.scn", "-o", "y"}, Words{"x.scn", "-oy"},
                             Words{"x.scn", "--output", "y"}, Words{"x.scn", "--output=y"}}) {
    CHECK(*parsed(words).value("output") == "y");
  }
}

TEST_CASE("repeated options keep their order") {
  const Arguments arguments = parsed({"-P", "b=1", "x.scn", "-P", "a=2", "--param", "c=3"});
  const auto values = arguments.values("param");
  CHECK(Words(values.begin(), values.end()) == Words{"b=1", "a=2", "c=3"});
}

TEST_CASE("everything behind -- is an operand, and a lone - always is") {
  CHECK(parsed({"--", "--seed"}).operands() == Words{"--seed"});
  CHECK(parsed({"-"}).operands() == Words{"-"});
  CHECK(parsed({"--json", "-"}).operands() == Words{"-"});
}

TEST_CASE("a value that looks like an option must be attached") {
  CHECK(error_of({"x.scn", "-o", "--json"}) == "`--output` needs a value / write -o FILE");
  CHECK(error_of({"x.scn", "-o", "--"}) == "`--output` needs a value / write -o FILE");
  CHECK(*parsed({"x.scn", "--output=--json"}).value("output") == "--json");
  CHECK(*parsed({"x.scn", "-o", "--strange"}).value("output") == "--strange");
  CHECK(*parsed({"x.scn", "--seed", "-5"}).value("seed") == "-5");
}

TEST_CASE("an unknown option is never taken for another") {
  CHECK(error_of({"x.scn", "--see", "7"}) ==
        "`ipcsim run` has no option `--see` / did you mean `--seed`?");
  CHECK(error_of({"x.scn", "--paranoia"}) ==
        "`ipcsim run` has no option `--paranoia` / did you mean `--paranoid`?");
  CHECK(error_of({"x.scn", "-x"}) == "`ipcsim run` has no option `-x` / try: ipcsim run --help");
}

TEST_CASE("help is asked for anywhere in front of --") {
  CHECK(asks_for_help(Words{"x.scn", "--help"}));
  CHECK(asks_for_help(Words{"-h"}));
  CHECK_FALSE(asks_for_help(Words{"--", "--help"}));
  CHECK_FALSE(asks_for_help(Words{"help"}));
}

}  // namespace
}  // namespace ipcsim::cli
