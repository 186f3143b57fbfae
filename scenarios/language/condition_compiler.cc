// SPDX-License-Identifier: BSD-2-Clause
// The part of ExpressionCompiler that compiles what conditions see of the run: terms, and all, any
// and count over replicas.
#include <utility>

#include "scenarios/language/expression_compiler.h"
#include "scenarios/language/tree_walk.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {
namespace {

EndedBy ended_by(EndReason reason) {
  switch (reason) {
    case EndReason::kAny:
      return EndedBy::kAny;
    case EndReason::kExit:
      return EndedBy::kExit;
    case EndReason::kKill:
      return EndedBy::kKill;
    case EndReason::kUnhandledFault:
      return EndedBy::kUnhandledFault;
  }
  return EndedBy::kAny;
}

// Finds the first term with a certain `[*]`, not counting those of a quantifier further in.
class StarFinder final : public TreeVisitor {
 public:
  StarFinder(const Resolutions& resolutions, bool (*starred)(const Term&))
      : resolutions_(resolutions), starred_(starred) {}

  const Term* found() const { return found_; }

  void expression(const Expression& expression) override {
    const SourceRange range = expression.range;
    const bool is_inner =
        inner_.has_place() && range.begin >= inner_.begin && range.end <= inner_.end;
    if (found_ != nullptr || is_inner) return;
    if (expression.as<QuantifiedCondition>() != nullptr) inner_ = range;
    const auto* const term = resolutions_.find_as<Term>(expression);
    if (term != nullptr && starred_(*term)) found_ = term;
  }

 private:
  const Resolutions& resolutions_;
  bool (*starred_)(const Term&);
  const Term* found_ = nullptr;
  SourceRange inner_;
};

class TermFinder final : public TreeVisitor {
 public:
  explicit TermFinder(const Resolutions& resolutions) : resolutions_(resolutions) {}

  bool found() const { return found_; }
  void expression(const Expression& expression) override {
    found_ = found_ || resolutions_.find_as<Term>(expression) != nullptr;
  }

 private:
  const Resolutions& resolutions_;
  bool found_ = false;
};

bool stars_task(const Term& term) { return term.task.kind == Selector::Kind::kAll; }
bool stars_thread(const Term& term) { return term.thread.kind == Selector::Kind::kAll; }

}  // namespace

bool ExpressionCompiler::sees_run(const Expression& condition) const {
  TermFinder finder(body_.resolutions);
  walk(condition, finder);
  return finder.found();
}

void ExpressionCompiler::term_into(const Term& term, Register target) {
  const TemporaryScope scope(code_);
  switch (term.kind) {
    case TermKind::kFaultQueue:
      code_.emit(Opcode::k_fault_queue, target);
      return;
    case TermKind::kConnections:
    case TermKind::kFrames:
    case TermKind::kPorts:
    case TermKind::kListenQueue:
    case TermKind::kWaitingConnects:
    case TermKind::kTaskEnded:
      task_term_into(term, target);
      return;
    case TermKind::kDeviceMasked:
      code_.emit(Opcode::k_device_masked, target, term.device.value());
      return;
    case TermKind::kDeviceInterrupts:
      code_.emit(Opcode::k_device_interrupts, target, term.device.value());
      return;
    case TermKind::kDeviceEvents:
      code_.emit(Opcode::k_device_events, target, term.device.value());
      return;
    default:
      break;
  }
  const Register subject = subject_of(term);
  switch (term.kind) {
    case TermKind::kVariable:
      code_.emit(Opcode::k_variable_of, target, subject, variable_register(term));
      return;
    case TermKind::kSignaled:
    case TermKind::kClosed: {
      const Register fd = code_.allocate();
      code_.emit(Opcode::k_variable_of, fd, subject, variable_register(term));
      const bool is_signaled = term.kind == TermKind::kSignaled;
      code_.emit(is_signaled ? Opcode::k_end_signaled : Opcode::k_end_closed, target, subject, fd);
      return;
    }
    case TermKind::kThreadEnded:
      code_.emit(Opcode::k_thread_ended, target, subject,
                 static_cast<std::uint32_t>(ended_by(term.reason)));
      return;
    case TermKind::kRunState:
      code_.emit(Opcode::k_thread_is, target, subject, static_cast<std::uint32_t>(term.state));
      return;
    case TermKind::kPassed:
      code_.emit(Opcode::k_thread_passed, target, subject, term.mark.value());
      return;
    default:
      SIM_CHECK(false, "terms about tasks and devices have code of their own");
  }
}

void ExpressionCompiler::task_term_into(const Term& term, Register target) {
  const Register task = task_of(term);
  switch (term.kind) {
    case TermKind::kConnections:
      code_.emit(Opcode::k_connections_of, target, task);
      return;
    case TermKind::kPorts:
      code_.emit(Opcode::k_ports_of, target, task);
      return;
    case TermKind::kListenQueue:
      code_.emit(Opcode::k_listen_queue_of, target, task);
      return;
    case TermKind::kWaitingConnects:
      code_.emit(Opcode::k_waiting_connects_of, target, task);
      return;
    case TermKind::kFrames:
      code_.emit(Opcode::k_frames_of, target, task);
      return;
    default:
      code_.emit(Opcode::k_task_ended, target, task,
                 static_cast<std::uint32_t>(ended_by(term.reason)));
  }
}

// The variable that a term names, in the frame of the thread's own body.
std::uint32_t ExpressionCompiler::variable_register(const Term& term) const {
  const TaskGroup& group = body_.scenario.groups[term.group.value()];
  const CheckedTask& task = body_.scenario.tasks[group.first_task];
  const BodyIndex body = task.families[term.family].body;
  return static_cast<std::uint32_t>(body_.scenario.bodies[body.value()].bindings.size()) +
         term.slot;
}

