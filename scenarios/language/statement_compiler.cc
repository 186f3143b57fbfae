// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/statement_compiler.h"

#include <optional>
#include <utility>
#include <variant>

#include "scenarios/language/printer.h"
#include "scenarios/language/source_line.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {

StatementCompiler::StatementCompiler(CodeBuilder& code, const CompiledBody& body, BodyKind kind,
                                     const SourceFiles& sources, const std::vector<bool>& watched)
    : code_(code),
      body_(body),
      kind_(kind),
      sources_(sources),
      watched_(watched),
      expressions_(code, body) {}

void StatementCompiler::body() {
  set_line(body_.body->block->range);
  block(*body_.body->block);
  statement(ReturnStatement{});
}

void StatementCompiler::set_line(SourceRange range) {
  code_.set_line(source_line(sources_, range));
}

std::uint32_t StatementCompiler::slot_of(const Name& variable) const {
  const std::optional<std::uint32_t> slot = body_.body->slot_of(variable.text);
  SIM_CHECK(slot.has_value(), "the checker gives every variable a slot");
  return *slot;
}

void StatementCompiler::changed(std::uint32_t slot) {
  if (watched_[slot]) code_.emit(Opcode::k_note_change);
}

void StatementCompiler::block(const Block& block) {
  for (const Statement& one : block.statements) statement(one);
}

void StatementCompiler::statement(const Statement& statement_node) {
  set_line(statement_node.range);
  const TemporaryScope scope(code_);
  std::visit([this](const auto& node) { statement(node); }, statement_node.node);
}

void StatementCompiler::statement(const LetStatement& node) {
  const std::uint32_t slot = slot_of(node.name);
  action_into(node.action, body_.register_of(slot));
  changed(slot);
}

void StatementCompiler::statement(const AssignStatement& node) {
  if (const auto* element = node.place->as<IndexExpression>()) {
    assign_element(node, *element);
    return;
  }
  const auto* const variable = body_.resolutions.find_as<LocalVariable>(*node.place);
  SIM_CHECK(variable != nullptr, "only variables are assigned to");
  assign_variable(node, variable->slot);
}

void StatementCompiler::assign_variable(const AssignStatement& node, std::uint32_t slot) {
  const Register variable = body_.register_of(slot);
  if (node.assignment == Assignment::kSet) {
    action_into(node.action, variable);
  } else {
    const Register addend = code_.allocate();
    action_into(node.action, addend);
    code_.emit(Opcode::k_add, variable, variable, addend);
  }
  changed(slot);
}

void StatementCompiler::assign_element(const AssignStatement& node, const IndexExpression& place) {
  const Register table = expressions_.value(*place.object);
  const Register key = expressions_.value(*place.index);
  const Register value = code_.allocate();
  action_into(node.action, value);
  if (node.assignment == Assignment::kAdd) {
    const Register old = code_.allocate();
    code_.emit(Opcode::k_table_get, old, table, key);
    code_.emit(Opcode::k_add, value, old, value);
  }
  code_.emit(Opcode::k_table_set, table, key, value);
}

void StatementCompiler::statement(const CallStatement& node) {
  action_into(node.action, code_.allocate());
}

void StatementCompiler::statement(const DeleteStatement& node) {
  const auto& place = *node.place->as<IndexExpression>();
  const Register table = expressions_.value(*place.object);
  const Register key = expressions_.value(*place.index);
  code_.emit(Opcode::k_table_delete, table, key);
}

void StatementCompiler::action_into(const Action& action, Register target) {
  if (action.value->as<CallExpression>() == nullptr) {
    expressions_.value_into(*action.value, target);
    return;
  }
  if (action.within != nullptr) {
    const Register span = expressions_.value(*action.within);
    const auto judged = static_cast<std::uint32_t>(action.within_judged);
    code_.judge(code_.emit(Opcode::k_begin_within, span, judged), print(*action.value));
  }
  expressions_.call_into(*action.value, action.timeout.get(), target);
  if (action.within != nullptr) code_.emit(Opcode::k_end_within);
  judge(action, target);
}

