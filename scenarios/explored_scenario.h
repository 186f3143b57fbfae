// SPDX-License-Identifier: BSD-2-Clause
// ExploredScenario: a scenario as the explorer sees it: a program that runs under a chooser and
// ends well, or with a finding that has a signature.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/runner.h"
#include "sim/explore/program.h"

namespace ipcsim::scenario {

// The name of a finding, its place and the threads in it, without the numbers of replicas: two
// clients of one kind that come to the same grief have found one thing.
std::string signature_of(const Finding& finding);

class ExploredScenario final : public explore::Program {
 public:
  // The scenario outlives it.
  ExploredScenario(const Scenario& scenario, const RunSettings& settings)
      : runner_(scenario), settings_(settings) {}

  // Of the runs from now on; `stop` is as in RunRules.
  void limit_steps(std::uint64_t steps) { settings_.steps = steps; }
  void stop_with(const volatile int* stop) { settings_.rules.stop = stop; }

  explore::RunResult run(engine::Chooser& chooser) override;
  std::vector<engine::Deviation> deviations() const override {
    return runner_.system().deviations();
  }
  const engine::LaneDirectory& lanes() const override { return runner_.system().lanes(); }

  // About the last run.
  const Runner& runner() const { return runner_; }

 private:
  Runner runner_;
  RunSettings settings_;
};

}  // namespace ipcsim::scenario
