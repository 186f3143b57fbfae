// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/body_scope.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/check.h"

namespace ipcsim::scenario {

BodyScope::BodyScope(CheckState& state, ModuleIndex module, BodyOutline& outline,
                     std::span<const StaticBinding> bindings)
    : state_(state), module_(module), outline_(outline), bindings_(bindings), blocks_(1) {}

void BodyScope::leave() {
  for (const std::string_view name : blocks_.back()) {
    const auto entry = visible_.find(name);
    entry->second.pop_back();
    if (entry->second.empty()) visible_.erase(entry);
  }
  blocks_.pop_back();
}

void BodyScope::declare(const Name& name, StaticValue value) {
  if (name.text.empty()) return;
  const auto declared = outline_.declarations.find(name.range);
  SIM_CHECK(declared != outline_.declarations.end(), "an outline has every declaration");
  const std::vector<std::string_view>& block = blocks_.back();
  if (const Variable* earlier = find(name.text)) {
    const bool here = std::find(block.begin(), block.end(), name.text) != block.end();
    state_.diagnostics
        .report(here ? DiagnosticCode::duplicate_name : DiagnosticCode::shadowed_name, name.range,
                here ? fmt::format("`{}` is declared already", name.text)
                     : fmt::format("`{}` would hide another variable", name.text))
        .with_secondary(earlier->range, "first declared here");
  } else {
    reject_hiding(name.text, name.range);
  }
  visible_[name.text].push_back({&declared->second, name.range, value});
  blocks_.back().push_back(name.text);
}

void BodyScope::reject_hiding(std::string_view name, SourceRange range) {
  if (find_binding(name)) {
    state_.diagnostics.report(
        DiagnosticCode::shadowed_name, range,
        fmt::format("`{}` would hide the replica variable or template parameter", name));
    return;
  }
  const SymbolIndex symbol = state_.symbols.find(module_, name);
  if (!symbol.valid()) return;
  state_.diagnostics
      .report(DiagnosticCode::shadowed_name, range,
              fmt::format("`{}` would hide {}", name, describe(state_.symbols[symbol].kind)))
      .with_secondary(state_.symbols[symbol].range, "declared here");
}

const Variable* BodyScope::find(std::string_view name) const {
  const auto entry = visible_.find(name);
  return entry == visible_.end() ? nullptr : &entry->second.back();
}

std::optional<std::uint32_t> BodyScope::find_binding(std::string_view name) const {
  for (std::uint32_t index = 0; index < bindings_.size(); ++index) {
    if (bindings_[index].name == name) return index;
  }
  return std::nullopt;
}

std::vector<std::string_view> BodyScope::names() const {
  std::vector<std::string_view> all;
  for (const auto& [name, variables] : visible_) all.push_back(name);
  for (const StaticBinding& binding : bindings_) all.push_back(binding.name);
  return all;
}

const std::pair<const SourceRange, DeclaredVariable>* BodyScope::elsewhere(
    std::string_view name) const {
  if (!outline_.slot_of(name)) return nullptr;
  for (const auto& entry : outline_.declarations) {
    if (entry.second.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace ipcsim::scenario
