// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree, part four: what a file says must hold, and what it expects to be found.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "scenarios/language/expression.h"
#include "scenarios/language/judged_under.h"

namespace ipcsim::scenario {

enum class RunExpectation : std::uint8_t { kAlways, kNever, kEventually, kFinally };

// `always C [by run]`, `never C [by run]`, `eventually C [within T] [by run]`, `finally C [by
// run]`. Behind `within`, `by run` is about the deadline alone.
struct RunExpectationDeclaration {
  RunExpectation kind = RunExpectation::kAlways;
  ExpressionPtr condition;
  ExpressionPtr within;  // may be null; only of kEventually
  JudgedUnder judged = JudgedUnder::kEverySchedule;
};

enum class ScheduleExpectation : std::uint8_t { kExists, kForall };

// `exists C`, `forall C`
struct ScheduleExpectationDeclaration {
  ScheduleExpectation kind = ScheduleExpectation::kExists;
  ExpressionPtr condition;
};

struct OutcomeRow {
  SourceRange range;
  std::vector<ExpressionPtr> values;
};

// `outcomes E, E { 0, 1; 1, 1 }`
struct OutcomesDeclaration {
  std::vector<ExpressionPtr> observed;
  std::vector<OutcomeRow> rows;
};

// `allow FINDING [in TASK]`
struct AllowDeclaration {
  Name finding;
  ExpressionPtr task;  // may be null
};

enum class FindingVerb : std::uint8_t { kRun, kFuzz, kCheck };

struct WithDefect {
  Name defect;
};
struct WithPolicy {
  Name policy;
  Name value;
};

// `expect_finding FINDING [| FINDING] [in A.t, B.t] [with defect N | with POLICY VALUE]
//  by run | fuzz | check [within N runs] [shrinks_to N] [window A..B]`
struct ExpectFindingDeclaration {
  std::vector<Name> findings;          // at least one
  std::vector<ExpressionPtr> threads;  // may be empty
  std::variant<std::monostate, WithDefect, WithPolicy> with;
  FindingVerb verb = FindingVerb::kRun;
  ExpressionPtr within_runs;  // may be null
  ExpressionPtr shrinks_to;   // may be null
  std::optional<RangeBounds> window;
};

}  // namespace ipcsim::scenario
