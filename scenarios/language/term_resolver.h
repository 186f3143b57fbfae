// SPDX-License-Identifier: BSD-2-Clause
// TermResolver: what conditions name of the run: `T.t.x`, `T ended`, `T.t is polling`, `T.ports`,
// `DEVICE.masked`. A path leads from a task by its thread to what is looked at; `[…]` says which of
// several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/body_context.h"
#include "scenarios/language/static_kind.h"

namespace ipcsim::scenario {

class ExpressionChecker;

enum class Which : std::uint8_t { kUnsaid, kNumber, kAll };  // nothing, `[…]`, `[*]`

struct PathStep {
  const Name* name = nullptr;
  Which which = Which::kUnsaid;
  const Expression* index = nullptr;  // of kNumber
  SourceRange range;                  // from the path's beginning to the end of this step
};

struct TaskPath {
  GroupIndex group;
  std::optional<std::uint32_t> binding;  // the task is what this binding stands for
  std::vector<PathStep> steps;           // the first is the task
};

class TermResolver {
 public:
  TermResolver(const BodyContext& context, ExpressionChecker& expressions)
      : context_(context), state_(context.state), expressions_(expressions) {}

  // The path, when the expression is one and begins with a task.
  std::optional<TaskPath> path_from_task(const Expression& expression) const;

  // Each notes the term at `whole`. `whole` is the path itself, or what says something about it.
  StaticValue value_of(const Expression& whole, const TaskPath& path, Place place);
  StaticValue fault_queue(const Expression& whole, Place place);
  StaticValue ended(const Expression& whole, const Expression& subject, EndReason reason,
                    Place place);
  StaticValue passed(const Expression& whole, const Expression& subject, const Name& mark,
                     Place place);
  StaticValue run_state(const Expression& whole, const TaskPath& path, const Name& state,
                        Place place);
  StaticValue about_device(const Expression& whole, kernel::DeviceId device, const Name& what,
                           Place place);
  StaticValue quantified(const Expression& whole, const QuantifiedCondition& condition,
                         Place place);

  std::size_t count() const { return count_; }

 private:
  // What `[*]` stands for in the quantified condition being checked.
  struct Stars {
    std::size_t found = 0;
    GroupIndex group;
    std::optional<std::pair<GroupIndex, std::uint32_t>> family;
  };

  bool find_task(TaskPath& path) const;
  bool allowed(const Expression& whole, Place place);
  std::optional<Term> task_term(const TaskPath& path);
  std::optional<Term> thread_term(const TaskPath& path);
  bool select_task(const PathStep& step, Term& term);
  bool select_thread(const PathStep& step, Term& term);
  bool check_index(const Expression& index, std::optional<std::int64_t>& number);
  bool star(const PathStep& step, GroupIndex group, std::optional<std::uint32_t> family);
  StaticValue about_task(const Expression& whole, const TaskPath& path);
  StaticValue about_variable(const Expression& whole, const TaskPath& path, Term term);
  StaticValue note(const Expression& whole, const Term& term, StaticKind kind);
  StaticValue incomplete(const Expression& whole);
  StaticValue not_a_subject(const Expression& subject, Place place, std::string_view what,
                            std::string_view does);
  std::vector<std::string_view> marks_of(const Term& term) const;

  const BodyContext& context_;
  CheckState& state_;
  ExpressionChecker& expressions_;
  Stars* stars_ = nullptr;  // null outside of a quantified condition
  std::size_t count_ = 0;
};

}  // namespace ipcsim::scenario
