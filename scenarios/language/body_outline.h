// SPDX-License-Identifier: BSD-2-Clause
// BodyOutline: what the body of a thread or proc declares and mentions, before it is checked:
// others may name its variables and marks, wherever they stand.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "scenarios/language/declaration.h"
#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

enum class VariableRole : std::uint8_t {
  kParameter,
  kLet,
  kVar,
  kLoop,     // of `for`
  kBinding,  // of a match arm
};

// One declaration of a variable; what the checks learn of its use.
struct DeclaredVariable {
  std::string_view name;
  VariableRole role = VariableRole::kLet;
  std::uint32_t slot = 0;
  std::uint32_t reads = 0;
  std::uint32_t polls = 0;   // reads as an argument of `poll`
  std::uint32_t pushes = 0;  // … of `push_to_listen_queue`
  std::uint32_t closes = 0;  // … of `close`
};

struct BodyOutline {
  const Block* block = nullptr;
  std::vector<std::string_view> variables;  // by slot
  std::map<std::string_view, std::uint32_t> slots;
  std::map<SourceRange, DeclaredVariable> declarations;  // by the place of the name
  std::map<std::string_view, SourceRange> marks;         // where first
  std::set<std::string_view> assigned;                   // by `=`
  std::set<std::string_view> watched;                    // named by a condition
  std::vector<const CallExpression*> calls;

  std::optional<std::uint32_t> slot_of(std::string_view name) const;
};

BodyOutline outline(const std::vector<Name>& parameters, const Block& block);

}  // namespace ipcsim::scenario
