// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/vocabulary.h"

#include <doctest/doctest.h>

#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

using Problems = std::vector<std::string>;

TEST_CASE("a vocabulary that is as it should be has no problems") {
  CHECK(problems_of(sample::kVocabulary) == Problems{});
  CHECK(problems_of(Vocabulary{}) == Problems{});
}

Problems problems_of_event(const EventType& event) {
  Vocabulary vocabulary = sample::kVocabulary;
  const std::array events{event};
  vocabulary.events = events;
  return problems_of(vocabulary);
}

TEST_CASE("kinds, reasons and results are words, each there once") {
  Vocabulary vocabulary = sample::kVocabulary;
  const std::array<std::string_view, 4> kinds{"ipc", "two words", "ipc", "all"};
  vocabulary.kinds = kinds;
  CHECK(problems_of(vocabulary) == Problems{"kind 'two words' is no bare word",
                                            "kind 'ipc' is there twice",
                                            "kind 'all' means many or none"});
  vocabulary = sample::kVocabulary;
  const std::array<std::string_view, 2> reasons{"slept", ""};
  vocabulary.reasons = reasons;
  CHECK(problems_of(vocabulary) ==
        Problems{"reason 'slept' stands at 0, which means none", "reason '' is no bare word"});
  vocabulary = sample::kVocabulary;
  const std::array<std::string_view, 3> results{"", "busy", "busy"};
  vocabulary.results = results;
  CHECK(problems_of(vocabulary) == Problems{"result 'busy' is there twice"});
}

TEST_CASE("there are no more kinds than a mask has bits") {
  std::vector<std::string> names;
  for (int i = 0; i < 33; ++i) names.push_back("kind" + std::to_string(i));
  std::vector<std::string_view> kinds(names.begin(), names.end());
  const Vocabulary too_many{kinds, {}, {}, {}};
  CHECK(problems_of(too_many) == Problems{"kind 'kind32' is one more than a mask has bits"});
  kinds.pop_back();
  CHECK(problems_of(Vocabulary{kinds, {}, {}, {}}) == Problems{});
}

TEST_CASE("an event has a kind and a name") {
  CHECK(problems_of_event({3, "poll", {}, -1}) ==
        Problems{"event 'poll' has a kind that is not in the table"});
  CHECK(problems_of_event({0, "two words", {}, -1}) ==
        Problems{"event 'two words' has a name that is no bare word"});
}

TEST_CASE("arguments have keys that ascend, and formatters") {
  const std::array unsorted{ArgumentType{"fd", format_signed}, ArgumentType{"fd", format_signed}};
  CHECK(problems_of_event({0, "poll", unsorted, -1}) ==
        Problems{"event 'poll' has keys that do not ascend"});
  const std::array reserved{ArgumentType{"flow", format_signed}, ArgumentType{"why", nullptr}};
  CHECK(problems_of_event({0, "poll", reserved, -1}) ==
        Problems{"event 'poll' has an argument with an unfit key",
                 "event 'poll' has an argument with an unfit key",
                 "event 'poll' has an argument without formatter"});
  const std::array upper{ArgumentType{"Fd", format_signed}};
  CHECK(problems_of_event({0, "poll", upper, -1}) ==
        Problems{"event 'poll' has an argument with an unfit key"});
  const std::array many{ArgumentType{"a", format_hex}, ArgumentType{"b", format_hex},
                        ArgumentType{"c", format_hex}, ArgumentType{"d", format_hex},
                        ArgumentType{"e", format_hex}};
  CHECK(problems_of_event({0, "poll", many, -1}) ==
        Problems{"event 'poll' has more arguments than a record"});
}

TEST_CASE("the result value is one of the arguments") {
  const std::array one{ArgumentType{"fd", format_signed}};
  CHECK(problems_of_event({0, "poll", one, 0}) == Problems{});
  const Problems none_of_them{"event 'poll' has a result value that is none of its arguments"};
  CHECK(problems_of_event({0, "poll", one, 1}) == none_of_them);
  CHECK(problems_of_event({0, "poll", one, -2}) == none_of_them);
}

}  // namespace
}  // namespace ipcsim::trace
