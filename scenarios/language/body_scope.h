// SPDX-License-Identifier: BSD-2-Clause
// BodyScope: which variables are visible at a place in the body of a thread or proc. Blocks nest; a
// name has one meaning at a place, and never hides another.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/language/body_outline.h"
#include "scenarios/language/check_state.h"
#include "scenarios/language/static_kind.h"

namespace ipcsim::scenario {

struct Variable {
  DeclaredVariable* declared = nullptr;
  SourceRange range;
  StaticValue value;
};

class BodyScope {
 public:
  BodyScope(CheckState& state, ModuleIndex module, BodyOutline& outline,
            std::span<const StaticBinding> bindings);

  BodyOutline& outline() { return outline_; }

  void enter() { blocks_.emplace_back(); }
  void leave();

  // Reports when the name has a meaning already; the variable is there all the same.
  void declare(const Name& name, StaticValue value);

  // Null when there is none.
  const Variable* find(std::string_view name) const;
  std::optional<std::uint32_t> find_binding(std::string_view name) const;
  const StaticBinding& binding(std::uint32_t index) const { return bindings_[index]; }

  // All that is visible, for suggestions.
  std::vector<std::string_view> names() const;

  // The first declaration of a name in the body that is not visible here.
  const std::pair<const SourceRange, DeclaredVariable>* elsewhere(std::string_view name) const;

 private:
  void reject_hiding(std::string_view name, SourceRange range);

  CheckState& state_;
  ModuleIndex module_;
  BodyOutline& outline_;
  std::span<const StaticBinding> bindings_;
  std::map<std::string_view, std::vector<Variable>> visible_;
  std::vector<std::vector<std::string_view>> blocks_;
};

}  // namespace ipcsim::scenario
