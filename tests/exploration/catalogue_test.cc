// SPDX-License-Identifier: BSD-2-Clause
// The catalogue under many schedules. A scenario that is right reports nothing and comes to no
// limit. A defect is found within the number of runs that its scenario states. Figures over many
// seeds are in README.md; the cases that measure them are skipped unless they are asked for.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/fuzzer.h"
#include "scenarios/loaded_scenario.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRuns = test::tries(8, 60);  // of each scenario that is right
constexpr std::uint64_t kManyRuns = 10'000;          // of those when asked to
constexpr std::uint64_t kSeeds = test::tries(1, 3);  // of each defect
constexpr std::uint64_t kManySeeds = 20;
constexpr std::uint64_t kUnboundedRuns = 1'000'000'000;

std::shared_ptr<const Scenario> loaded(const std::string& file, const Overrides& overrides) {
  const Loaded result = load(file, overrides);
  REQUIRE_MESSAGE(result.scenario != nullptr, render(result.diagnostics, Colour::kNone));
  return result.scenario;
}

std::vector<std::string> files_of_the_catalogue() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator("scenarios/catalogue")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// The other values of a policy with which the file, as it is, finds something: with them it must
// not. Nothing of what is found whatever the policy.
std::vector<Overrides> innocent_variants(const Scenario& scenario) {
  std::vector<Overrides> variants;
  for (const CheckedExpectFinding& expected : scenario.checked().expectations.findings) {
    const auto* const choice = std::get_if<PolicyChoice>(&expected.with);
    if (!expected.in_force || choice == nullptr) continue;
    const std::string_view policy =
        kernel::policies()[static_cast<std::size_t>(choice->policy)].name;
    for (const auto& value : kernel::policy_values(choice->policy)) {
      if (value.name == choice->value) continue;
      variants.emplace_back().policies.emplace_back(policy, value.name);
    }
  }
  return variants;
}

bool finds_something(const Scenario& scenario) {
  return std::ranges::any_of(scenario.checked().expectations.findings,
                             &CheckedExpectFinding::in_force);
}

void search_in_vain(const Scenario& scenario, std::uint64_t runs) {
  FuzzOptions options;
  options.runs = runs;
  Fuzzer fuzzer(scenario, options, 1);
  explore::OneWorker worker;
  while (fuzzer.advance(worker)) {
  }
  const FuzzReport report = fuzzer.report();
  CHECK(report.progress.runs == runs);
  CHECK(report.progress.limited == 0);
  for (const FoundByFuzz& found : report.found) {
    CAPTURE(found.schedule);
    FAIL_CHECK(found.finding.name << " at " << found.finding.place << ": "
                                  << found.finding.message);
  }
}

void search_all_that_is_right(std::uint64_t runs) {
  for (const std::string& file : files_of_the_catalogue()) {
    CAPTURE(file);
    const auto scenario = loaded(file, {});
    if (!finds_something(*scenario)) search_in_vain(*scenario, runs);
    for (const Overrides& variant : innocent_variants(*scenario)) {
      CAPTURE(variant.policies.front().second);
      search_in_vain(*loaded(file, variant), runs);
    }
  }
}

bool has_fuzz_line_in_force(const Scenario& scenario) {
  return std::ranges::any_of(scenario.checked().expectations.findings,
                             [](const CheckedExpectFinding& line) {
                               return line.in_force && line.verb == FindingVerb::kFuzz;
                             });
}

// The runs after which all is found that the file says `by fuzz`; 0: it was not within them.
std::uint64_t runs_to_find(const Scenario& scenario, std::uint64_t seed) {
  FuzzOptions options;
  options.seed = seed;
  options.runs = kUnboundedRuns;
  Fuzzer fuzzer(scenario, options, 1);
  explore::OneWorker worker;
  std::uint64_t known = 0;
  while (fuzzer.advance(worker)) {
    const bool is_new = fuzzer.progress().findings != known;
    known = fuzzer.progress().findings;
    if (!is_new) {
      if (fuzzer.progress().runs > 100'000) return 0;
      continue;
    }
    const FuzzReport report = fuzzer.report();
    for (const FoundByFuzz& found : report.found) CHECK(found.reproduced);
    if (!report.missing.empty()) return 0;
    if (!report.unjudged.empty()) continue;
    std::uint64_t last = 0;
    for (const FoundByFuzz& found : report.found) {
      if (found.expected) last = std::max(last, found.run);
    }
    return last;
  }
  return 0;
}

// Calls `use` with each scenario in which `fuzz` has something to find.
template <class Use>
void for_each_defect(Use use) {
  for (const std::string& file : files_of_the_catalogue()) {
    const auto plain = loaded(file, {});
    if (has_fuzz_line_in_force(*plain)) use(file, *plain);
    for (const Overrides& variant : summary(*plain).fuzz_variants) {
      use(file, *loaded(file, variant));
    }
  }
}

TEST_CASE("a scenario that is right holds in every schedule") { search_all_that_is_right(kRuns); }

TEST_CASE("every defect is found within the runs that its scenario states") {
  unsigned defects = 0;
  for_each_defect([&](const std::string& file, const Scenario& scenario) {
    CAPTURE(file);
    ++defects;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      CAPTURE(seed);
      CHECK(runs_to_find(scenario, seed) > 0);
    }
  });
  CHECK(defects >= 30);
}

TEST_CASE("measured: runs to the finding of each defect, over many seeds" * doctest::skip()) {
  std::printf("%-40s %8s %8s %8s\n", "scenario", "mean", "most", "missed");
  for_each_defect([&](const std::string& file, const Scenario& scenario) {
    std::uint64_t sum = 0;
    std::uint64_t most = 0;
    std::uint64_t missed = 0;
    for (std::uint64_t seed = 1; seed <= kManySeeds; ++seed) {
      const std::uint64_t runs = runs_to_find(scenario, seed);
      sum += runs;
      most = std::max(most, runs);
      missed += runs == 0 ? 1 : 0;
    }
    const std::uint64_t tenths = missed == kManySeeds ? 0 : 10 * sum / (kManySeeds - missed);
    std::printf("%-40s %6llu.%llu %8llu %8llu\n", fs::path(file).filename().c_str(),
                static_cast<unsigned long long>(tenths / 10),
                static_cast<unsigned long long>(tenths % 10), static_cast<unsigned long long>(most),
                static_cast<unsigned long long>(missed));
    CHECK(missed == 0);
  });
}

TEST_CASE("measured: many runs of all that is right" * doctest::skip()) {
  search_all_that_is_right(kManyRuns);
}

}  // namespace
}  // namespace ipcsim::scenario
