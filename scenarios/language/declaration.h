// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree, part three: what stands at the top level of a file, without the expectations
// (expectation.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/language/device_declaration.h"
#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

// A file in quotes.
struct FileName {
  std::string path;  // as written between the quotes, escapes replaced
  std::string spelling;
  SourceRange range;
};

// `import "FILE" [as M]`
struct ImportDeclaration {
  FileName file;
  std::optional<Name> module;
};

// `param N = V [in A..B | in {V, …}]`
struct ParamDeclaration {
  Name name;
  ExpressionPtr value;
  std::variant<std::monostate, RangeBounds, std::vector<ExpressionPtr>> allowed;
};

// `const N = E`
struct ConstDeclaration {
  Name name;
  ExpressionPtr value;
};

enum class MachineKey : std::uint8_t { kCpus, kSlice, kMemory, kClock };

// `cpus N`, `slice T`, `memory N page` (its value is in bytes), `clock N MHz` (its value is the N).
struct MachineSetting {
  MachineKey key = MachineKey::kCpus;
  ExpressionPtr value;
};

// `KEY N` in the braces of `cost`.
struct CostSetting {
  SourceRange range;
  SurroundingsPtr surroundings;
  Name key;
  ExpressionPtr value;
};

// `cost MODEL [{ KEY N; … }]`: a model that is shipped, or a file.
struct MachineCost {
  std::variant<Name, FileName> model;
  std::optional<std::vector<CostSetting>> settings;
  std::vector<Comment> opening;  // as in Block
  std::vector<Comment> closing;
};

struct MachineItem {
  SourceRange range;
  SurroundingsPtr surroundings;
  std::variant<MachineSetting, MachineCost, MachineDevice> node;
};

struct MachineDeclaration {
  std::vector<MachineItem> items;
  std::vector<Comment> opening;
  std::vector<Comment> closing;
};

// `POLICY VALUE`: the value is a word of the policy's, or a parameter.
struct PolicySetting {
  Name policy;
  ExpressionPtr value;
};
// `limit NAME N`
struct LimitSetting {
  Name limit;
  ExpressionPtr value;
};
// `defect NAME`
struct DefectSetting {
  Name defect;
};

struct PolicyItem {
  SourceRange range;
  SurroundingsPtr surroundings;
  std::variant<PolicySetting, LimitSetting, DefectSetting> node;
};

struct PolicyDeclaration {
  std::vector<PolicyItem> items;
  std::vector<Comment> opening;
  std::vector<Comment> closing;
};

// `[i in A..B]` behind the name of a task or thread.
struct Replicas {
  SourceRange range;
  Name variable;
  RangeBounds bounds;
};

// `thread N[[i in A..B]][(p, …)] [cpu N] [on_spawn] [background] { … }`. Where a word is there, so
// is the range it stands at.
struct ThreadDeclaration {
  SourceRange range;
  SurroundingsPtr surroundings;
  Name name;
  std::optional<Replicas> replicas;
  std::vector<Name> parameters;
  ExpressionPtr cpu;  // may be null
  std::optional<SourceRange> on_spawn;
  std::optional<SourceRange> background;
  Block body;
};

// `memory N K page [empty]` of a task, `memory N K page of TASK, …` at top level. Its size is in
// bytes; its name stands for its address.
struct MemoryDeclaration {
  SourceRange range;  // of a task; that of the declaration at top level is with it
  SurroundingsPtr surroundings;
  Name name;
  ExpressionPtr size;
  std::optional<SourceRange> empty;
  std::vector<ExpressionPtr> owners;  // none: the task that it stands in
};

// What stands between the braces of a task or template.
struct TaskBody {
  SourceRange range;  // with its braces
  std::vector<MemoryDeclaration> memories;
  std::vector<ThreadDeclaration> threads;
  std::vector<Comment> opening;
  std::vector<Comment> closing;
};

// `= TEMPLATE(E, …)`
struct TemplateUse {
  SourceRange range;
  QualifiedName name;
  std::vector<ExpressionPtr> arguments;
};

// `task N[[i in A..B]] [uid N] [privileged] [background] { … } | = TEMPLATE(E, …)`
struct TaskDeclaration {
  Name name;
  std::optional<Replicas> replicas;
  ExpressionPtr uid;  // may be null
  std::optional<SourceRange> privileged;
  std::optional<SourceRange> background;
  std::variant<TaskBody, TemplateUse> body;
};

// `template N(p, …) { … }`
struct TemplateDeclaration {
  Name name;
  std::vector<Name> parameters;
  TaskBody body;
};

// `proc N(p, …) { … }`
struct ProcDeclaration {
  Name name;
  std::vector<Name> parameters;
  Block body;
};

// `inject kill TASK[.THREAD] [at T]`
struct InjectKill {
  ExpressionPtr target;
  ExpressionPtr at;  // may be null: once, at any step, a choice
};
// `inject spurious_wakeup TASK`
struct InjectSpuriousWakeup {
  ExpressionPtr task;
};
// `inject spurious_interrupt DEVICE [at T]`
struct InjectSpuriousInterrupt {
  ExpressionPtr device;
  ExpressionPtr at;  // may be null, as above
};
// `inject exhaust LIMIT of TASK`
struct InjectExhaust {
  Name limit;
  ExpressionPtr task;
};

struct InjectDeclaration {
  std::variant<InjectKill, InjectSpuriousWakeup, InjectSpuriousInterrupt, InjectExhaust> node;
};

// `schedule { … }`, as `fuzz` prints it. The language does not look inside.
struct ScheduleDeclaration {
  std::vector<std::string> lines;  // blank at neither end of a line; no empty lines
  SourceRange text_range;          // between the braces
};

}  // namespace ipcsim::scenario
