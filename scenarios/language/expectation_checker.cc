// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/expectation_checker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/configuration_checker.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/not_offered.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

}  // namespace

void ExpectationChecker::check() {
  for (const ModuleIndex module : state_.modules.imports_first()) {
    for (const Declaration& one : state_.modules[module].tree.declarations) {
      declaration(module, one);
    }
  }
  for (const CheckedDevice& device : state_.result.machine.devices) {
    if (device.after != nullptr) condition(Modules::kMain, *device.after);
  }
  report_never_judged();
}

void ExpectationChecker::declaration(ModuleIndex module, const Declaration& one) {
  if (const auto* run = one.as<RunExpectationDeclaration>()) {
    run_expectation(module, *run, one.range);
  } else if (const auto* schedules = one.as<ScheduleExpectationDeclaration>()) {
    schedule_expectation(module, *schedules, one.range);
  } else if (const auto* observed = one.as<OutcomesDeclaration>()) {
    outcomes(module, *observed, one.range);
  } else if (const auto* silenced = one.as<AllowDeclaration>()) {
    allow(module, *silenced, one.range);
  } else if (const auto* injected = one.as<InjectDeclaration>()) {
    inject(module, *injected, one.range);
  } else if (const auto* shared = one.as<MemoryDeclaration>()) {
    memory(module, *shared);
  } else if (one.as<ExpectFindingDeclaration>() || one.as<ScheduleDeclaration>()) {
    if (!state_.is_main(module)) {
      state_.diagnostics
          .report(DiagnosticCode::configured_in_import, one.range,
                  "only the file that is run says what is found in it, and in which order")
          .with_help("`expect_finding` and `schedule` do not stand in an imported file");
    } else if (const auto* found = one.as<ExpectFindingDeclaration>()) {
      expect_finding(module, *found, one.range);
    } else {
      schedule(*one.as<ScheduleDeclaration>(), one.range);
    }
  }
}

// Whether the condition can be judged; reports one that names nothing of the run.
bool ExpectationChecker::condition(ModuleIndex module, const Expression& condition) {
  const BodyContext context{state_,  constants_, module, state_.result.expectations.resolutions,
                            nullptr, {}};
  ExpressionChecker expressions(context);
  const StaticValue value = expressions.require_condition(condition, kCondition);
  if (value.poisoned()) return false;
  if (expressions.terms() != 0) return true;
  state_.diagnostics
      .report(DiagnosticCode::never_judged, condition.range,
              "this is never judged: it names nothing of the run")
      .with_help("name what a task or thread does: `T.t.x`, `T ended`, `T.t passed MARK`");
  return false;
}

void ExpectationChecker::run_expectation(ModuleIndex module, const RunExpectationDeclaration& node,
                                         SourceRange range) {
  CheckedRunExpectation checked{node.kind, node.condition.get(), {}, node.judged, range};
  condition(module, *node.condition);
  if (node.within) {
    const auto within = constants_.integer(*node.within, {module, {}}, "a deadline", {0, kLargest});
    if (within) checked.within = static_cast<Cycles>(*within);
  }
  state_.result.expectations.run.push_back(checked);
}

void ExpectationChecker::schedule_expectation(ModuleIndex module,
                                              const ScheduleExpectationDeclaration& node,
                                              SourceRange range) {
  condition(module, *node.condition);
  state_.result.expectations.schedules.push_back({node.kind, node.condition.get(), range});
}

