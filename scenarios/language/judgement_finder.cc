// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/judgement_finder.h"

#include "scenarios/language/tree_walk.h"

namespace ipcsim::scenario {

namespace {

// Finds the first statement that judges something.
class JudgementFinder final : public TreeVisitor {
 public:
  void statement(const Statement& statement) override {
    bool judges = statement.as<ExpectStatement>() != nullptr;
    if (const auto* call = statement.as<CallStatement>()) judges = judges_outcome(call->action);
    if (const auto* let = statement.as<LetStatement>()) judges = judges_outcome(let->action);
    if (const auto* set = statement.as<AssignStatement>()) judges = judges_outcome(set->action);
    if (judges && found_ == nullptr) found_ = &statement;
  }

  const Statement* found() const { return found_; }

 private:
  static bool judges_outcome(const Action& action) {
    return action.within != nullptr || std::holds_alternative<ExpectKindClause>(action.outcome) ||
           std::holds_alternative<ExpectValueClause>(action.outcome);
  }

  const Statement* found_ = nullptr;
};

}  // namespace

const Statement* find_judgement(const Block& block, std::size_t from) {
  JudgementFinder finder;
  for (std::size_t index = from; index < block.statements.size(); ++index) {
    walk(block.statements[index], finder);
  }
  return finder.found();
}

}  // namespace ipcsim::scenario
