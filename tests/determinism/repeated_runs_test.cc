// SPDX-License-Identifier: BSD-2-Clause
// Every scenario of the catalogue, run again in every way that must make no difference: on the same
// machine and on a fresh one, with all checks on, with every step through the queue, with every
// choice put to somebody who answers 0, within and beside another simulation. The trace is the
// same, byte for byte; so is the fingerprint.
#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "scenarios/runner.h"
#include "scenarios/scenario.h"
#include "sim/engine/schedule.h"
#include "sim/engine/schedule_chooser.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWalks = test::tries(1, 2);

// Relative to the project's root, where tests are started.
std::vector<std::string> catalogue() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator("scenarios/catalogue")) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::shared_ptr<const Scenario> scenario_in(const std::string& file) {
  const Loaded loaded = load(file, {});
  REQUIRE_MESSAGE(loaded.scenario != nullptr, render(loaded.diagnostics, Colour::kNone));
  return loaded.scenario;
}

struct Outcome {
  std::string trace;
  std::string schedule;
  std::uint64_t fingerprint = 0;
  Verdict verdict = Verdict::kPassed;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

RunSettings recorded() {
  RunSettings settings;
  settings.recorded = ~trace::KindMask{0};
  settings.rules.cycle_bounds = CycleBounds::kIgnored;  // else walks would be judged otherwise
  return settings;
}

Outcome outcome_of(const Runner& runner, Verdict verdict) {
  return {runner.trace_text({}), runner.schedule_text(), runner.report().fingerprint, verdict};
}

Outcome run_on(Runner& runner, engine::Chooser& chooser, const RunSettings& settings = recorded()) {
  return outcome_of(runner, runner.run(chooser, settings));
}

Outcome walk_on(Runner& runner, std::uint64_t seed, const RunSettings& settings = recorded()) {
  engine::RandomChooser chooser(seed);
  return run_on(runner, chooser, settings);
}

// Answers 0 to everything, and is asked: the reference schedule the long way.
class AskedReference final : public engine::Chooser {
 public:
  engine::ChoiceKinds asked() const override { return engine::kAllChoices; }
  std::uint64_t choose(const engine::Choice&) override { return 0; }
};

// Lets a whole other simulation run in the middle of a step, each of the first times it is asked.
class Interrupted final : public engine::Chooser {
 public:
  Interrupted(engine::Chooser& answers, Runner& other) : answers_(answers), other_(other) {}
  engine::ChoiceKinds asked() const override { return engine::kAllChoices; }
  std::uint64_t choose(const engine::Choice& choice) override {
    if (times_ < 25) {
      engine::RandomChooser walk(++times_);
      other_.run(walk, recorded());
    }
    return answers_.choose(choice);
  }
  std::uint64_t times() const { return times_; }

 private:
  engine::Chooser& answers_;
  Runner& other_;
  std::uint64_t times_ = 0;
};

TEST_CASE("a run is the same on a machine that has run before, and on a fresh one") {
  for (const std::string& file : catalogue()) {
    CAPTURE(file);
    const auto scenario = scenario_in(file);
    engine::ReferenceChooser reference;
    Runner used(*scenario);
    const Outcome first = run_on(used, reference);
    CHECK(run_on(used, reference) == first);
    for (std::uint64_t seed = 1; seed <= kWalks; ++seed) {
      CAPTURE(seed);
      const Outcome walk = walk_on(used, seed);
      const auto loaded_again = scenario_in(file);
      Runner fresh(*loaded_again);
      CHECK(walk_on(fresh, seed) == walk);
      CHECK(walk_on(used, seed) == walk);
    }
    CHECK(run_on(used, reference) == first);
  }
}

TEST_CASE("checks, the by-pass and what is recorded change no run") {
  RunSettings paranoid = recorded();
  paranoid.paranoid = true;
  RunSettings queued = recorded();
  queued.by_pass = ByPass::kOff;
  RunSettings silent = recorded();
  silent.recorded = 0;
  for (const std::string& file : catalogue()) {
    CAPTURE(file);
    const auto scenario = scenario_in(file);
    engine::ReferenceChooser reference;
    Runner runner(*scenario);
    const Outcome first = run_on(runner, reference);
    const Cycle end = runner.report().end;
    CHECK(run_on(runner, reference, paranoid) == first);
    CHECK(run_on(runner, reference, queued) == first);
    AskedReference asked;
    CHECK(run_on(runner, asked) == first);
    runner.run(reference, silent);
    CHECK(runner.report().end == end);
    for (std::uint64_t seed = 1; seed <= kWalks; ++seed) {
      CAPTURE(seed);
      CHECK(walk_on(runner, seed, paranoid) == walk_on(runner, seed));
    }
  }
}

TEST_CASE("the schedule of a walk gives the same run again") {
  for (const std::string& file : catalogue()) {
    CAPTURE(file);
    const auto scenario = scenario_in(file);
    Runner runner(*scenario);
    for (std::uint64_t seed = 1; seed <= 3 * kWalks; ++seed) {
      CAPTURE(seed);
      const Outcome walk = walk_on(runner, seed);
      if (walk.schedule.empty()) continue;  // it was the reference
      const auto schedule = engine::parse_schedule(walk.schedule);
      REQUIRE(schedule.ok());
      Runner other(*scenario);
      engine::ScheduleChooser chooser(*schedule, other.system().lanes());
      CHECK(run_on(other, chooser) == walk);
      CHECK(chooser.unused().empty());
    }
  }
}

TEST_CASE("a simulation inside of a simulation touches it not") {
  const auto other_scenario = scenario_in("scenarios/catalogue/ipc/hello.scn");
  Runner other(*other_scenario);
  engine::RandomChooser last_walk(1);
  const Outcome alone = run_on(other, last_walk);
  for (const std::string& file : catalogue()) {
    CAPTURE(file);
    const auto scenario = scenario_in(file);
    Runner runner(*scenario);
    for (std::uint64_t seed = 1; seed <= kWalks; ++seed) {
      CAPTURE(seed);
      const Outcome walk = walk_on(runner, seed);
      engine::RandomChooser answers(seed);
      Interrupted interrupted(answers, other);
      CHECK(run_on(runner, interrupted) == walk);
      CHECK(interrupted.times() != 0);
    }
  }
  engine::RandomChooser again(1);
  CHECK(run_on(other, again) == alone);
}

TEST_CASE("simulations beside each other touch each other not") {
  for (const std::string& file : catalogue()) {
    CAPTURE(file);
    const auto scenario = scenario_in(file);
    std::array<Outcome, 2 * kWalks> outcomes;
    std::vector<std::thread> threads;
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
      threads.emplace_back([&outcomes, &scenario, index] {
        Runner runner(*scenario);
        outcomes.at(index) = walk_on(runner, index % kWalks);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t index = 0; index < kWalks; ++index) {
      CAPTURE(index);
      CHECK(outcomes.at(index) == outcomes.at(index + kWalks));
    }
  }
}

}  // namespace
}  // namespace ipcsim::scenario
