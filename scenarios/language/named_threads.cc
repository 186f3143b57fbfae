// SPDX-License-Identifier: BSD-2-Clause
// Which tasks and threads a path names for ExpectationChecker, one by one.
#include <fmt/format.h>

#include "scenarios/language/expectation_checker.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

std::optional<ExpectationChecker::Named> ExpectationChecker::resolve(ModuleIndex module,
                                                                     const Expression& expression) {
  const BodyContext context{state_,  constants_, module, state_.result.expectations.resolutions,
                            nullptr, {}};
  ExpressionChecker expressions(context);
  const auto path = TermResolver(context, expressions).path_from_task(expression);
  if (!path || path->steps.size() > 2) {
    if (!expressions.check(expression, kCondition).poisoned()) {
      state_.diagnostics.report(DiagnosticCode::wrong_kind, expression.range,
                                "expected a task or thread");
    }
    return std::nullopt;
  }
  const ConstantPlace place{module, {}};
  const TaskGroup& group = state_.result.groups[path->group.value()];
  const PathStep& step = path->steps.front();
  Named named;
  if (step.which == Which::kNumber) {
    const auto number = constants_.integer(*step.index, place, "the number of a replica");
    if (!number || !state_.groups[path->group.value()].counted) return std::nullopt;
    if (!group.first) {
      report_replica_mismatch(state_.diagnostics, step.range, group);
      return std::nullopt;
    }
    if (!has_replica(group, *number)) {
      report_no_replica(state_.diagnostics, step.index->range, group, *number);
      return std::nullopt;
    }
    named.tasks.emplace_back(group.first_task + static_cast<std::uint32_t>(*number - *group.first));
  } else if (step.which == Which::kAll && !group.first) {
    report_replica_mismatch(state_.diagnostics, step.range, group);
    return std::nullopt;
  } else {  // without a number a replicated group is meant as a whole
    for (std::uint32_t offset = 0; offset < group.count; ++offset) {
      named.tasks.emplace_back(group.first_task + offset);
    }
  }
  if (path->steps.size() == 2 && !resolve_threads(*path, place, named)) return std::nullopt;
  return named;
}

bool ExpectationChecker::resolve_threads(const TaskPath& path, const ConstantPlace& place,
                                         Named& named) {
  const TaskShape* shape = state_.shape_of(path.group);
  if (shape == nullptr) return false;
  const PathStep& step = path.steps[1];
  const auto family = shape->families.find(step.name->text);
  if (family == shape->families.end()) {
    std::vector<std::string_view> legal;
    for (const auto& [name, index] : shape->families) legal.push_back(name);
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_thread, step.name->range,
                   fmt::format("`{}` has no thread", path.steps[0].name->text), step.name->text,
                   legal);
    return false;
  }
  named.family = family->second;
  named.declaration = &shape->body->threads[family->second];
  std::optional<std::int64_t> number;
  if (step.which == Which::kNumber) {
    number = constants_.integer(*step.index, place, "the number of a thread");
    if (!number) return false;
  }
  bool found = false;
  for (const kernel::TaskId id : named.tasks) {
    if (id.value() >= state_.result.tasks.size()) return false;  // after other mistakes
    const CheckedTask& task = state_.result.tasks[id.value()];
    const ThreadFamily& threads = task.families[family->second];
    if (threads.start == ThreadStart::kOnSpawn && number && *number >= 1) {
      named.threads.push_back(fmt::format("{}.{}[{}]", task.name, step.name->text, *number));
      found = true;
      continue;
    }
    for (std::uint32_t place_in_family = 0; place_in_family < threads.threads.size();
         ++place_in_family) {
      const bool meant = number ? threads.first && *number == *threads.first + place_in_family
                                : threads.start == ThreadStart::kAtBoot;
      if (!meant) continue;
      named.threads.push_back(
          fmt::format("{}.{}", task.name, threads.threads[place_in_family].name));
      named.thread = place_in_family;
      found = true;
    }
  }
  if (found) return true;
  state_.diagnostics
      .report(DiagnosticCode::wrong_replica, step.range,
              number ? fmt::format("there is no thread `{}[{}]`", step.name->text, *number)
                     : fmt::format("there can be several threads `{}`: say which", step.name->text))
      .with_secondary(named.declaration->name.range, "declared here");
  return false;
}

}  // namespace ipcsim::scenario
