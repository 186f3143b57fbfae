// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/term_resolver.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/expression_checker.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/proc_order.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

namespace {

struct TaskCount {
  std::string_view word;
  TermKind kind;
};

constexpr auto kTaskCounts =
    std::to_array<TaskCount>({{"connections", TermKind::kConnections},
                              {"ports", TermKind::kPorts},
                              {"listen_queue", TermKind::kListenQueue},
                              {"waiting_connects", TermKind::kWaitingConnects},
                              {"frames", TermKind::kFrames}});

struct DeviceWord {
  std::string_view word;
  TermKind term;
  StaticKind gives;
};

constexpr auto kDeviceWords =
    std::to_array<DeviceWord>({{"masked", TermKind::kDeviceMasked, StaticKind::kBoolean},
                               {"interrupts", TermKind::kDeviceInterrupts, StaticKind::kInteger},
                               {"events", TermKind::kDeviceEvents, StaticKind::kInteger}});

// Down from the last step to the first.
std::optional<std::vector<PathStep>> steps_of(const Expression& expression) {
  std::vector<PathStep> steps;
  PathStep step;
  step.range = expression.range;
  const Expression* at = &expression;
  for (;;) {
    const Expression* object = nullptr;
    if (const auto* name = at->as<NameExpression>()) {
      step.name = &name->name;
    } else if (const auto* member = at->as<MemberExpression>()) {
      step.name = &member->member;
      object = member->object.get();
    } else {
      if (step.which != Which::kUnsaid) return std::nullopt;
      if (const auto* index = at->as<IndexExpression>()) {
        step.which = Which::kNumber;
        step.index = index->index.get();
        at = index->object.get();
      } else if (const auto* all = at->as<AllReplicasExpression>()) {
        step.which = Which::kAll;
        at = all->object.get();
      } else {
        return std::nullopt;
      }
      continue;
    }
    steps.push_back(std::exchange(step, {}));
    if (object == nullptr) break;
    at = object;
    step.range = at->range;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

}  // namespace

std::optional<TaskPath> TermResolver::path_from_task(const Expression& expression) const {
  auto steps = steps_of(expression);
  if (!steps) return std::nullopt;
  TaskPath path;
  path.steps = std::move(*steps);
  if (!find_task(path)) return std::nullopt;
  return path;
}

bool TermResolver::find_task(TaskPath& path) const {
  const std::string_view name = path.steps.front().name->text;
  if (context_.scope != nullptr) {
    if (context_.scope->find(name) != nullptr) return false;
    if (const auto binding = context_.scope->find_binding(name)) {
      path.binding = binding;
      path.group = context_.scope->binding(*binding).group;
      return path.group.valid();
    }
  }
  SymbolIndex symbol = state_.symbols.use(context_.module, name);
  if (symbol.valid() && state_.symbols[symbol].kind == SymbolKind::kModule) {
    if (path.steps.size() < 2 || path.steps.front().which != Which::kUnsaid) return false;
    symbol = state_.symbols.find_in(state_.symbols[symbol].imported, path.steps[1].name->text);
    if (symbol.valid() && state_.symbols[symbol].kind == SymbolKind::kTask) {
      path.steps.erase(path.steps.begin());
      state_.symbols.mark_used(symbol);
    }
  }
  if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kTask) return false;
  path.group = GroupIndex(state_.symbols[symbol].index);
  return true;
}

bool TermResolver::allowed(const Expression& whole, Place place) {
  if (place.naming == Naming::kWholeRun) return true;
  state_.diagnostics
      .report(DiagnosticCode::term_outside_condition, whole.range,
              "what another thread does can only be named in a condition")
      .with_help(
          "conditions stand behind `expect` and `await`, and in the expectations at top "
          "level; code learns of others by IPC");
  return false;
}

StaticValue TermResolver::note(const Expression& whole, const Term& term, StaticKind kind) {
  ++count_;
  context_.resolutions.set(whole, term);
  return kind;
}

bool TermResolver::check_index(const Expression& index, std::optional<std::int64_t>& number) {
  const StaticValue value =
      expressions_.require(index, kIndex, StaticKind::kInteger, "the number of a replica");
  if (value.poisoned()) return false;
  number = value.integer;
  if (number || context_.scope != nullptr) return true;
  state_.diagnostics.report(DiagnosticCode::not_constant, index.range,
                            "at top level the number of a replica must be a constant");
  return false;
}

bool TermResolver::star(const PathStep& step, GroupIndex group,
                        std::optional<std::uint32_t> family) {
  if (stars_ == nullptr) {
    state_.diagnostics
        .report(DiagnosticCode::star_without_quantifier, step.range,
                "`[*]` needs a word for how many of them are meant")
        .with_help("`all …`, `any …` or `count(…)` around the condition");
    return false;
  }
  ++stars_->found;
  const bool fits = family ? !stars_->family || *stars_->family == std::pair(group, *family)
                           : !stars_->group.valid() || stars_->group == group;
  if (!fits) {
    state_.diagnostics
        .report(DiagnosticCode::star_without_quantifier, step.range,
                "one `all`, `any` or `count` goes over one kind of task or thread")
        .with_help("every `[*]` in it stands for the same replica");
    return false;
  }
  if (family) {
    stars_->family = std::pair(group, *family);
  } else {
    stars_->group = group;
  }
  return true;
}

bool TermResolver::select_task(const PathStep& step, Term& term) {
  const TaskGroup& group = state_.result.groups[term.group.value()];
  if (term.binding) {
    if (step.which == Which::kUnsaid) return true;
    state_.diagnostics.report(DiagnosticCode::wrong_replica, step.range,
                              fmt::format("`{}` stands for one task", step.name->text));
    return false;
  }
  if (group.first.has_value() != (step.which != Which::kUnsaid)) {
    report_replica_mismatch(state_.diagnostics, step.range, group);
    return false;
  }
  if (step.which == Which::kUnsaid) return true;
  if (step.which == Which::kAll) {
    term.task.kind = Selector::Kind::kAll;
    return star(step, term.group, {});
  }
  term.task = {Selector::Kind::kIndexed, step.index};
  std::optional<std::int64_t> number;
  if (!check_index(*step.index, number)) return false;
  if (!number || !state_.groups[term.group.value()].counted || has_replica(group, *number)) {
    return true;
  }
  report_no_replica(state_.diagnostics, step.index->range, group, *number);
  return false;
}

bool TermResolver::select_thread(const PathStep& step, Term& term) {
  const TaskShape& shape = *state_.shape_of(term.group);
  const ThreadDeclaration& thread = shape.body->threads[term.family];
  const bool several = thread.on_spawn || thread.replicas;
  if (several != (step.which != Which::kUnsaid)) {
    Diagnostic& diagnostic = state_.diagnostics.report(
        DiagnosticCode::wrong_replica, step.range,
        several ? fmt::format("there can be several threads `{}`: say which", step.name->text)
                : fmt::format("there is one thread `{}`, so it has no number", step.name->text));
    diagnostic.with_secondary(thread.name.range, "declared here");
    if (thread.on_spawn) {
      diagnostic.with_help(
          fmt::format("`{}[1]` is the one that is spawned first", step.name->text));
    }
    return false;
  }
  if (thread.on_spawn) {
    state_.spawn_watches.push_back(
        {step.range, state_.groups[term.group.value()].shape, term.family});
  }
  if (step.which == Which::kUnsaid) return true;
  if (step.which == Which::kAll) {
    term.thread.kind = Selector::Kind::kAll;
    return star(step, term.group, term.family);
  }
  term.thread = {Selector::Kind::kIndexed, step.index};
  std::optional<std::int64_t> number;
  if (!check_index(*step.index, number)) return false;
  if (thread.on_spawn && number && *number < 1) {
    state_.diagnostics.report(DiagnosticCode::wrong_replica, step.index->range,
                              "spawned threads are counted from 1");
    return false;
  }
  return true;
}

std::optional<Term> TermResolver::task_term(const TaskPath& path) {
  Term term;
  term.group = path.group;
  term.binding = path.binding;
  // A task of an unknown template: that was reported.
  if (state_.shape_of(path.group) == nullptr || !select_task(path.steps.front(), term)) {
    return std::nullopt;
  }
  return term;
}

std::optional<Term> TermResolver::thread_term(const TaskPath& path) {
  auto term = task_term(path);
  if (!term) return std::nullopt;
  const TaskShape& shape = *state_.shape_of(path.group);
  const PathStep& step = path.steps[1];
  const auto family = shape.families.find(step.name->text);
  if (family == shape.families.end()) {
    std::vector<std::string_view> legal;
    for (const auto& [name, index] : shape.families) legal.push_back(name);
    if (path.steps.size() == 2) {
      for (const TaskCount& count : kTaskCounts) legal.push_back(count.word);
    }
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_thread, step.name->range,
                   fmt::format("`{}` has no thread", path.steps.front().name->text),
                   step.name->text, legal);
    return std::nullopt;
  }
  term->family = family->second;
  if (!select_thread(step, *term)) return std::nullopt;
  return term;
}

