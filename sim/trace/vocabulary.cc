// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/vocabulary.h"

#include <algorithm>
#include <set>

#include "sim/trace/kinds.h"
#include "sim/trace/record.h"
#include "sim/trace/word.h"

namespace ipcsim::trace {

namespace {

bool is_fit_key(std::string_view key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !key.empty() && key != "flow" && key != "why" && std::ranges::all_of(key, allowed);
}

class Problems {
 public:
  void add(std::string_view where, std::string_view what, std::string_view problem) {
    found_.push_back(std::string(where) + " '" + std::string(what) + "' " + std::string(problem));
  }

  // Each a bare word, none twice; `first_empty`: entry 0 stands for "none".
  enum class First { kLikeTheOthers, kEmpty };
  void check_words(std::string_view where, std::span<const std::string_view> words, First first) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i == 0 && first == First::kEmpty) {
        if (!words[0].empty()) add(where, words[0], "stands at 0, which means none");
        continue;
      }
      if (!is_bare_word(words[i])) add(where, words[i], "is no bare word");
      if (!seen.insert(words[i]).second) add(where, words[i], "is there twice");
    }
  }

  void check_event(const EventType& event, std::size_t kinds) {
    if (event.kind >= kinds) add("event", event.name, "has a kind that is not in the table");
    if (!is_bare_word(event.name)) add("event", event.name, "has a name that is no bare word");
    if (event.arguments.size() > kMaximumArguments) {
      add("event", event.name, "has more arguments than a record");
    }
    if (event.result_value < -1 || event.result_value >= static_cast<int>(event.arguments.size())) {
      add("event", event.name, "has a result value that is none of its arguments");
    }
    std::string_view last;
    for (const ArgumentType& argument : event.arguments) {
      if (!is_fit_key(argument.key)) add("event", event.name, "has an argument with an unfit key");
      if (argument.key <= last) add("event", event.name, "has keys that do not ascend");
      if (argument.format == nullptr) add("event", event.name, "has an argument without formatter");
      last = argument.key;
    }
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> problems_of(const Vocabulary& vocabulary) {
  Problems problems;
  if (vocabulary.kinds.size() > kMaximumKinds) {
    problems.add("kind", vocabulary.kinds[kMaximumKinds], "is one more than a mask has bits");
  }
  problems.check_words("kind", vocabulary.kinds, Problems::First::kLikeTheOthers);
  for (const std::string_view kind : vocabulary.kinds) {
    if (kind == kAllKinds || kind == kNoKinds) problems.add("kind", kind, "means many or none");
  }
  problems.check_words("reason", vocabulary.reasons, Problems::First::kEmpty);
  problems.check_words("result", vocabulary.results, Problems::First::kEmpty);
  for (const EventType& event : vocabulary.events) {
    problems.check_event(event, vocabulary.kinds.size());
  }
  return problems.take();
}

}  // namespace ipcsim::trace