void ExpectationChecker::outcomes(ModuleIndex module, const OutcomesDeclaration& node,
                                  SourceRange range) {
  const BodyContext context{state_,  constants_, module, state_.result.expectations.resolutions,
                            nullptr, {}};
  CheckedOutcomes checked;
  checked.range = range;
  for (const ExpressionPtr& observed : node.observed) {
    ExpressionChecker expressions(context);
    const StaticValue value = expressions.value(*observed, kCondition);
    if (!value.poisoned() && expressions.terms() == 0) {
      state_.diagnostics.report(DiagnosticCode::never_judged, observed->range,
                                "this is never judged: it names nothing of the run");
    }
    checked.observed.push_back(observed.get());
  }
  for (const OutcomeRow& row : node.rows) {
    if (row.values.size() != node.observed.size()) {
      state_.diagnostics
          .report(DiagnosticCode::outcome_row, row.range,
                  fmt::format("this row has {} value{}, but {} {} observed", row.values.size(),
                              row.values.size() == 1 ? "" : "s", node.observed.size(),
                              node.observed.size() == 1 ? "is" : "are"))
          .with_secondary(span(node.observed.front()->range, node.observed.back()->range),
                          "observed here");
      continue;
    }
    std::vector<ConstantValue>& values = checked.rows.emplace_back();
    for (const ExpressionPtr& value : row.values) {
      const auto constant = constants_.evaluate(*value, {module, {}});
      if (constant) values.push_back(*constant);
    }
  }
  state_.result.expectations.outcomes.push_back(std::move(checked));
}

std::optional<FindingName> ExpectationChecker::finding(const Name& name) {
  if (name.text.empty()) return std::nullopt;
  if (report_not_offered(state_.diagnostics, name.range, name.text)) {
    return std::nullopt;
  }
  const auto found = find_finding(name.text);
  if (!found) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_finding, name.range,
                   "there is no finding", name.text, names_of(finding_descriptions()));
  }
  return found;
}

void ExpectationChecker::allow(ModuleIndex module, const AllowDeclaration& node,
                               SourceRange range) {
  const auto name = finding(node.finding);
  CheckedAllow checked;
  checked.range = range;
  if (node.task) {
    const auto named = resolve(module, *node.task);
    if (!named) return;
    if (!named->threads.empty()) {
      state_.diagnostics.report(DiagnosticCode::wrong_kind, node.task->range,
                                "a finding is allowed in a task, this is a thread");
      return;
    }
    checked.tasks = named->tasks;
  }
  if (!name) return;
  checked.finding = *name;
  state_.result.expectations.allowed.push_back(std::move(checked));
}

void ExpectationChecker::expect_finding(ModuleIndex module, const ExpectFindingDeclaration& node,
                                        SourceRange range) {
  CheckedExpectFinding checked;
  checked.range = range;
  checked.verb = node.verb;
  for (const Name& name : node.findings) {
    if (const auto found = finding(name)) checked.findings.push_back(*found);
  }
  for (const ExpressionPtr& thread : node.threads) {
    const auto named = resolve(module, *thread);
    if (!named) continue;
    if (named->threads.empty()) {
      state_.diagnostics
          .report(DiagnosticCode::wrong_kind, thread->range,
                  "a finding is in a thread, this is a task")
          .with_help("name a thread of it: `T.t`");
    }
    checked.threads.insert(checked.threads.end(), named->threads.begin(), named->threads.end());
  }
  with(node, checked);
  finding_bounds(node, checked);
  state_.result.expectations.findings.push_back(std::move(checked));
}

void ExpectationChecker::with(const ExpectFindingDeclaration& node, CheckedExpectFinding& checked) {
  if (const auto* broken = std::get_if<WithDefect>(&node.with)) {
    const auto defect = find_defect(broken->defect.text);
    if (!defect) {
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_defect, broken->defect.range,
                     "there is no defect", broken->defect.text, names_of(kernel::defects()));
      return;
    }
    checked.with = *defect;
    checked.in_force = state_.result.kernel.has(*defect);
  } else if (const auto* chosen = std::get_if<WithPolicy>(&node.with)) {
    const auto policy = find_policy(chosen->policy.text);
    if (!policy) {
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy, chosen->policy.range,
                     "there is no policy", chosen->policy.text, names_of(kernel::policies()));
      return;
    }
    const auto values = names_of(kernel::policy_values(*policy));
    if (std::find(values.begin(), values.end(), chosen->value.text) == values.end()) {
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy_value, chosen->value.range,
                     fmt::format("policy `{}` has no value", chosen->policy.text),
                     chosen->value.text, values);
      return;
    }
    checked.with = PolicyChoice{*policy, chosen->value.text};
    checked.in_force = state_.result.kernel.value_of(*policy) == chosen->value.text;
  }
}