StaticValue TermResolver::value_of(const Expression& whole, const TaskPath& path, Place place) {
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  if (path.steps.size() == 2) return about_task(whole, path);
  const auto term = thread_term(path);
  return term ? about_variable(whole, path, *term) : StaticValue(StaticKind::kPoisoned);
}

StaticValue TermResolver::fault_queue(const Expression& whole, Place place) {
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  Term term;
  term.kind = TermKind::kFaultQueue;
  return note(whole, term, StaticKind::kInteger);
}

StaticValue TermResolver::about_task(const Expression& whole, const TaskPath& path) {
  const PathStep& step = path.steps[1];
  const auto count =
      std::find_if(kTaskCounts.begin(), kTaskCounts.end(),
                   [&](const TaskCount& one) { return one.word == step.name->text; });
  if (count != kTaskCounts.end() && step.which == Which::kUnsaid) {
    auto term = task_term(path);
    if (!term) return StaticKind::kPoisoned;
    term->kind = count->kind;
    return note(whole, *term, StaticKind::kInteger);
  }
  const auto term = thread_term(path);
  return term ? incomplete(whole) : StaticValue(StaticKind::kPoisoned);
}

StaticValue TermResolver::incomplete(const Expression& whole) {
  state_.diagnostics.report(DiagnosticCode::incomplete_term, whole.range, "what of this thread?")
      .with_help("`T.t ended`, `T.t is polling`, `T.t passed MARK`, or `T.t.x` for its variable x");
  return StaticKind::kPoisoned;
}

