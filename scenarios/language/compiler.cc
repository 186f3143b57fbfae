// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/compiler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "scenarios/language/frame_sizes.h"
#include "scenarios/language/interpreter.h"
#include "scenarios/language/printer.h"
#include "scenarios/language/source_line.h"
#include "scenarios/language/statement_compiler.h"
#include "scenarios/language/watched_variables.h"

namespace ipcsim::scenario {
namespace {

class Compiler {
 public:
  Compiler(const CheckedScenario& scenario, const SourceFiles& sources, Diagnostics& diagnostics)
      : scenario_(scenario), sources_(sources), diagnostics_(diagnostics), code_(program_) {}

  std::optional<Program> compile();

 private:
  void tasks();
  void family(std::uint32_t task, const ThreadFamily& family);
  void bodies();
  void body(std::uint32_t index, BodyKind kind, const std::vector<bool>& watched);
  void expectations();
  void device_starts();
  Condition condition(const Expression& condition, SourceRange range);
  void memory_of_threads();
  void check_registers(SourceRange range);

  const CheckedScenario& scenario_;
  const SourceFiles& sources_;
  Diagnostics& diagnostics_;
  Program program_;
  CodeBuilder code_;
  std::vector<std::vector<CallSite>> calls_;  // of each body
  bool failed_ = false;
};

std::optional<Program> Compiler::compile() {
  for (FileIndex file = 0; file < scenario_.files.size(); ++file) {
    program_.files.push_back(name_in_traces(sources_, file));
  }
  program_.marks = scenario_.marks;
  bodies();
  tasks();
  expectations();
  device_starts();
  if (!failed_) {
    add_frame_sizes(program_.routines, calls_);
    memory_of_threads();
  }
  if (failed_) return std::nullopt;
  return std::move(program_);
}

void Compiler::tasks() {
  for (std::uint32_t index = 0; index < scenario_.tasks.size(); ++index) {
    const CheckedTask& task = scenario_.tasks[index];
    program_.tasks.push_back(
        {.name = task.name,
         .uid = task.uid,
         .privileged = task.privileged,
         .first_family = static_cast<std::uint32_t>(program_.families.size())});
    for (const ThreadFamily& one : task.families) family(index, one);
  }
  for (const TaskGroup& group : scenario_.groups) {
    program_.groups.push_back({.name = group.name,
                               .first_task = group.first_task,
                               .tasks = group.count,
                               .first_number = group.first.value_or(0)});
  }
}

void Compiler::family(std::uint32_t task, const ThreadFamily& family) {
  const std::string prefix = scenario_.tasks[task].name + ".";
  program_.families.push_back({.name = prefix + family.declaration->name.text,
                               .first_place = static_cast<std::uint32_t>(program_.places.size()),
                               .places = static_cast<std::uint32_t>(family.threads.size()),
                               .first_number = family.first.value_or(0)});
  for (const CheckedThread& thread : family.threads) {
    program_.places.push_back(
        {.name = prefix + thread.name,
         .routine = family.body.value(),
         .task = task,
         .first_binding = static_cast<std::uint32_t>(program_.bindings.size()),
         .cpu = thread.cpu.has_value() ? kernel::CpuId(*thread.cpu) : kernel::CpuId::none(),
         .background = family.waits == RunWaits::kNot,
         .on_spawn = family.start == ThreadStart::kOnSpawn});
    for (const ConstantValue& binding : thread.bindings) {
      program_.bindings.push_back(code_.value_of(binding));
    }
  }
}

void Compiler::bodies() {
  const std::vector<std::vector<bool>> watched = watched_variables(scenario_);
  std::vector<BodyKind> kinds(scenario_.bodies.size(), BodyKind::kProc);
  for (const CheckedTask& task : scenario_.tasks) {
    for (const ThreadFamily& family : task.families) {
      kinds[family.body.value()] = BodyKind::kThread;
    }
  }
  program_.routines.resize(scenario_.bodies.size());
  calls_.resize(scenario_.bodies.size());
  for (std::uint32_t index = 0; index < scenario_.bodies.size(); ++index) {
    body(index, kinds[index], watched[index]);
  }
}

void Compiler::body(std::uint32_t index, BodyKind kind, const std::vector<bool>& watched) {
  const CheckedBody& checked = scenario_.bodies[index];
  const CompiledBody compiled{scenario_, checked.resolutions, &checked};
  Routine& routine = program_.routines[index];
  routine.name = checked.name;
  routine.entry = code_.here();
  routine.bindings = compiled.bindings();
  routine.parameters = checked.parameters;
  code_.begin_frame(compiled.bindings() + compiled.variables());
  StatementCompiler statements(code_, compiled, kind, sources_, watched);
  statements.body();
  // A proc without variables still gives its result in a register.
  routine.registers = std::max<std::uint32_t>(code_.registers_used(), 1);
  calls_[index] = statements.call_sites();
  check_registers(checked.block->range);
}

void Compiler::expectations() {
  for (const CheckedRunExpectation& checked : scenario_.expectations.run) {
    program_.expectations.push_back({.kind = static_cast<ExpectationKind>(checked.kind),
                                     .condition = condition(*checked.condition, checked.range),
                                     .within = checked.within,
                                     .judged = checked.judged});
  }
}

void Compiler::device_starts() {
  const std::vector<CheckedDevice>& devices = scenario_.machine.devices;
  for (std::uint32_t index = 0; index < devices.size(); ++index) {
    const Expression* const after = devices[index].after;
    if (after == nullptr) continue;
    program_.device_starts.push_back(
        {.device = index, .condition = condition(*after, after->range)});
  }
}

Condition Compiler::condition(const Expression& condition, SourceRange range) {
  const CompiledBody top_level{scenario_, scenario_.expectations.resolutions, nullptr};
  ExpressionCompiler expressions(code_, top_level);
  Condition compiled;
  compiled.entry = code_.here();
  code_.begin_frame(0);
  code_.keep_temporaries(true);
  code_.set_line(source_line(sources_, range));
  std::vector<Judgement::Term> terms;
  const Register result = expressions.judged_condition(condition, terms);
  compiled.done = code_.emit(Opcode::k_condition_done, result);
  code_.judge(compiled.done, print(condition), std::move(terms));
  compiled.registers = code_.registers_used();
  check_registers(range);
  return compiled;
}

void Compiler::check_registers(SourceRange range) {
  if (!code_.overflowed()) return;
  failed_ = true;
  diagnostics_.report(DiagnosticCode::body_too_large, range,
                      "this needs more variables and intermediate values than the 60_000 that fit");
}

void Compiler::memory_of_threads() {
  std::uint64_t bytes = 0;
  for (const ThreadPlace& place : program_.places) {
    const Routine& routine = program_.routines[place.routine];
    bytes += routine.stack * sizeof(Value) + routine.depth * sizeof(ScriptFrame);
  }
  if (bytes <= Interpreter::kMaximumThreadBytes / 2) return;
  failed_ = true;
  diagnostics_.report(DiagnosticCode::threads_too_large, {},
                      "the variables of all threads together need more than 1 GiB");
}

}  // namespace

std::optional<Program> compile(const CheckedScenario& scenario, const SourceFiles& sources,
                               Diagnostics& diagnostics) {
  return Compiler(scenario, sources, diagnostics).compile();
}

}  // namespace ipcsim::scenario
