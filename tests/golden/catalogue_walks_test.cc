// SPDX-License-Identifier: BSD-2-Clause
// What the catalogue says holds in every schedule: a scenario that is right reports nothing in any
// random walk, injections and jitter included, and no walk comes to a limit. With whatever policy
// or defect a file says that something is found, nothing is promised, so that is not walked.
#include <algorithm>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/loaded_scenario.h"
#include "scenarios/scenario.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWalks = test::tries(4, 20);

std::shared_ptr<const Scenario> loaded(const std::string& file, const Overrides& overrides) {
  const Loaded result = load(file, overrides);
  REQUIRE_MESSAGE(result.scenario != nullptr, render(result.diagnostics, Colour::kNone));
  return result.scenario;
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

void walk(const Scenario& scenario) {
  RunOptions options;
  options.schedule = Schedule::kRandomWalk;
  options.record = false;
  for (options.seed = 1; options.seed <= kWalks; ++options.seed) {
    const RunReport report = run(scenario, options);
    CAPTURE(options.seed);
    CAPTURE(report.limit);
    CAPTURE(report.schedule);
    const std::string found = report.findings.empty() ? "" : report.findings.back().message;
    CAPTURE(found);
    CHECK(report.verdict == Verdict::kPassed);
  }
}

TEST_CASE("a scenario that is right holds in every schedule") {
  for (const auto& entry : fs::recursive_directory_iterator("scenarios/catalogue")) {
    if (entry.path().extension() != ".scn") continue;
    const std::string file = entry.path();
    CAPTURE(file);
    const auto scenario = loaded(file, {});
    if (!finds_something(*scenario)) walk(*scenario);
    for (const Overrides& variant : innocent_variants(*scenario)) {
      CAPTURE(variant.policies.front().second);
      walk(*loaded(file, variant));
    }
  }
}

}  // namespace
}  // namespace ipcsim::scenario