void ExpectationChecker::finding_bounds(const ExpectFindingDeclaration& node,
                                        CheckedExpectFinding& checked) {
  const auto misplaced = [&](const Expression& clause, std::string_view what) {
    state_.diagnostics.report(DiagnosticCode::misplaced_clause, clause.range,
                              fmt::format("{}", what));
  };
  if (node.within_runs) {
    const auto runs =
        constants_.integer(*node.within_runs, kMainFile, "a number of runs", {1, kLargest});
    if (runs) checked.within_runs = static_cast<std::uint64_t>(*runs);
    if (node.verb != FindingVerb::kFuzz) {
      misplaced(*node.within_runs, "only `fuzz` makes a number of runs that can be bounded");
    }
  }
  if (node.shrinks_to) {
    const auto deviations =
        constants_.integer(*node.shrinks_to, kMainFile, "a number of deviations", {0, kLargest});
    if (deviations) checked.shrinks_to = static_cast<std::uint64_t>(*deviations);
    if (node.verb == FindingVerb::kRun) {
      misplaced(*node.shrinks_to, "`run` has one schedule, without deviations to shrink");
    }
  }
  if (!node.window) return;
  const auto first =
      constants_.integer(*node.window->first, kMainFile, "a delay in cycles", {0, kLargest});
  const auto last =
      constants_.integer(*node.window->last, kMainFile, "a delay in cycles", {0, kLargest});
  if (node.verb == FindingVerb::kRun) {
    misplaced(*node.window->first, "`run` has one schedule, without delays");
  }
  if (!first || !last) return;
  if (*first > *last) report_empty_range(state_.diagnostics, *node.window, *first, *last);
  checked.window = std::pair(static_cast<Cycles>(*first), static_cast<Cycles>(*last));
}

void ExpectationChecker::inject(ModuleIndex module, const InjectDeclaration& node,
                                SourceRange range) {
  Injection injection;
  injection.range = range;
  if (const auto* kill = std::get_if<InjectKill>(&node.node)) {
    if (kill->at) {
      const auto at = constants_.integer(*kill->at, {module, {}}, "a cycle", {0, kLargest});
      if (at) injection.at = static_cast<Cycle>(*at);
    }
    const auto named = resolve(module, *kill->target);
    if (!named) return;
    if (named->tasks.size() > 1 || named->threads.size() > 1) {
      state_.diagnostics.report(DiagnosticCode::wrong_replica, kill->target->range,
                                "one task or thread is killed at a time: say which");
      return;
    }
    if (named->declaration != nullptr && named->declaration->on_spawn) {
      state_.diagnostics
          .report(DiagnosticCode::thread_form, kill->target->range,
                  "only a thread that starts with its task can be killed from outside")
          .with_secondary(named->declaration->name.range, "this one starts when it is spawned");
      return;
    }
    injection.kind =
        named->threads.empty() ? Injection::Kind::kKillTask : Injection::Kind::kKillThread;
    injection.task = named->tasks.front();
    injection.family = named->family;
    injection.thread = named->thread;
  } else if (const auto* wakeup = std::get_if<InjectSpuriousWakeup>(&node.node)) {
    const auto task = one_task(module, *wakeup->task);
    if (!task) return;
    injection.kind = Injection::Kind::kSpuriousWakeup;
    injection.task = *task;
  } else if (const auto* interrupt = std::get_if<InjectSpuriousInterrupt>(&node.node)) {
    if (interrupt->at) {
      const auto at = constants_.integer(*interrupt->at, {module, {}}, "a cycle", {0, kLargest});
      if (at) injection.at = static_cast<Cycle>(*at);
    }
    const auto device = one_device(module, *interrupt->device);
    if (!device) return;
    injection.kind = Injection::Kind::kSpuriousInterrupt;
    injection.device = *device;
  } else if (const auto* exhaust = std::get_if<InjectExhaust>(&node.node)) {
    const auto task = one_task(module, *exhaust->task);
    const auto limits = names_of(kernel::limit_names());
    const auto limit = std::find(limits.begin(), limits.end(), exhaust->limit.text);
    if (limit == limits.end()) {
      const Name& name = exhaust->limit;
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_limit, name.range,
                     "there is no limit", name.text, limits);
      return;
    }
    if (!task) return;
    injection.kind = Injection::Kind::kExhaust;
    injection.task = *task;
    injection.limit = static_cast<kernel::LimitName>(limit - limits.begin());
  }
  state_.result.injections.push_back(injection);
}

