// SPDX-License-Identifier: BSD-2-Clause
#include "sim/engine/chooser.h"

#include <array>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::engine {
namespace {

Choice choice_of(ChoiceKind kind, std::uint64_t count) {
  Choice choice;
  choice.kind = kind;
  choice.count = count;
  return choice;
}

std::vector<std::uint64_t> answers_of(std::uint64_t seed, ChoiceKind kind, std::uint64_t count,
                                      int turns) {
  RandomChooser chooser(seed);
  std::vector<std::uint64_t> answers;
  for (int turn = 0; turn < turns; ++turn)
    answers.push_back(chooser.choose(choice_of(kind, count)));
  return answers;
}

// How often each answer was given.
std::vector<int> counts_of(ChoiceKind kind, std::uint64_t count, int turns) {
  std::vector<int> counts(count);
  for (const std::uint64_t answer : answers_of(1, kind, count, turns)) {
    REQUIRE(answer < count);
    ++counts[answer];
  }
  return counts;
}

constexpr std::array kEvenKinds = {ChoiceKind::kOrder, ChoiceKind::kPick, ChoiceKind::kValue};
constexpr std::array kRareKinds = {ChoiceKind::kPreempt, ChoiceKind::kInject};

TEST_CASE("every kind has a name and a bit of its own") {
  ChoiceKinds all = kNoChoices;
  std::vector<std::string_view> names;
  for (unsigned kind = 0; kind < kChoiceKinds; ++kind) {
    const ChoiceKinds bit = kinds_of(static_cast<ChoiceKind>(kind));
    CHECK((all & bit) == 0);
    all |= bit;
    names.push_back(name_of(static_cast<ChoiceKind>(kind)));
  }
  CHECK(all == kAllChoices);
  CHECK(names == std::vector<std::string_view>{"order", "preempt", "pick", "inject", "value",
                                               "jitter", "tlb"});
}

TEST_CASE("the reference wants no question and answers 0") {
  ReferenceChooser chooser;
  CHECK(chooser.asked() == kNoChoices);
  CHECK(chooser.choose(choice_of(ChoiceKind::kOrder, 5)) == 0);
  CHECK(chooser.hold_for({trace::LaneId(0), 1}) == 0);
}

TEST_CASE("a random walk wants every question and holds nothing for a time") {
  RandomChooser chooser(1);
  CHECK(chooser.asked() == kAllChoices);
  CHECK(chooser.hold_for({trace::LaneId(0), 1}) == 0);
}

TEST_CASE("the same seed gives the same walk, another seed another") {
  for (unsigned kind = 0; kind < kChoiceKinds; ++kind) {
    const auto asked = static_cast<ChoiceKind>(kind);
    CHECK(answers_of(7, asked, 6, 200) == answers_of(7, asked, 6, 200));
    CHECK(answers_of(7, asked, 6, 200) != answers_of(8, asked, 6, 200));
  }
}

TEST_CASE("orders, picks and values are equally likely") {
  constexpr int kTurns = 60'000;
  for (const ChoiceKind kind : kEvenKinds) {
    for (const std::uint64_t count : {2U, 3U, 10U}) {
      const double expected = kTurns / static_cast<double>(count);
      for (const int counted : counts_of(kind, count, kTurns)) {
        CHECK(counted == doctest::Approx(expected).epsilon(0.06));
      }
    }
  }
}

TEST_CASE("one in sixteen is preempted or injected, and then all ways are equally likely") {
  constexpr int kTurns = 160'000;
  for (const ChoiceKind kind : kRareKinds) {
    for (const std::uint64_t count : {2U, 4U}) {
      const std::vector<int> counts = counts_of(kind, count, kTurns);
      CHECK(counts[0] == doctest::Approx(kTurns * 15 / 16).epsilon(0.01));
      for (std::size_t answer = 1; answer < count; ++answer) {
        const double expected = kTurns / 16.0 / static_cast<double>(count - 1);
        CHECK(counts[answer] == doctest::Approx(expected).epsilon(0.06));
      }
    }
  }
}

}  // namespace
}  // namespace ipcsim::engine
