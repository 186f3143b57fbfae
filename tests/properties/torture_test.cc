// SPDX-License-Identifier: BSD-2-Clause
// catalogue/lifetimes/torture.scn under random schedules that kill its threads and tasks at random
// points, with all books checked after every step. Whoever is killed leaves nothing and holds up
// nobody; a failure names the seed and how to see it again.
#include <cstdint>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "scenarios/runner.h"
#include "sim/base/random.h"
#include "sim/engine/chooser.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

// Runs of each of the four kernels.
constexpr std::uint64_t kRuns = test::tries(16U, 200U);

// How often CPUs are held, threads preempted and killed differs from run to run: from nearly never
// to all the time, so that some are killed at once and others after long work.
class Torturer final : public engine::Chooser {
 public:
  explicit Torturer(std::uint64_t seed)
      : random_(seed),
        hold_odds_(std::uint64_t{1} << random_.below(8)),
        preempt_odds_(std::uint64_t{4} << random_.below(6)),
        kill_odds_(std::uint64_t{16} << random_.below(7)) {}

  engine::ChoiceKinds asked() const override { return engine::kAllChoices; }
  std::uint64_t choose(const engine::Choice& choice) override {
    switch (choice.kind) {
      case engine::ChoiceKind::kOrder:
        return random_.one_in(hold_odds_) ? random_.below(choice.count) : 0;
      case engine::ChoiceKind::kPreempt:
        return random_.one_in(preempt_odds_) ? 1 : 0;
      case engine::ChoiceKind::kInject:
        return random_.one_in(kill_odds_) ? 1 + random_.below(choice.count - 1) : 0;
      case engine::ChoiceKind::kPick:
      case engine::ChoiceKind::kValue:
      case engine::ChoiceKind::kJitter:
      case engine::ChoiceKind::kTlb:
        return random_.below(choice.count);
    }
    return 0;
  }

 private:
  Random random_;
  std::uint64_t hold_odds_;
  std::uint64_t preempt_odds_;
  std::uint64_t kill_odds_;
};

std::shared_ptr<const Scenario> torture(const std::string& lock, const std::string& empty,
                                        const std::string& defect = "") {
  Overrides overrides;
  overrides.policies = {{"kernel_lock", lock}, {"listen_empty", empty}};
  if (!defect.empty()) overrides.defects.push_back(defect);
  const Loaded loaded = load("scenarios/catalogue/lifetimes/torture.scn", overrides);
  REQUIRE_MESSAGE(loaded.scenario != nullptr, render(loaded.diagnostics, Colour::kNone));
  return loaded.scenario;
}

RunSettings paranoid_settings() {
  RunSettings settings;
  settings.paranoid = true;
  return settings;
}

// What went wrong, or nothing.
std::string problem_of(Runner& runner, std::uint64_t seed) {
  Torturer torturer(seed);
  if (runner.run(torturer, paranoid_settings()) == Verdict::kPassed) return "";
  const RunReport report = runner.report();
  if (report.findings.empty()) return report.limit;
  const Finding& finding = report.findings.back();
  std::string text = finding.name + ": " + finding.message;
  for (const std::string& detail : finding.details) text += "\n  " + detail;
  return text + "\nipcsim run FILE --schedule:\n" + runner.schedule_text();
}

TEST_CASE("whoever is killed, and whenever, leaves nothing and holds up nobody") {
  for (const std::string lock : {"big", "fine"}) {
    for (const std::string empty : {"refuse", "block"}) {
      const auto scenario = torture(lock, empty);
      Runner runner(*scenario);
      for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
        const std::string problem = problem_of(runner, seed);
        if (problem.empty()) continue;
        FAIL_CHECK("kernel_lock " << lock << ", listen_empty " << empty << ", seed " << seed << ": "
                                  << problem);
        break;
      }
    }
  }
}

// The torture is one: it finds what it is there for.
TEST_CASE("a kernel that leaves something of the dead does not survive it") {
  constexpr std::uint64_t kEnough = 200;
  for (const std::string defect :
       {"dead_port_stays_queued", "poll_set_outlives_thread", "killed_client_stays_queued",
        "timer_outlives_wait", "shootdown_forgotten"}) {
    CAPTURE(defect);
    const auto scenario = torture("big", "block", defect);
    Runner runner(*scenario);
    std::uint64_t seed = 1;
    while (seed <= kEnough && problem_of(runner, seed).empty()) ++seed;
    CHECK(seed <= kEnough);
  }
}

}  // namespace
}  // namespace ipcsim::scenario
