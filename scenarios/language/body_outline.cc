// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/body_outline.h"

#include "scenarios/language/tree_walk.h"

namespace ipcsim::scenario {

namespace {

class Outliner final : public TreeVisitor {
 public:
  explicit Outliner(BodyOutline& outline) : outline_(outline) {}

  void declare(const Name& name, VariableRole role) {
    if (name.text.empty()) return;
    const auto slot = static_cast<std::uint32_t>(outline_.variables.size());
    const auto [entry, fresh] = outline_.slots.emplace(name.text, slot);
    if (fresh) outline_.variables.push_back(name.text);
    DeclaredVariable variable;
    variable.name = name.text;
    variable.role = role;
    variable.slot = entry->second;
    outline_.declarations.emplace(name.range, variable);
  }

  void statement(const Statement& statement) override {
    if (const auto* let = statement.as<LetStatement>()) {
      const bool fixed = let->mutability == Mutability::kLet;
      declare(let->name, fixed ? VariableRole::kLet : VariableRole::kVar);
    } else if (const auto* range = statement.as<ForRangeStatement>()) {
      declare(range->variable, VariableRole::kLoop);
    } else if (const auto* table = statement.as<ForTableStatement>()) {
      declare(table->variable, VariableRole::kLoop);
    } else if (const auto* mark = statement.as<MarkStatement>()) {
      outline_.marks.emplace(mark->mark.text, mark->mark.range);
    } else if (const auto* assign = statement.as<AssignStatement>()) {
      const auto* name = assign->place->as<NameExpression>();
      const bool sets = assign->assignment == Assignment::kSet;
      if (name != nullptr && sets) outline_.assigned.insert(name->name.text);
    }
  }

  void arm(const MatchArm& arm) override {
    if (arm.binding) declare(*arm.binding, VariableRole::kBinding);
  }

  void expression(const Expression& expression) override {
    if (const auto* call = expression.as<CallExpression>()) outline_.calls.push_back(call);
  }

 private:
  BodyOutline& outline_;
};

}  // namespace

std::optional<std::uint32_t> BodyOutline::slot_of(std::string_view name) const {
  const auto entry = slots.find(name);
  if (entry == slots.end()) return std::nullopt;
  return entry->second;
}

BodyOutline outline(const std::vector<Name>& parameters, const Block& block) {
  BodyOutline result;
  result.block = &block;
  Outliner outliner(result);
  for (const Name& parameter : parameters) outliner.declare(parameter, VariableRole::kParameter);
  walk(block, outliner);
  return result;
}

}  // namespace ipcsim::scenario
