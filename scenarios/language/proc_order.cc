// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/proc_order.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

namespace ipcsim::scenario {

namespace {

constexpr std::size_t kMaximumNamed = 6;  // procs of a circle that a message names

enum class Visit : std::uint8_t { kNotYet, kOpen, kDone };

// A proc on the way down, and how many of its callees were followed.
struct Open {
  std::uint32_t proc;
  std::size_t followed = 0;
};

void report_recursion(CheckState& state, const std::vector<Open>& path, std::uint32_t again) {
  const auto begin =
      std::find_if(path.begin(), path.end(), [&](const Open& open) { return open.proc == again; });
  const ProcState& first = state.procs[again];
  std::string circle;
  std::size_t named = 0;
  for (auto step = begin; step != path.end() && named < kMaximumNamed; ++step, ++named) {
    circle += fmt::format("`{}` calls ", state.procs[step->proc].declaration->name.text);
  }
  if (named == kMaximumNamed) circle += "… which calls ";
  circle += fmt::format("`{}`", first.declaration->name.text);
  state.diagnostics
      .report(DiagnosticCode::recursion, first.declaration->name.range,
              fmt::format("proc `{}` calls itself", first.declaration->name.text))
      .with_help(circle);
}

}  // namespace

std::vector<std::uint32_t> procs_called(const CheckState& state, const BodyOutline& outline,
                                        ModuleIndex module) {
  std::set<std::uint32_t> called;
  for (const CallExpression* call : outline.calls) {
    SymbolIndex symbol = SymbolIndex::none();
    if (call->callee.module) {
      const SymbolIndex import = state.symbols.find(module, call->callee.module->text);
      if (import.valid() && state.symbols[import].kind == SymbolKind::kModule) {
        symbol = state.symbols.find_in(state.symbols[import].imported, call->callee.name.text);
      }
    } else {
      symbol = state.symbols.find(module, call->callee.name.text);
    }
    if (symbol.valid() && state.symbols[symbol].kind == SymbolKind::kProc) {
      called.insert(state.symbols[symbol].index);
    }
  }
  return {called.begin(), called.end()};
}

// Depth first, with a path of its own: a chain of procs may be longer than the stack is deep.
std::vector<std::uint32_t> order_procs(CheckState& state) {
  for (ProcState& proc : state.procs) {
    proc.callees = procs_called(state, proc.outline, proc.module);
  }
  std::vector<Visit> visits(state.procs.size(), Visit::kNotYet);
  std::vector<std::uint32_t> order;
  std::vector<Open> path;
  for (std::uint32_t root = 0; root < state.procs.size(); ++root) {
    if (visits[root] != Visit::kNotYet) continue;
    path.push_back({root});
    visits[root] = Visit::kOpen;
    while (!path.empty()) {
      Open& top = path.back();
      const std::vector<std::uint32_t>& callees = state.procs[top.proc].callees;
      if (top.followed == callees.size()) {
        visits[top.proc] = Visit::kDone;
        order.push_back(top.proc);
        path.pop_back();
        continue;
      }
      const std::uint32_t callee = callees[top.followed++];
      if (visits[callee] == Visit::kOpen) report_recursion(state, path, callee);
      if (visits[callee] != Visit::kNotYet) continue;
      visits[callee] = Visit::kOpen;
      path.push_back({callee});
    }
  }
  return order;
}

}  // namespace ipcsim::scenario
