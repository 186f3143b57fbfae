// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/option_table.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

namespace ipcsim::cli {
namespace {

TEST_CASE("every verb can be found by its name, and by nothing else") {
  std::set<std::string_view> names;
  for (const Verb& verb : verbs()) {
    CHECK(find_verb(verb.name) == &verb);
    CHECK(names.insert(verb.name).second);
  }
  CHECK(find_verb("") == nullptr);
  CHECK(find_verb("ru") == nullptr);
  CHECK(find_verb("help") == nullptr);
}

TEST_CASE("no option of a verb is there twice, and each says what it does") {
  for (const Verb& verb : verbs()) {
    CAPTURE(verb.name);
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Option& option : verb.options) {
      CAPTURE(option.name);
      CHECK(names.insert(option.name).second);
      if (option.letter != 0) CHECK(letters.insert(option.letter).second);
      CHECK_FALSE(option.help.empty());
      CHECK_FALSE(option.help.ends_with('.'));
    }
    CHECK(names.contains("help"));
    CHECK(names.contains("json"));
  }
}

TEST_CASE("every verb has examples of its own, with their effect") {
  for (const Verb& verb : verbs()) {
    CAPTURE(verb.name);
    CHECK_FALSE(verb.examples.empty());
    for (const Example& example : verb.examples) {
      CHECK(example.command.starts_with(verb.name));
      CHECK_FALSE(example.effect.empty());
    }
    CHECK(verb.least_operands <= verb.most_operands);
  }
}

}  // namespace
}  // namespace ipcsim::cli
