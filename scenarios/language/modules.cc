// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/modules.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/check_limits.h"
#include "scenarios/language/parser.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

std::string without_detours(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  }
  return (absolute ? "/" : "") + ipcsim::join(parts, "/");
}

}  // namespace

std::string imported_path(const std::string& importer, const std::string& path) {
  const std::size_t folder_end = importer.rfind('/');
  if (path.starts_with('/') || folder_end == std::string::npos) return without_detours(path);
  return without_detours(importer.substr(0, folder_end + 1) + path);
}

struct Modules::Loading {
  SourceFiles& sources;
  SourceLoader& loader;
  Diagnostics& diagnostics;
  std::vector<ModuleIndex> chain;  // from the main file to the one whose imports are being read
  bool too_many = false;           // was reported
};

void Modules::load(SourceFiles& sources, FileIndex main, SourceLoader& loader,
                   Diagnostics& diagnostics) {
  Loading loading{sources, loader, diagnostics, {}};
  modules_.reserve(kMaximumFiles);  // they must not move while their imports are read
  add(loading, main, without_detours(sources.file(main).path()));
  load_imports(loading, kMain);
  set_prefixes();
}

void Modules::add(Loading& loading, FileIndex file, std::string path) {
  modules_.push_back({std::move(path), parse(loading.sources, file, loading.diagnostics), {}, {}});
}

void Modules::load_imports(Loading& loading, ModuleIndex index) {
  loading.chain.push_back(index);
  for (const Declaration& declaration : modules_[index.value()].tree.declarations) {
    if (const auto* import = declaration.as<ImportDeclaration>()) {
      load_import(loading, index, *import, declaration.range);
    }
  }
  loading.chain.pop_back();
  imports_first_.push_back(index);
}

void Modules::load_import(Loading& loading, ModuleIndex importer, const ImportDeclaration& import,
                          SourceRange range) {
  Module& module = modules_[importer.value()];
  const std::string path = imported_path(module.path, import.file.path);
  std::optional<ModuleIndex> imported = find(path);
  const auto begin =
      std::find(loading.chain.begin(), loading.chain.end(), imported.value_or(ModuleIndex::none()));
  if (begin != loading.chain.end()) {
    std::string circle;
    for (auto step = begin; step != loading.chain.end(); ++step) {
      circle += fmt::format("{} imports ", modules_[step->value()].path);
    }
    loading.diagnostics
        .report(DiagnosticCode::import_cycle, import.file.range,
                fmt::format("`{}` imports itself", path))
        .with_help(fmt::format("{}{}", circle, path));
    return;
  }
  for (const ModuleImport& earlier : module.imports) {
    if (imported && earlier.module == *imported) {
      loading.diagnostics
          .report(DiagnosticCode::imported_twice, import.file.range,
                  fmt::format("`{}` is imported already", path))
          .with_secondary(earlier.declaration->file.range, "first imported here");
      return;
    }
  }
  if (!imported) {
    imported = read(loading, import, path);
    if (!imported) return;
    load_imports(loading, *imported);
  }
  module.imports.push_back({*imported, &import, range});
}

std::optional<ModuleIndex> Modules::read(Loading& loading, const ImportDeclaration& import,
                                         const std::string& path) {
  if (modules_.size() >= kMaximumFiles || loading.chain.size() >= kMaximumImportDepth) {
    if (!std::exchange(loading.too_many, true)) {
      loading.diagnostics
          .report(DiagnosticCode::too_many_imports, import.file.range,
                  "this import is one too many")
          .with_help(fmt::format("a scenario is made of at most {} files, and imports lie at most "
                                 "{} deep in each other",
                                 kMaximumFiles, kMaximumImportDepth - 1));
    }
    return std::nullopt;
  }
  Result<std::string, std::string> text = loading.loader.load(path);
  if (!text.ok()) {
    loading.diagnostics.report(DiagnosticCode::missing_import, import.file.range,
                               fmt::format("cannot read `{}`: {}", path, text.error()));
    return std::nullopt;
  }
  const FileIndex file = loading.sources.add(path, std::move(text).value(), import.file.range);
  const auto index = ModuleIndex(count());
  add(loading, file, path);
  return index;
}

std::optional<ModuleIndex> Modules::find(const std::string& path) const {
  for (std::uint32_t index = 0; index < count(); ++index) {
    if (modules_[index].path == path) return ModuleIndex(index);
  }
  return std::nullopt;
}

// By breadth: a file goes by the name that the import nearest to the main file gives it.
void Modules::set_prefixes() {
  std::vector<bool> named(modules_.size(), false);
  std::vector<ModuleIndex> queue{kMain};
  named[0] = true;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Module& importer = modules_[queue[next].value()];
    for (const ModuleImport& import : importer.imports) {
      if (named[import.module.value()]) continue;
      named[import.module.value()] = true;
      const auto& alias = import.declaration->module;
      modules_[import.module.value()].prefix =
          importer.prefix + (alias ? alias->text + "." : std::string());
      queue.push_back(import.module);
    }
  }
}

std::vector<ScenarioFile> Modules::take_trees() {
  std::vector<ScenarioFile> trees;
  for (Module& module : modules_) trees.push_back(std::move(module.tree));
  return trees;
}

}  // namespace ipcsim::scenario
