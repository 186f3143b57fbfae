// SPDX-License-Identifier: BSD-2-Clause
// ExpressionCompiler: expressions and conditions of one body (or of the top level) to code. Every
// expression leaves its value in a register: that of the variable it names, or one it is given.
// A target register is written last, so an expression may use the variable it is assigned to.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/language/checked.h"
#include "scenarios/language/code_builder.h"

namespace ipcsim::scenario {

// What is compiled: a thread's or proc's body, or (without body) a condition at top level.
struct CompiledBody {
  const CheckedScenario& scenario;
  const Resolutions& resolutions;
  const CheckedBody* body = nullptr;

  std::uint32_t bindings() const {
    return body == nullptr ? 0 : static_cast<std::uint32_t>(body->bindings.size());
  }
  std::uint32_t variables() const {
    return body == nullptr ? 0 : static_cast<std::uint32_t>(body->variables.size());
  }
  Register register_of(std::uint32_t slot) const {
    return static_cast<Register>(bindings() + slot);
  }
  bool is_temporary(Register at) const { return at >= bindings() + variables(); }
};

// A call of a proc: the frame of the callee begins at this register of the caller's.
struct CallSite {
  BodyIndex callee;
  std::uint32_t base = 0;
};

// The number of a kind of event or error (Value::kind_code) by its name, which must be one.
std::uint16_t kind_code_of(const Name& kind);

class ExpressionCompiler {
 public:
  ExpressionCompiler(CodeBuilder& code, const CompiledBody& body) : code_(code), body_(body) {}

  // The value in a register that is only to be read.
  Register value(const Expression& expression);
  void value_into(const Expression& expression, Register target);

  // What the call gives, an error included; the caller judges it. `timeout` may be null.
  void call_into(const Expression& expression, const Expression* timeout, Register target);
  void require_ok(const Expression& call, Register result);
  bool can_fail(const Expression& expression) const;  // it is a call that may give an error

  // Whether something of the run is named in a condition, and not only what is the thread's own.
  bool sees_run(const Expression& condition) const;

  // A condition, and the terms in it whose values a report should show. Its temporaries must be
  // kept until the judgement.
  Register judged_condition(const Expression& condition, std::vector<Judgement::Term>& terms);

  const std::vector<CallSite>& call_sites() const { return call_sites_; }

 private:
  // The replicas over which the innermost all, any or count walks.
  struct Walk {
    Register task = 0;    // of `[*]` behind a task
    Register number = 0;  // of `[*]` behind a thread
  };

  void name_into(const Expression& expression, Register target);
  void member_into(const Expression& expression, Register target);
  void index_into(const Expression& expression, Register target);
  void unary_into(const UnaryExpression& node, Register target);
  void binary_into(const BinaryExpression& node, Register target);
  void logical_into(const BinaryExpression& node, Register target);
  void unit_into(const UnitExpression& node, Register target);
  void is_into(const Expression& expression, const IsExpression& node, Register target);

  void constant_into(const ConstantValue& constant, Register target);
  void task_into(const TaskUse& use, Register target);

  void system_call_into(kernel::SystemCall call, const std::vector<ExpressionPtr>& arguments,
                        const Expression* timeout, Register target);
  void poll_into(const std::vector<ExpressionPtr>& arguments, const Expression* timeout,
                 Register target);
  void spawn_into(const std::vector<ExpressionPtr>& arguments, Register target);
  void scope_call_into(kernel::SystemCall call, const std::vector<ExpressionPtr>& arguments,
                       Register target);
  void device_call_into(kernel::SystemCall call, const std::vector<ExpressionPtr>& arguments,
                        Register target);
  Register optional(const std::vector<ExpressionPtr>& arguments, std::size_t place,
                    const Value& otherwise);
  void proc_call_into(BodyIndex callee, const std::vector<ExpressionPtr>& arguments,
                      Register target);
  void built_in_into(BuiltIn function, const std::vector<ExpressionPtr>& arguments,
                     Register target);
  Register in_a_row(const std::vector<ExpressionPtr>& arguments);
  void part_into(const std::vector<ExpressionPtr>& arguments, Register target);

  // condition_compiler.cc
  void term_into(const Term& term, Register target);
  void task_term_into(const Term& term, Register target);
  Register task_of(const Term& term);
  Register subject_of(const Term& term);
  std::uint32_t variable_register(const Term& term) const;
  void quantified_into(const QuantifiedCondition& node, Register target);
  void walk_tasks(const QuantifiedCondition& node, Register result);
  void walk_threads(const QuantifiedCondition& node, Register result);
  void accumulate(const QuantifiedCondition& node, Register result);
  const Term* find_starred(const Expression& expression, bool (*starred)(const Term&)) const;

  void note_term(const Expression& expression, Register at);

  CodeBuilder& code_;
  CompiledBody body_;
  std::vector<CallSite> call_sites_;
  std::vector<Walk> walks_;
  std::vector<std::uint32_t> walk_exits_;          // jumps out of the walk being compiled
  std::vector<Judgement::Term>* terms_ = nullptr;  // where terms are noted; null: nowhere
};

}  // namespace ipcsim::scenario
