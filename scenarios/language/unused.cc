// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/unused.h"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/language/judgement_finder.h"

namespace ipcsim::scenario {

namespace {

bool exempt(std::string_view name) { return name.empty() || name.front() == '_'; }

// A file without a thread that the run waits for is there to be imported: what it declares is for
// others.
bool is_library(const CheckState& state) {
  for (const CheckedTask& task : state.result.tasks) {
    if (!state.is_main(state.groups[task.group.value()].module)) continue;
    for (const ThreadFamily& family : task.families) {
      const bool boots = family.start == ThreadStart::kAtBoot;
      if (boots && family.waits == RunWaits::kForItsEnd) return false;
    }
  }
  return true;
}

void warn_of_variables(CheckState& state, const BodyOutline& outline) {
  for (const auto& [range, variable] : outline.declarations) {
    if (variable.reads != 0 || exempt(variable.name)) continue;
    if (variable.role == VariableRole::kLoop || outline.watched.contains(variable.name)) continue;
    const bool parameter = variable.role == VariableRole::kParameter;
    state.diagnostics
        .report(DiagnosticCode::unused, range,
                fmt::format("{} `{}` is never used", parameter ? "parameter" : "variable",
                            variable.name))
        .with_help(fmt::format("`_{}` says that this is meant", variable.name));
  }
}

void warn_of_marks(CheckState& state, const BodyOutline& outline) {
  for (const auto& [name, range] : outline.marks) {
    if (state.marks_used.contains(name) || exempt(name)) continue;
    state.diagnostics.report(DiagnosticCode::unused, range,
                             fmt::format("nobody asks whether mark `{}` was passed", name));
  }
}

void warn_of_symbols(CheckState& state) {
  for (std::uint32_t index = 0; index < state.symbols.count(); ++index) {
    const Symbol& symbol = state.symbols[SymbolIndex(index)];
    const bool counts = symbol.kind == SymbolKind::kParam || symbol.kind == SymbolKind::kConst ||
                        symbol.kind == SymbolKind::kTemplate || symbol.kind == SymbolKind::kProc ||
                        symbol.kind == SymbolKind::kMemory || symbol.kind == SymbolKind::kDevice;
    if (!counts || !state.is_main(symbol.module) || symbol.used || exempt(symbol.name)) continue;
    state.diagnostics.report(
        DiagnosticCode::unused, symbol.range,
        fmt::format("{} `{}` is never used", describe(symbol.kind).substr(2), symbol.name));
  }
}

// Whether a file does something without being named.
bool acts_itself(const Module& file) {
  return std::any_of(
      file.tree.declarations.begin(), file.tree.declarations.end(), [](const Declaration& one) {
        return one.as<TaskDeclaration>() || one.as<RunExpectationDeclaration>() ||
               one.as<ScheduleExpectationDeclaration>() || one.as<OutcomesDeclaration>() ||
               one.as<AllowDeclaration>() || one.as<InjectDeclaration>();
      });
}

// The same of a file or what it imports, by module.
std::vector<bool> acting(const CheckState& state) {
  std::vector<bool> acts(state.modules.count(), false);
  for (const ModuleIndex index : state.modules.imports_first()) {
    const Module& file = state.modules[index];
    acts[index.value()] =
        acts_itself(file) ||
        std::any_of(file.imports.begin(), file.imports.end(),
                    [&](const ModuleImport& import) { return bool{acts[import.module.value()]}; });
  }
  return acts;
}

void warn_of_imports(CheckState& state) {
  const std::vector<bool> acts = acting(state);
  for (const ModuleImport& import : state.modules[Modules::kMain].imports) {
    bool used = acts[import.module.value()];
    for (std::uint32_t index = 0; index < state.symbols.count() && !used; ++index) {
      const Symbol& symbol = state.symbols[SymbolIndex(index)];
      used = symbol.module == import.module && symbol.used_outside;
    }
    if (used) continue;
    state.diagnostics.report(DiagnosticCode::unused, import.declaration->file.range,
                             "nothing of this file is used");
  }
}

bool is_connected_to(const CheckState& state, std::uint32_t shape) {
  if (state.connects_to_any) return true;
  return std::any_of(state.connected_to.begin(), state.connected_to.end(),
                     [&](GroupIndex group) { return state.groups[group.value()].shape == shape; });
}

}  // namespace

void warn_of_unused(CheckState& state) {
  const bool library = is_library(state);
  for (const TaskShape& shape : state.shapes) {
    if (!state.is_main(shape.module)) continue;
    for (const BodyOutline& thread : shape.threads) {
      warn_of_variables(state, thread);
      if (!library) warn_of_marks(state, thread);
    }
  }
  for (const ProcState& proc : state.procs) {
    if (!state.is_main(proc.module)) continue;
    warn_of_variables(state, proc.outline);
    if (!library) warn_of_marks(state, proc.outline);
  }
  if (!library) warn_of_symbols(state);
  warn_of_imports(state);
}

void warn_of_silent_polls(CheckState& state) {
  if (state.forges_descriptors) return;
  for (const SilentPoll& poll : state.silent_polls) {
    const TaskShape& shape = state.shapes[poll.shape];
    if (!state.is_main(shape.module) || is_library(state)) continue;
    const bool connected = is_connected_to(state, poll.shape);
    bool pushed = false;
    bool silent = true;
    for (const SourceRange port : poll.ports) {
      const DeclaredVariable& variable = poll.outline->declarations.at(port);
      const std::uint32_t known = variable.polls + variable.pushes + variable.closes;
      const bool watched = poll.outline->watched.contains(variable.name);
      if (variable.reads != known || (connected && variable.pushes != 0)) silent = false;
      if (watched && connected) silent = false;
      pushed = pushed || variable.pushes != 0;
    }
    if (poll.ports.empty()) {  // poll_all
      silent = !connected && !state.procs_connect && !state.connecting.contains(poll.shape);
      pushed = true;
    }
    if (!silent) continue;
    state.diagnostics
        .report(DiagnosticCode::silent_poll, poll.range, "nobody can ever end this poll")
        .with_help(pushed ? fmt::format("no thread connects to `{}`", shape.name)
                          : "the port is not in the listen queue: `push_to_listen_queue` it");
  }
}

void judge_never_spawned(CheckState& state) {
  for (const TaskShape& shape : state.shapes) {
    for (std::uint32_t family = 0; family < shape.body->threads.size(); ++family) {
      const ThreadDeclaration& thread = shape.body->threads[family];
      if (!thread.on_spawn || shape.spawned.contains(family)) continue;
      if (const Statement* judged = find_judgement(thread.body)) {
        state.diagnostics
            .report(DiagnosticCode::never_judged, judged->range,
                    fmt::format("this is never judged: nobody spawns `{}`", thread.name.text))
            .with_secondary(thread.name.range, "declared here");
      } else if (state.is_main(shape.module) && !exempt(thread.name.text)) {
        state.diagnostics.report(DiagnosticCode::unused, thread.name.range,
                                 fmt::format("nobody spawns thread `{}`", thread.name.text));
      }
    }
  }
}

}  // namespace ipcsim::scenario