void StatementCompiler::judge(const Action& action, Register result) {
  const auto expect_kind = [&](const Name& kind) {
    code_.judge(code_.emit(Opcode::k_expect_kind, result, kind_code_of(kind)),
                print(*action.value));
  };
  if (const auto* fails = std::get_if<FailsClause>(&action.outcome)) {
    expect_kind(fails->error);
    return;
  }
  if (action.errors == ErrorHandling::kUnhandled) expressions_.require_ok(*action.value, result);
  if (const auto* kind = std::get_if<ExpectKindClause>(&action.outcome)) {
    expect_kind(kind->kind);
  } else if (const auto* wanted = std::get_if<ExpectValueClause>(&action.outcome)) {
    const Register expected = expressions_.value(*wanted->value);
    code_.judge(code_.emit(Opcode::k_expect_equal, result, expected), print(*action.value));
  }
}

void StatementCompiler::statement(const IfStatement& node) {
  std::vector<std::uint32_t> ends;
  for (const IfBranch& branch : node.branches) {
    set_line(branch.condition->range);
    const std::uint32_t mark = code_.mark();
    const Register condition = expressions_.value(*branch.condition);
    const std::uint32_t next = code_.emit(Opcode::k_jump_if_false, condition);
    code_.release_to(mark);
    block(branch.body);
    const bool is_last = &branch == &node.branches.back() && !node.otherwise.has_value();
    if (!is_last) ends.push_back(code_.emit(Opcode::k_jump));
    code_.patch(next);
  }
  if (node.otherwise.has_value()) block(*node.otherwise);
  for (const std::uint32_t jump : ends) code_.patch(jump);
}

void StatementCompiler::loop_body(const Block& body, Loop& loop) {
  loops_.push_back(&loop);
  block(body);
  loops_.pop_back();
  for (const std::uint32_t jump : loop.continues) code_.patch(jump);
}

void StatementCompiler::leave_loop(const Loop& loop) {
  for (const std::uint32_t jump : loop.breaks) code_.patch(jump);
}

// The condition stands behind the body, so that a round takes one jump.
void StatementCompiler::statement(const WhileStatement& node) {
  Loop loop;
  const std::uint32_t entry = code_.emit(Opcode::k_jump);
  const std::uint32_t begin = code_.here();
  loop_body(node.body, loop);
  code_.patch(entry);
  set_line(node.condition->range);
  const Register condition = expressions_.value(*node.condition);
  code_.patch(code_.emit(Opcode::k_jump_if_true, condition), begin);
  leave_loop(loop);
}

void StatementCompiler::statement(const LoopStatement& node) {
  Loop loop;
  const std::uint32_t begin = code_.here();
  loop_body(node.body, loop);
  code_.emit_jump_to(begin);
  leave_loop(loop);
}

void StatementCompiler::statement(const ForRangeStatement& node) {
  Loop loop;
  const std::uint32_t slot = slot_of(node.variable);
  const Register counter = code_.allocate();
  const Register last = code_.allocate();
  expressions_.value_into(*node.bounds.first, counter);
  expressions_.value_into(*node.bounds.last, last);
  code_.emit(Opcode::k_skip_unless_less_equal, counter, last);
  const std::uint32_t none = code_.emit(Opcode::k_jump);
  const std::uint32_t begin = code_.here();
  code_.move(body_.register_of(slot), counter);
  changed(slot);
  loop_body(node.body, loop);
  code_.emit(Opcode::k_count_up, counter, last);
  code_.emit_jump_to(begin);
  code_.patch(none);
  leave_loop(loop);
}

void StatementCompiler::statement(const ForTableStatement& node) {
  Loop loop;
  const std::uint32_t slot = slot_of(node.variable);
  const Register table = code_.allocate();
  const Register key = code_.allocate();
  expressions_.value_into(*node.table, table);
  code_.load(key, Value());
  const std::uint32_t entry = code_.emit(Opcode::k_jump);
  const std::uint32_t begin = code_.here();
  code_.move(body_.register_of(slot), key);
  changed(slot);
  loop_body(node.body, loop);
  code_.patch(entry);
  code_.emit(Opcode::k_table_next, key, table);
  code_.emit_jump_to(begin);
  leave_loop(loop);
}

