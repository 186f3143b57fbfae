// SPDX-License-Identifier: BSD-2-Clause
// Modules: the files of a scenario and who imports whom. Every file is read and parsed once,
// however many import it; a file never imports itself, not even by way of others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/ast.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/source_file.h"
#include "scenarios/language/source_loader.h"
#include "sim/base/strong_id.h"

namespace ipcsim::scenario {

using ModuleIndex = StrongId<struct ModuleTag>;

struct ModuleImport {
  ModuleIndex module;
  const ImportDeclaration* declaration = nullptr;
  SourceRange range;
};

struct Module {
  std::string path;  // without `.` and `..` where that is possible
  ScenarioFile tree;
  std::vector<ModuleImport> imports;
  std::string prefix;  // "M." before the names of its tasks when it was imported `as M`
};

class Modules {
 public:
  static constexpr ModuleIndex kMain = ModuleIndex(0);

  // Reads and parses everything. With errors the modules are incomplete.
  void load(SourceFiles& sources, FileIndex main, SourceLoader& loader, Diagnostics& diagnostics);

  const Module& operator[](ModuleIndex index) const { return modules_[index.value()]; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(modules_.size()); }

  // All of them, each after those it imports.
  const std::vector<ModuleIndex>& imports_first() const { return imports_first_; }

  // Gives the trees away, by module. Pointers to declarations in them stay valid.
  std::vector<ScenarioFile> take_trees();

 private:
  struct Loading;

  void add(Loading& loading, FileIndex file, std::string path);
  void load_imports(Loading& loading, ModuleIndex index);
  void load_import(Loading& loading, ModuleIndex importer, const ImportDeclaration& import,
                   SourceRange range);
  std::optional<ModuleIndex> read(Loading& loading, const ImportDeclaration& import,
                                  const std::string& path);
  std::optional<ModuleIndex> find(const std::string& path) const;
  void set_prefixes();

  std::vector<Module> modules_;
  std::vector<ModuleIndex> imports_first_;
};

// `path` as an import of the file at `importer` means it: "a/b.scn", "../c.scn" -> "c.scn".
std::string imported_path(const std::string& importer, const std::string& path);

}  // namespace ipcsim::scenario