Register ExpressionCompiler::task_of(const Term& term) {
  if (term.binding.has_value()) return static_cast<Register>(*term.binding);
  if (term.task.kind == Selector::Kind::kAll) {
    SIM_CHECK(!walks_.empty(), "`[*]` stands inside all, any or count");
    return walks_.back().task;
  }
  const Register task = code_.allocate();
  const Expression* const index =
      term.task.kind == Selector::Kind::kIndexed ? term.task.index : nullptr;
  task_into({term.group, index}, task);
  return task;
}

Register ExpressionCompiler::subject_of(const Term& term) {
  const Register task = task_of(term);
  const Register subject = code_.allocate();
  switch (term.thread.kind) {
    case Selector::Kind::kOnly:
      code_.load(subject, Value());
      break;
    case Selector::Kind::kIndexed:
      value_into(*term.thread.index, subject);
      break;
    case Selector::Kind::kAll:
      SIM_CHECK(!walks_.empty(), "`[*]` stands inside all, any or count");
      code_.move(subject, walks_.back().number);
      break;
  }
  code_.emit(Opcode::k_subject_of, subject, task, term.family);
  return subject;
}

const Term* ExpressionCompiler::find_starred(const Expression& condition,
                                             bool (*starred)(const Term&)) const {
  StarFinder finder(body_.resolutions, starred);
  walk(condition, finder);
  return finder.found();
}

// One walk over the replicas of a task, in it one over the threads of a family, in it the
// condition; each only where a `[*]` asks for it.
void ExpressionCompiler::quantified_into(const QuantifiedCondition& node, Register target) {
  const TemporaryScope scope(code_);
  std::vector<Judgement::Term>* const terms = std::exchange(terms_, nullptr);
  std::vector<std::uint32_t> exits = std::exchange(walk_exits_, {});
  walks_.push_back({code_.allocate(), code_.allocate()});
  const Register result = code_.allocate();
  code_.load(result, node.quantifier == Quantifier::kCount
                         ? Value::integer(0)
                         : Value::boolean(node.quantifier == Quantifier::kAll));
  walk_tasks(node, result);
  for (const std::uint32_t jump : walk_exits_) code_.patch(jump);
  code_.move(target, result);
  walks_.pop_back();
  walk_exits_ = std::move(exits);
  terms_ = terms;
}

void ExpressionCompiler::walk_tasks(const QuantifiedCondition& node, Register result) {
  const Term* const starred = find_starred(*node.condition, stars_task);
  if (starred == nullptr) {
    walk_threads(node, result);
    return;
  }
  const TaskGroup& group = body_.scenario.groups[starred->group.value()];
  const std::int64_t first = group.first.value_or(0);
  const Register number = code_.allocate();
  const Register last = code_.allocate();
  code_.load(number, Value::integer(first));
  code_.load(last, Value::integer(first + std::int64_t{group.count} - 1));
  const std::uint32_t begin = code_.here();
  code_.emit(Opcode::k_task_of_group, walks_.back().task, number, starred->group.value());
  walk_threads(node, result);
  code_.emit(Opcode::k_count_up, number, last);
  code_.emit_jump_to(begin);
}

void ExpressionCompiler::walk_threads(const QuantifiedCondition& node, Register result) {
  const Term* const starred = find_starred(*node.condition, stars_thread);
  if (starred == nullptr) {
    accumulate(node, result);
    return;
  }
  const TaskGroup& group = body_.scenario.groups[starred->group.value()];
  const ThreadFamily& family = body_.scenario.tasks[group.first_task].families[starred->family];
  const Register number = walks_.back().number;
  const Register last = code_.allocate();
  const std::int64_t first = family.first.value_or(1);
  code_.load(number, Value::integer(first));
  if (family.start == ThreadStart::kOnSpawn) {
    code_.emit(Opcode::k_spawned_count, last, task_of(*starred), starred->family);
  } else {
    const auto count = static_cast<std::int64_t>(family.threads.size());
    code_.load(last, Value::integer(first + count - 1));
  }
  code_.emit(Opcode::k_skip_unless_less_equal, number, last);
  const std::uint32_t none = code_.emit(Opcode::k_jump);
  const std::uint32_t begin = code_.here();
  accumulate(node, result);
  code_.emit(Opcode::k_count_up, number, last);
  code_.emit_jump_to(begin);
  code_.patch(none);
}

void ExpressionCompiler::accumulate(const QuantifiedCondition& node, Register result) {
  const TemporaryScope scope(code_);
  const Register one = value(*node.condition);
  switch (node.quantifier) {
    case Quantifier::kAll:
      code_.emit(Opcode::k_logical_and, result, result, one);
      walk_exits_.push_back(code_.emit(Opcode::k_jump_if_false, result));
      return;
    case Quantifier::kAny:
      code_.emit(Opcode::k_logical_or, result, result, one);
      walk_exits_.push_back(code_.emit(Opcode::k_jump_if_true, result));
      return;
    case Quantifier::kCount: {
      // What cannot be judged yet is not counted.
      const std::uint32_t counts = code_.emit(Opcode::k_jump_if_true, one);
      const std::uint32_t end = code_.emit(Opcode::k_jump);
      code_.patch(counts);
      const Register step = code_.allocate();
      code_.load(step, Value::integer(1));
      code_.emit(Opcode::k_add, result, result, step);
      code_.patch(end);
      return;
    }
  }
}

}  // namespace ipcsim::scenario
