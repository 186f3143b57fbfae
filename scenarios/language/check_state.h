// SPDX-License-Identifier: BSD-2-Clause
// CheckState: what the parts of the checker know together. Each part fills its piece, in the order
// of checker.cc; what later parts read is complete even when mistakes were reported.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "scenarios/language/body_outline.h"
#include "scenarios/language/checked.h"
#include "scenarios/language/diagnostic.h"
#include "scenarios/language/modules.h"
#include "scenarios/language/static_kind.h"
#include "scenarios/language/symbols.h"

namespace ipcsim::scenario {

// The body of a task or template, as it stands in the file.
struct TaskShape {
  std::string_view name;  // of the task or template
  const TaskBody* body = nullptr;
  ModuleIndex module;
  std::vector<BodyOutline> threads;  // by family
  std::map<std::string_view, std::uint32_t> families;
  std::set<std::uint32_t> spawned;  // families that a thread of the task spawns
};

// A replica variable or template parameter, as a body sees it.
struct StaticBinding {
  std::string_view name;
  StaticValue value;
  GroupIndex group;          // of a task
  std::optional<Word> word;  // of a word of the kernel's
  kernel::DeviceId device;   // of a device
};

struct GroupState {
  ModuleIndex module;
  std::uint32_t shape = 0;
  // Of a group that uses an unknown template there is no shape.
  bool has_shape = false;
  bool counted = true;            // how many tasks it has is known
  std::vector<BodyIndex> bodies;  // by family
  std::vector<std::string_view> binding_names;
};

struct ProcState {
  const ProcDeclaration* declaration = nullptr;
  ModuleIndex module;
  BodyOutline outline;
  BodyIndex body;
  std::vector<std::uint32_t> callees;  // procs
  StaticValue result = StaticKind::kNothing;
  bool checked = false;
};

struct TemplateState {
  const TemplateDeclaration* declaration = nullptr;
  ModuleIndex module;
  std::uint32_t shape = 0;
};

// A thread's body that is to be checked.
struct BodyJob {
  BodyIndex body;
  std::uint32_t shape = 0;
  std::uint32_t family = 0;
  std::vector<StaticBinding> bindings;
};

// A `poll` without time-out that nobody can ever end, if no thread connects to the task.
struct SilentPoll {
  SourceRange range;
  std::uint32_t shape = 0;
  const BodyOutline* outline = nullptr;
  std::vector<SourceRange> ports;  // the declarations of the variables polled; none: `poll_all`
};

// A condition names an on_spawn thread.
struct SpawnWatch {
  SourceRange range;
  std::uint32_t shape = 0;
  std::uint32_t family = 0;
};

struct CheckState {
  CheckState(const Modules& files, Diagnostics& messages, CheckedScenario& scenario)
      : modules(files), diagnostics(messages), result(scenario) {}

  const Modules& modules;
  Diagnostics& diagnostics;
  CheckedScenario& result;
  Symbols symbols;

  std::deque<TaskShape> shapes;    // a deque: outlines stay where they are
  std::vector<GroupState> groups;  // beside result.groups
  std::vector<TemplateState> templates;
  std::deque<ProcState> procs;
  std::vector<BodyJob> jobs;

  // For the warning about silent polls.
  std::vector<SilentPoll> silent_polls;
  std::set<GroupIndex> connected_to;   // named by a `connect`
  std::set<std::uint32_t> connecting;  // shapes whose threads call `connect`
  bool connects_to_any = false;        // a `connect` to who knows which task
  bool procs_connect = false;
  bool forges_descriptors = false;

  std::map<std::string_view, MarkIndex> marks;  // of result.marks
  std::set<std::string_view> marks_used;        // named by a condition
  std::vector<SpawnWatch> spawn_watches;

  const TaskShape* shape_of(GroupIndex group) const {
    const GroupState& state = groups[group.value()];
    return state.has_shape ? &shapes[state.shape] : nullptr;
  }
  TaskShape* shape_of(GroupIndex group) {
    const GroupState& state = groups[group.value()];
    return state.has_shape ? &shapes[state.shape] : nullptr;
  }
  bool is_main(ModuleIndex module) const { return module == Modules::kMain; }
};

}  // namespace ipcsim::scenario
