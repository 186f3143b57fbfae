// SPDX-License-Identifier: BSD-2-Clause
// Every scenario of the catalogue, with a few of its words changed at random: whatever comes of it
// loads with a message or runs to an end, and runs the same way twice.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/scenario.h"
#include "sim/base/random.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

using Words = std::vector<std::string>;

bool is_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

// Names and numbers whole, everything else by the character; spaces stay with what they follow.
Words words_of(const std::string& text) {
  Words words;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    if (is_word(text[begin])) {
      while (end < text.size() && is_word(text[end])) ++end;
    }
    while (end < text.size() && (text[end] == ' ' || text[end] == '\n')) ++end;
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

void mutate(Words& words, Random& random) {
  const std::size_t at = random.below(words.size());
  const std::size_t other = random.below(words.size());
  const auto place = words.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(5)) {
    case 0:
      words.erase(place);
      return;
    case 1:
      words.insert(place, words[other]);
      return;
    case 2:
      std::swap(words[at], words[other]);
      return;
    case 3:
      words[at] = words[other];
      return;
    default:
      words[at] = std::to_string(random.below(70)) + " ";
  }
}

std::vector<std::string> catalogue() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("scenarios/catalogue")) {
    if (entry.path().extension() == ".scn") paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

constexpr std::size_t kRounds = test::tries(30, 100);

TEST_CASE("a scenario with changed words is refused or runs to an end") {
  Random random(7);
  std::size_t ran = 0;
  const std::vector<std::string> paths = catalogue();
  REQUIRE_FALSE(paths.empty());
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const Words original = words_of({std::istreambuf_iterator<char>(file), {}});
    for (std::size_t round = 0; round < kRounds; ++round) {
      Words words = original;
      for (std::uint64_t change = 0; change <= random.below(3); ++change) mutate(words, random);
      const Loaded loaded = load_text(joined(words), path, {});
      if (loaded.scenario == nullptr) {
        CHECK(loaded.diagnostics.has_errors());
        continue;
      }
      ++ran;
      RunOptions options;
      options.until = 20'000;
      options.schedule = random.one_in(2) ? Schedule::kReference : Schedule::kRandomWalk;
      options.seed = random.next();
      INFO(joined(words));
      CHECK(run(*loaded.scenario, options).fingerprint ==
            run(*loaded.scenario, options).fingerprint);
    }
  }
  CHECK(ran > paths.size() * kRounds / 20);
}

}  // namespace
}  // namespace ipcsim::scenario
