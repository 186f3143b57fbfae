// SPDX-License-Identifier: BSD-2-Clause
// What a file says about the findings of a run of it: which it allows, and which it expects.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/system.h"
#include "scenarios/language/checked_expectations.h"
#include "scenarios/language/interpreter.h"
#include "scenarios/loaded_scenario.h"
#include "scenarios/scenario.h"

namespace ipcsim::scenario {

// Whether what was found is what the line asks for.
bool is_met(const CheckedExpectFinding& expected, const Finding& found);

// "deadlock or livelock"
std::string names_of(const CheckedExpectFinding& expected);

// "hello.scn:12"
std::string place_of(const Scenario& scenario, const CheckedExpectFinding& expected);

// Whether the file expects that `run` finds this.
bool is_expected(const Scenario& scenario, const Finding& finding);

// What is to be said when the file expects a finding by `run` and nothing was found.
std::optional<Finding> missing_finding(const Scenario& scenario);

class FindingJudge final : public AllowedFindings, public kernel::FindingFilter {
 public:
  FindingJudge(const Scenario& scenario, const kernel::System& system)
      : scenario_(scenario), system_(system) {}

  void begin() { silenced_.clear(); }

  bool allows(std::string_view finding, kernel::TaskId task) const override;

  // A finding of the kernel; one that is silenced is kept for the report.
  bool silences(const engine::Finding& finding) override;
  const std::vector<engine::Finding>& silenced() const { return silenced_; }

 private:
  bool concerns(const engine::Finding& finding, const CheckedAllow& allow) const;

  const Scenario& scenario_;
  const kernel::System& system_;
  std::vector<engine::Finding> silenced_;
};

}  // namespace ipcsim::scenario