void ExpectationChecker::memory(ModuleIndex module, const MemoryDeclaration& node) {
  CheckedMemory memory;
  for (const ExpressionPtr& owner : node.owners) {
    const auto task = one_task(module, *owner);
    if (!task) return;
    const auto& owners = memory.owners;
    if (std::find(owners.begin(), owners.end(), *task) != owners.end()) {
      state_.diagnostics.report(DiagnosticCode::duplicate_setting, owner->range,
                                "this task has the memory already");
      return;
    }
    memory.owners.push_back(*task);
  }
  const auto pages = constants_.memory_pages(node, {module, {}});
  const auto address = constants_.value_of(state_.symbols.find(module, node.name.text));
  const auto* number = address ? std::get_if<std::int64_t>(&*address) : nullptr;
  if (!pages || number == nullptr) return;
  memory.address = static_cast<std::uint64_t>(*number);
  memory.pages = *pages;
  state_.result.memories.push_back(std::move(memory));
}

std::optional<kernel::TaskId> ExpectationChecker::one_task(ModuleIndex module,
                                                           const Expression& expression) {
  const auto value = constants_.evaluate(expression, {module, {}});
  if (!value) return std::nullopt;
  if (const auto* task = std::get_if<kernel::TaskId>(&*value)) return *task;
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, expression.range,
      fmt::format("expected a task, found {}", describe(static_value(*value).kind)));
  return std::nullopt;
}

std::optional<kernel::DeviceId> ExpectationChecker::one_device(ModuleIndex module,
                                                               const Expression& expression) {
  const auto value = constants_.evaluate(expression, {module, {}});
  if (!value) return std::nullopt;
  if (const auto* device = std::get_if<kernel::DeviceId>(&*value)) return *device;
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, expression.range,
      fmt::format("expected a device, found {}", describe(static_value(*value).kind)));
  return std::nullopt;
}

void ExpectationChecker::schedule(const ScheduleDeclaration& node, SourceRange range) {
  if (schedule_) {
    state_.diagnostics
        .report(DiagnosticCode::duplicate_setting, range, "there is a schedule already")
        .with_secondary(*schedule_, "first given here");
    return;
  }
  schedule_ = range;
  state_.result.schedule = &node;
}

// An expectation about a thread that never exists, or about a finding that is silenced.
void ExpectationChecker::report_never_judged() {
  for (const SpawnWatch& watch : state_.spawn_watches) {
    const TaskShape& shape = state_.shapes[watch.shape];
    if (shape.spawned.contains(watch.family)) continue;
    const ThreadDeclaration& thread = shape.body->threads[watch.family];
    state_.diagnostics
        .report(DiagnosticCode::never_judged, watch.range,
                fmt::format("this is never judged: nobody spawns `{}`", thread.name.text))
        .with_secondary(thread.name.range, "declared here");
  }
  const CheckedExpectations& expectations = state_.result.expectations;
  for (const CheckedExpectFinding& expected : expectations.findings) {
    const CheckedAllow* silencer = nullptr;
    for (const CheckedAllow& allowed : expectations.allowed) {
      const bool same = expected.findings.size() == 1 && expected.findings[0] == allowed.finding;
      if (same && allowed.tasks.empty()) silencer = &allowed;
    }
    if (silencer == nullptr) continue;
    state_.diagnostics
        .report(DiagnosticCode::never_judged, expected.range,
                "this is never judged: the finding is allowed, so it is not reported")
        .with_secondary(silencer->range, "allowed here");
  }
}

}  // namespace ipcsim::scenario