void StatementCompiler::statement(const MatchStatement& node) {
  const Register subject = code_.allocate();
  expressions_.value_into(*node.subject, subject);
  std::vector<std::uint32_t> ends;
  for (const MatchArm& one : node.arms) ends.push_back(arm(one, subject));
  if (node.arms.empty() || node.arms.back().kind.has_value()) {
    code_.judge(code_.emit(Opcode::k_no_arm, subject), print(*node.subject));
  }
  for (const std::uint32_t jump : ends) code_.patch(jump);
}

// Gives the jump from the end of the arm to the end of the match.
std::uint32_t StatementCompiler::arm(const MatchArm& arm, Register subject) {
  std::optional<std::uint32_t> next;
  if (arm.kind.has_value()) {
    const Register fits = code_.allocate();
    code_.emit(Opcode::k_is_kind, fits, subject, kind_code_of(*arm.kind));
    next = code_.emit(Opcode::k_jump_if_false, fits);
  }
  if (arm.binding.has_value()) {
    const std::uint32_t slot = slot_of(*arm.binding);
    code_.move(body_.register_of(slot), subject);
    changed(slot);
  }
  block(arm.body);
  const std::uint32_t end = code_.emit(Opcode::k_jump);
  if (next.has_value()) code_.patch(*next);
  return end;
}

void StatementCompiler::statement(const BreakStatement&) {
  loops_.back()->breaks.push_back(code_.emit(Opcode::k_jump));
}

void StatementCompiler::statement(const ContinueStatement&) {
  loops_.back()->continues.push_back(code_.emit(Opcode::k_jump));
}

void StatementCompiler::statement(const ReturnStatement& node) {
  if (kind_ == BodyKind::kThread) {
    code_.emit(Opcode::k_end_thread);
    return;
  }
  Register result = 0;
  if (node.value != nullptr) {
    result = expressions_.value(*node.value);
  } else {
    result = code_.allocate();
    code_.load(result, Value::nothing());
  }
  code_.emit(Opcode::k_return_value, result);
}

void StatementCompiler::statement(const ExpectStatement& node) {
  const std::uint32_t mark = code_.mark();
  code_.keep_temporaries(true);
  std::vector<Judgement::Term> terms;
  if (expressions_.sees_run(*node.condition)) code_.emit(Opcode::k_catch_up);
  const Register result = expressions_.judged_condition(*node.condition, terms);
  const auto judged = static_cast<std::uint32_t>(node.judged);
  code_.judge(code_.emit(Opcode::k_expect_true, result, judged), print(*node.condition),
              std::move(terms));
  code_.keep_temporaries(false);
  code_.release_to(mark);
}

void StatementCompiler::statement(const MarkStatement& node) {
  const std::optional<MarkIndex> mark = body_.scenario.find_mark(node.mark.text);
  SIM_CHECK(mark.has_value(), "the checker lists every mark");
  code_.emit(Opcode::k_catch_up);
  code_.emit(Opcode::k_mark, 0, mark->value());
}

void StatementCompiler::statement(const AwaitStatement& node) {
  code_.emit(Opcode::k_catch_up);
  const std::uint32_t await = code_.emit(Opcode::k_await);
  code_.emit(Opcode::k_condition_done, expressions_.value(*node.condition));
  code_.patch(await);
}

void StatementCompiler::spend(Opcode opcode, const Expression& duration) {
  code_.emit(opcode, code_.allocate(), expressions_.value(duration));
}

void StatementCompiler::statement(const ComputeStatement& node) {
  spend(Opcode::k_compute, *node.duration);
}

void StatementCompiler::statement(const SleepStatement& node) {
  spend(Opcode::k_sleep, *node.duration);
}

void StatementCompiler::statement(const YieldStatement&) {
  code_.emit(Opcode::k_yield, code_.allocate());
}

}  // namespace ipcsim::scenario
