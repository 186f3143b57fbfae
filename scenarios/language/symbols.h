// SPDX-License-Identifier: BSD-2-Clause
// Symbols: the names that files declare at top level, and what is visible where. A file sees its
// own names, those of the files it imports, and, after `import … as M`, those as M.N; it does not
// see what its imports import. Tasks, params, consts, templates, procs, shared memory, devices and
// modules share one space.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "scenarios/language/ast.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/modules.h"
#include "sim/base/strong_id.h"

namespace ipcsim::scenario {

using SymbolIndex = StrongId<struct SymbolTag>;

enum class SymbolKind : std::uint8_t {
  kParam,
  kConst,
  kTask,
  kTemplate,
  kProc,
  kMemory,
  kDevice,
  kModule,
};

// "a task", ...
std::string_view describe(SymbolKind kind);

struct Symbol {
  SymbolKind kind = SymbolKind::kConst;
  std::string_view name;
  SourceRange range;
  ModuleIndex module;                        // that declares it
  const Declaration* declaration = nullptr;  // none of kDevice and kModule
  ModuleIndex imported;                      // of kModule: what the name stands for
  std::uint32_t index = 0;  // among those of its kind: group, template, proc, device of its file
  bool used = false;
  bool used_outside = false;  // from another file
};

class Symbols {
 public:
  // Collects the names of all modules; reports those that are declared twice or clash.
  void collect(const Modules& modules, Diagnostics& diagnostics);

  // What `name` means in a file; none() when it means nothing there. Marks it as used.
  SymbolIndex use(ModuleIndex in, std::string_view name);
  // The same without marking; with a module, M.N.
  SymbolIndex find(ModuleIndex in, std::string_view name) const;
  SymbolIndex find_in(ModuleIndex imported, std::string_view name) const;

  // Of a member of a module: M.N.
  void mark_used(SymbolIndex index) {
    all_[index.value()].used = true;
    all_[index.value()].used_outside = true;
  }
  Symbol& operator[](SymbolIndex index) { return all_[index.value()]; }
  const Symbol& operator[](SymbolIndex index) const { return all_[index.value()]; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(all_.size()); }

  // The names visible in a file, of kinds that `wanted` admits, for suggestions.
  template <class Predicate>
  std::vector<std::string_view> names(ModuleIndex in, Predicate wanted) const {
    std::vector<std::string_view> found;
    for (const auto& [name, index] : visible_[in.value()]) {
      if (wanted(all_[index.value()])) found.push_back(name);
    }
    return found;
  }

 private:
  using Names = std::map<std::string_view, SymbolIndex>;

  void collect_own(const Modules& modules, ModuleIndex module, Diagnostics& diagnostics);
  void collect_devices(const MachineDeclaration& machine, ModuleIndex module, std::uint32_t& count,
                       Diagnostics& diagnostics);
  void declare(Symbol symbol, Diagnostics& diagnostics);
  void import_names(const Modules& modules, ModuleIndex module, Diagnostics& diagnostics);

  std::vector<Symbol> all_;
  std::vector<Names> own_;      // by module: what it declares itself
  std::vector<Names> visible_;  // by module: with what it imports
};

}  // namespace ipcsim::scenario
