// SPDX-License-Identifier: BSD-2-Clause
// StatementCompiler: the statements of one body to code, in the order in which they stand.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/language/expression_compiler.h"
#include "scenarios/language/resolution.h"
#include "scenarios/language/source_file.h"

namespace ipcsim::scenario {

class StatementCompiler {
 public:
  // `watched`: the slots that some condition names, so that it must be told of a change.
  StatementCompiler(CodeBuilder& code, const CompiledBody& body, BodyKind kind,
                    const SourceFiles& sources, const std::vector<bool>& watched);

  void body();

  const std::vector<CallSite>& call_sites() const { return expressions_.call_sites(); }

 private:
  // The loop around a statement: where `continue` goes, and the jumps of `break` and `continue`
  // that must still learn where they lead.
  struct Loop {
    std::vector<std::uint32_t> breaks;
    std::vector<std::uint32_t> continues;
  };

  void block(const Block& block);
  void statement(const Statement& statement);
  void set_line(SourceRange range);

  void statement(const LetStatement& node);
  void statement(const AssignStatement& node);
  void statement(const CallStatement& node);
  void statement(const DeleteStatement& node);
  void statement(const IfStatement& node);
  void statement(const WhileStatement& node);
  void statement(const LoopStatement& node);
  void statement(const ForRangeStatement& node);
  void statement(const ForTableStatement& node);
  void statement(const MatchStatement& node);
  void statement(const BreakStatement& node);
  void statement(const ContinueStatement& node);
  void statement(const ReturnStatement& node);
  void statement(const ExpectStatement& node);
  void statement(const MarkStatement& node);
  void statement(const AwaitStatement& node);
  void statement(const ComputeStatement& node);
  void statement(const SleepStatement& node);
  void statement(const YieldStatement& node);

  void assign_element(const AssignStatement& node, const IndexExpression& place);
  void assign_variable(const AssignStatement& node, std::uint32_t slot);
  void spend(Opcode opcode, const Expression& duration);
  void loop_body(const Block& body, Loop& loop);
  void leave_loop(const Loop& loop);
  std::uint32_t arm(const MatchArm& arm, Register subject);

  // The value of an action, judged by its clauses.
  void action_into(const Action& action, Register target);
  void judge(const Action& action, Register result);

  std::uint32_t slot_of(const Name& variable) const;
  void changed(std::uint32_t slot);

  CodeBuilder& code_;
  CompiledBody body_;
  BodyKind kind_;
  const SourceFiles& sources_;
  const std::vector<bool>& watched_;
  ExpressionCompiler expressions_;
  std::vector<Loop*> loops_;
};

}  // namespace ipcsim::scenario
