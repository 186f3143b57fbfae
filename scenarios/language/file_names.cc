// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/file_names.h"

#include <string>

#include <fmt/format.h>

#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

SymbolIndex resolve_qualified(CheckState& state, ModuleIndex module, const QualifiedName& name) {
  if (!name.module) return state.symbols.use(module, name.name.text);
  const SymbolIndex import = state.symbols.use(module, name.module->text);
  if (!import.valid() || state.symbols[import].kind != SymbolKind::kModule) {
    return SymbolIndex::none();
  }
  const SymbolIndex found = state.symbols.find_in(state.symbols[import].imported, name.name.text);
  if (found.valid()) state.symbols.mark_used(found);
  return found;
}

Diagnostic* report_unknown_name(CheckState& state, ModuleIndex module, SourceRange range,
                                std::string_view name, std::span<const std::string_view> more) {
  if (name.empty()) return nullptr;  // the parser has said so
  const SymbolIndex other = state.symbols.find(module, name);
  if (other.valid()) {
    const Symbol& symbol = state.symbols[other];
    return &state.diagnostics
                .report(DiagnosticCode::unknown_name, range,
                        fmt::format("`{}` is {}, no value", name, describe(symbol.kind)))
                .with_secondary(symbol.range, "declared here");
  }
  std::vector<std::string_view> legal(more.begin(), more.end());
  for (const std::string_view one : state.symbols.names(module, [](const Symbol& symbol) {
         return symbol.kind != SymbolKind::kProc && symbol.kind != SymbolKind::kTemplate;
       })) {
    legal.push_back(one);
  }
  return &report_unknown(state.diagnostics, DiagnosticCode::unknown_name, range, "there is no",
                         name, legal);
}

void report_not_a(CheckState& state, ModuleIndex module, const QualifiedName& name,
                  SymbolIndex found, SymbolKind wanted) {
  if (name.name.text.empty()) return;
  if (found.valid()) {
    const Symbol& symbol = state.symbols[found];
    state.diagnostics
        .report(DiagnosticCode::unknown_name, name.range(),
                fmt::format("`{}` is {}, not {}", name.name.text, describe(symbol.kind),
                            describe(wanted)))
        .with_secondary(symbol.range, "declared here");
    return;
  }
  ModuleIndex in = module;
  if (name.module) {
    const SymbolIndex import = state.symbols.find(module, name.module->text);
    const bool is_import = import.valid() && state.symbols[import].kind == SymbolKind::kModule;
    if (!is_import) {
      const auto imports = state.symbols.names(
          module, [](const Symbol& symbol) { return symbol.kind == SymbolKind::kModule; });
      report_unknown(state.diagnostics, DiagnosticCode::unknown_name, name.module->range,
                     "there is no import", name.module->text, imports);
      return;
    }
    in = state.symbols[import].imported;
  }
  const auto legal =
      state.symbols.names(in, [&](const Symbol& symbol) { return symbol.kind == wanted; });
  report_unknown(state.diagnostics, DiagnosticCode::unknown_name, name.name.range,
                 fmt::format("there is no {}", describe(wanted).substr(2)), name.name.text, legal);
}

}  // namespace ipcsim::scenario