StaticValue TermResolver::about_variable(const Expression& whole, const TaskPath& path, Term term) {
  TaskShape& shape = *state_.shape_of(path.group);
  BodyOutline& outline = shape.threads[term.family];
  const Name& variable = *path.steps[2].name;
  const auto slot = outline.slot_of(variable.text);
  if (!slot) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_variable, variable.range,
                   fmt::format("thread `{}.{}` has no variable", path.steps[0].name->text,
                               path.steps[1].name->text),
                   variable.text, outline.variables);
    return StaticKind::kPoisoned;
  }
  outline.watched.insert(variable.text);
  term.slot = *slot;
  const PathStep* odd = nullptr;
  for (const PathStep& step : path.steps) {
    if (&step > &path.steps[1] && step.which != Which::kUnsaid) odd = &step;
  }
  if (path.steps.size() == 3 && odd == nullptr) {
    term.kind = TermKind::kVariable;
    return note(whole, term, StaticKind::kUnknown);
  }
  std::string_view bit;
  if (path.steps.size() == 4) bit = path.steps[3].name->text;
  if (odd != nullptr || (bit != "signaled" && bit != "closed")) {
    state_.diagnostics
        .report(DiagnosticCode::incomplete_term, whole.range,
                "a condition cannot look into a variable")
        .with_help("of a descriptor fd, `T.t.fd.signaled` and `T.t.fd.closed` can be named");
    return StaticKind::kPoisoned;
  }
  term.kind = bit == "signaled" ? TermKind::kSignaled : TermKind::kClosed;
  return note(whole, term, StaticKind::kBoolean);
}

StaticValue TermResolver::ended(const Expression& whole, const Expression& subject,
                                EndReason reason, Place place) {
  const auto path = path_from_task(subject);
  if (!path || path->steps.size() > 2) {
    return not_a_subject(subject, place, "a task or thread", "ends");
  }
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  const bool task = path->steps.size() == 1;
  auto term = task ? task_term(*path) : thread_term(*path);
  if (!term) return StaticKind::kPoisoned;
  term->kind = task ? TermKind::kTaskEnded : TermKind::kThreadEnded;
  term->reason = reason;
  return note(whole, *term, StaticKind::kBoolean);
}

StaticValue TermResolver::not_a_subject(const Expression& subject, Place place,
                                        std::string_view what, std::string_view does) {
  const StaticValue value = expressions_.check(subject, place);
  if (!value.poisoned()) {
    state_.diagnostics.report(DiagnosticCode::wrong_kind, subject.range,
                              fmt::format("only {} {}", what, does));
  }
  return StaticKind::kPoisoned;
}

