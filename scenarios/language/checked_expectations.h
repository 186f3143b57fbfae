// SPDX-License-Identifier: BSD-2-Clause
// CheckedExpectations: what a scenario says must hold, and what it expects to be found, resolved.
// In the order in which it stands in the files, imports first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/ids.h"
#include "scenarios/language/constant_value.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/finding_name.h"
#include "scenarios/language/resolution.h"
#include "sim/base/cycles.h"

namespace ipcsim::scenario {

struct CheckedRunExpectation {
  RunExpectation kind = RunExpectation::kAlways;
  const Expression* condition = nullptr;
  std::optional<Cycles> within;
  JudgedUnder judged = JudgedUnder::kEverySchedule;  // the deadline alone, where there is one
  SourceRange range;
};

struct CheckedScheduleExpectation {
  ScheduleExpectation kind = ScheduleExpectation::kExists;
  const Expression* condition = nullptr;
  SourceRange range;
};

struct CheckedOutcomes {
  std::vector<const Expression*> observed;
  std::vector<std::vector<ConstantValue>> rows;  // each as long as `observed`
  SourceRange range;
};

struct CheckedAllow {
  FindingName finding = FindingName::deadlock;
  std::vector<kernel::TaskId> tasks;  // empty: wherever it is found
  SourceRange range;
};

struct PolicyChoice {
  kernel::Policy policy;
  std::string value;
};

struct CheckedExpectFinding {
  std::vector<FindingName> findings;  // at least one of them
  std::vector<std::string> threads;   // "A.t": at least these
  std::variant<std::monostate, kernel::Defect, PolicyChoice> with;
  bool in_force = true;  // `with` holds of this scenario as it is configured (or is not there)
  FindingVerb verb = FindingVerb::kRun;
  std::optional<std::uint64_t> within_runs;
  std::optional<std::uint64_t> shrinks_to;
  std::optional<std::pair<Cycles, Cycles>> window;
  SourceRange range;
};

struct CheckedExpectations {
  std::vector<CheckedRunExpectation> run;
  std::vector<CheckedScheduleExpectation> schedules;
  std::vector<CheckedOutcomes> outcomes;
  std::vector<CheckedAllow> allowed;
  std::vector<CheckedExpectFinding> findings;
  Resolutions resolutions;  // of all conditions at top level

  bool empty() const {
    return run.empty() && schedules.empty() && outcomes.empty() && findings.empty();
  }
};

}  // namespace ipcsim::scenario
