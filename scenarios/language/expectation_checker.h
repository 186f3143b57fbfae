// SPDX-License-Identifier: BSD-2-Clause
// ExpectationChecker: the expectations, injections and the schedule at top level, and from when on
// devices act. It comes after the bodies, whose variables and marks it names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/check_state.h"
#include "scenarios/language/constants.h"
#include "scenarios/language/expression_checker.h"

namespace ipcsim::scenario {

class ExpectationChecker {
 public:
  ExpectationChecker(CheckState& state, Constants& constants)
      : state_(state), constants_(constants) {}

  void check();

 private:
  // Tasks and threads that a path without variables names.
  struct Named {
    std::vector<kernel::TaskId> tasks;
    std::vector<std::string> threads;  // "A.t"; empty when the path names tasks alone
    std::uint32_t family = 0;
    std::uint32_t thread = 0;  // of the last one
    const ThreadDeclaration* declaration = nullptr;
  };

  void declaration(ModuleIndex module, const Declaration& declaration);
  void run_expectation(ModuleIndex module, const RunExpectationDeclaration& node,
                       SourceRange range);
  void schedule_expectation(ModuleIndex module, const ScheduleExpectationDeclaration& node,
                            SourceRange range);
  void outcomes(ModuleIndex module, const OutcomesDeclaration& node, SourceRange range);
  void allow(ModuleIndex module, const AllowDeclaration& node, SourceRange range);
  void expect_finding(ModuleIndex module, const ExpectFindingDeclaration& node, SourceRange range);
  void finding_bounds(const ExpectFindingDeclaration& node, CheckedExpectFinding& checked);
  void with(const ExpectFindingDeclaration& node, CheckedExpectFinding& checked);
  void inject(ModuleIndex module, const InjectDeclaration& node, SourceRange range);
  void schedule(const ScheduleDeclaration& node, SourceRange range);

  bool condition(ModuleIndex module, const Expression& condition);
  std::optional<FindingName> finding(const Name& name);
  std::optional<Named> resolve(ModuleIndex module, const Expression& expression);
  bool resolve_threads(const TaskPath& path, const ConstantPlace& place, Named& named);
  void memory(ModuleIndex module, const MemoryDeclaration& node);
  std::optional<kernel::TaskId> one_task(ModuleIndex module, const Expression& expression);
  std::optional<kernel::DeviceId> one_device(ModuleIndex module, const Expression& expression);
  void report_never_judged();

  CheckState& state_;
  Constants& constants_;
  std::optional<SourceRange> schedule_;  // where it stands
};

}  // namespace ipcsim::scenario