StaticValue TermResolver::passed(const Expression& whole, const Expression& subject,
                                 const Name& mark, Place place) {
  const auto path = path_from_task(subject);
  if (!path || path->steps.size() != 2) {
    return not_a_subject(subject, place, "a thread `T.t`", "passes a mark");
  }
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  auto term = thread_term(*path);
  if (!term || mark.text.empty()) return StaticKind::kPoisoned;
  std::vector<std::string_view> marks = marks_of(*term);
  if (std::find(marks.begin(), marks.end(), mark.text) == marks.end()) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_mark, mark.range,
                   fmt::format("thread `{}.{}` has no mark", path->steps[0].name->text,
                               path->steps[1].name->text),
                   mark.text, marks);
    return StaticKind::kPoisoned;
  }
  state_.marks_used.insert(mark.text);
  term->kind = TermKind::kPassed;
  term->mark = state_.marks.at(mark.text);
  return note(whole, *term, StaticKind::kBoolean);
}

// Those of its body and of the procs it calls.
std::vector<std::string_view> TermResolver::marks_of(const Term& term) const {
  const TaskShape& shape = *state_.shape_of(term.group);
  const BodyOutline& outline = shape.threads[term.family];
  std::vector<std::string_view> marks;
  for (const auto& [name, range] : outline.marks) marks.push_back(name);
  std::vector<std::uint32_t> open = procs_called(state_, outline, shape.module);
  std::set<std::uint32_t> seen(open.begin(), open.end());
  while (!open.empty()) {
    const ProcState& proc = state_.procs[open.back()];
    open.pop_back();
    for (const auto& [name, range] : proc.outline.marks) marks.push_back(name);
    for (const std::uint32_t callee : proc.callees) {
      if (seen.insert(callee).second) open.push_back(callee);
    }
  }
  return marks;
}

StaticValue TermResolver::run_state(const Expression& whole, const TaskPath& path,
                                    const Name& state, Place place) {
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  auto term = thread_term(path);
  if (!term || state.text.empty()) return StaticKind::kPoisoned;
  const auto found = kernel::find_run_state(state.text);
  if (!found) {
    std::vector<std::string_view> legal;
    for (unsigned index = 0; index <= static_cast<unsigned>(kernel::RunState::kEnded); ++index) {
      legal.push_back(kernel::name_of(static_cast<kernel::RunState>(index)));
    }
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_run_state, state.range,
                   "there is no run state", state.text, legal);
    return StaticKind::kPoisoned;
  }
  term->kind = TermKind::kRunState;
  term->state = *found;
  return note(whole, *term, StaticKind::kBoolean);
}

StaticValue TermResolver::about_device(const Expression& whole, kernel::DeviceId device,
                                       const Name& what, Place place) {
  if (!allowed(whole, place) || what.text.empty()) return StaticKind::kPoisoned;
  const auto found = std::find_if(kDeviceWords.begin(), kDeviceWords.end(),
                                  [&](const DeviceWord& one) { return one.word == what.text; });
  if (found == kDeviceWords.end()) {
    std::vector<std::string_view> legal;
    for (const DeviceWord& one : kDeviceWords) legal.push_back(one.word);
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_device_term, what.range,
                   "a device has no", what.text, legal);
    return StaticKind::kPoisoned;
  }
  Term term;
  term.kind = found->term;
  term.device = device;
  return note(whole, term, found->gives);
}

StaticValue TermResolver::quantified(const Expression& whole, const QuantifiedCondition& condition,
                                     Place place) {
  if (!allowed(whole, place)) return StaticKind::kPoisoned;
  if (stars_ != nullptr) {
    state_.diagnostics.report(DiagnosticCode::star_without_quantifier, whole.range,
                              "`all`, `any` and `count` cannot stand in each other");
    return StaticKind::kPoisoned;
  }
  Stars stars;
  stars_ = &stars;
  const StaticValue value =
      expressions_.require(*condition.condition, place, StaticKind::kBoolean, "a condition");
  stars_ = nullptr;
  if (value.poisoned()) return StaticKind::kPoisoned;
  if (stars.found == 0) {
    state_.diagnostics
        .report(DiagnosticCode::star_without_quantifier, whole.range,
                "this goes over nothing: there is no `[*]` in it")
        .with_help("as in `all client[*].main ended`");
    return StaticKind::kPoisoned;
  }
  const bool counts = condition.quantifier == Quantifier::kCount;
  return counts ? StaticKind::kInteger : StaticKind::kBoolean;
}

}  // namespace ipcsim::scenario
