// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/symbols.h"

#include <optional>

#include <fmt/format.h>

#include "scenarios/language/built_in.h"
#include "scenarios/language/call_table.h"

namespace ipcsim::scenario {

namespace {

struct Declared {
  SymbolKind kind;
  const Name* name;
};

std::optional<Declared> declared_by(const Declaration& declaration) {
  if (const auto* param = declaration.as<ParamDeclaration>()) {
    return Declared{SymbolKind::kParam, &param->name};
  }
  if (const auto* constant = declaration.as<ConstDeclaration>()) {
    return Declared{SymbolKind::kConst, &constant->name};
  }
  if (const auto* task = declaration.as<TaskDeclaration>()) {
    return Declared{SymbolKind::kTask, &task->name};
  }
  if (const auto* shape = declaration.as<TemplateDeclaration>()) {
    return Declared{SymbolKind::kTemplate, &shape->name};
  }
  if (const auto* proc = declaration.as<ProcDeclaration>()) {
    return Declared{SymbolKind::kProc, &proc->name};
  }
  if (const auto* memory = declaration.as<MemoryDeclaration>()) {
    return Declared{SymbolKind::kMemory, &memory->name};
  }
  return std::nullopt;
}

SymbolIndex look_up(const std::map<std::string_view, SymbolIndex>& names, std::string_view name) {
  const auto entry = names.find(name);
  return entry == names.end() ? SymbolIndex::none() : entry->second;
}

}  // namespace

std::string_view describe(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kParam:
      return "a param";
    case SymbolKind::kConst:
      return "a const";
    case SymbolKind::kTask:
      return "a task";
    case SymbolKind::kTemplate:
      return "a template";
    case SymbolKind::kProc:
      return "a proc";
    case SymbolKind::kMemory:
      return "memory";
    case SymbolKind::kDevice:
      return "a device";
    case SymbolKind::kModule:
      return "an import";
  }
  return "";
}

void Symbols::collect(const Modules& modules, Diagnostics& diagnostics) {
  own_.resize(modules.count());
  visible_.resize(modules.count());
  for (const ModuleIndex module : modules.imports_first()) {
    collect_own(modules, module, diagnostics);
  }
  for (const ModuleIndex module : modules.imports_first()) {
    import_names(modules, module, diagnostics);
  }
}

void Symbols::collect_own(const Modules& modules, ModuleIndex module, Diagnostics& diagnostics) {
  for (const ModuleImport& import : modules[module].imports) {
    const auto& alias = import.declaration->module;
    if (!alias) continue;
    Symbol symbol;
    symbol.kind = SymbolKind::kModule;
    symbol.name = alias->text;
    symbol.range = alias->range;
    symbol.module = module;
    symbol.imported = import.module;
    declare(symbol, diagnostics);
  }
  std::uint32_t devices = 0;
  for (const Declaration& declaration : modules[module].tree.declarations) {
    if (const auto* machine = declaration.as<MachineDeclaration>()) {
      collect_devices(*machine, module, devices, diagnostics);
    }
    const auto declared = declared_by(declaration);
    if (!declared) continue;
    Symbol symbol;
    symbol.kind = declared->kind;
    symbol.name = declared->name->text;
    symbol.range = declared->name->range;
    symbol.module = module;
    symbol.declaration = &declaration;
    declare(symbol, diagnostics);
  }
}

void Symbols::collect_devices(const MachineDeclaration& machine, ModuleIndex module,
                              std::uint32_t& count, Diagnostics& diagnostics) {
  for (const MachineItem& item : machine.items) {
    const auto* device = std::get_if<MachineDevice>(&item.node);
    if (device == nullptr) continue;
    Symbol symbol;
    symbol.kind = SymbolKind::kDevice;
    symbol.name = device->name.text;
    symbol.range = device->name.range;
    symbol.module = module;
    symbol.index = count++;
    declare(symbol, diagnostics);
  }
}

void Symbols::declare(Symbol symbol, Diagnostics& diagnostics) {
  const auto index = SymbolIndex(count());
  const auto [entry, fresh] = own_[symbol.module.value()].emplace(symbol.name, index);
  all_.push_back(symbol);
  if (!fresh) {
    const Symbol& first = all_[entry->second.value()];
    diagnostics
        .report(DiagnosticCode::duplicate_name, symbol.range,
                fmt::format("`{}` is declared already", symbol.name))
        .with_secondary(first.range,
                        fmt::format("first declared here, as {}", describe(first.kind)));
    return;
  }
  const bool callable = find_system_call(symbol.name) || find_built_in(symbol.name);
  if (symbol.kind == SymbolKind::kProc && callable) {
    diagnostics.report(DiagnosticCode::duplicate_name, symbol.range,
                       fmt::format("`{}` is a {} already", symbol.name,
                                   find_built_in(symbol.name) ? "function" : "system call"));
  }
}

void Symbols::import_names(const Modules& modules, ModuleIndex module, Diagnostics& diagnostics) {
  Names& names = visible_[module.value()];
  names = own_[module.value()];
  for (const ModuleImport& import : modules[module].imports) {
    if (import.declaration->module) continue;
    for (const auto& [name, index] : own_[import.module.value()]) {
      if (all_[index.value()].kind == SymbolKind::kModule) continue;
      const auto [entry, fresh] = names.emplace(name, index);
      if (fresh) continue;
      diagnostics
          .report(DiagnosticCode::import_clash, import.declaration->file.range,
                  fmt::format("this file brings a second `{}`", name))
          .with_secondary(all_[entry->second.value()].range, "the first is declared here")
          .with_secondary(all_[index.value()].range, "the second is declared here")
          .with_help(fmt::format("`import {} as M` makes it `M.{}`",
                                 import.declaration->file.spelling, name));
    }
  }
}

SymbolIndex Symbols::find(ModuleIndex in, std::string_view name) const {
  return look_up(visible_[in.value()], name);
}

SymbolIndex Symbols::find_in(ModuleIndex imported, std::string_view name) const {
  const SymbolIndex index = look_up(own_[imported.value()], name);
  const bool module = index.valid() && all_[index.value()].kind == SymbolKind::kModule;
  return module ? SymbolIndex::none() : index;
}

SymbolIndex Symbols::use(ModuleIndex in, std::string_view name) {
  const SymbolIndex index = find(in, name);
  if (!index.valid()) return index;
  Symbol& symbol = all_[index.value()];
  symbol.used = true;
  if (symbol.module != in) symbol.used_outside = true;
  return index;
}

}  // namespace ipcsim::scenario
