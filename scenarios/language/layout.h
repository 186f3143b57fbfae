// SPDX-License-Identifier: BSD-2-Clause
// Layout: every task and thread of a scenario, one by one: replicas are counted out, templates are
// filled in. declare() comes before constants are evaluated, the rest after.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/check_state.h"
#include "scenarios/language/constants.h"

namespace ipcsim::scenario {

class Layout {
 public:
  Layout(CheckState& state, Constants& constants) : state_(state), constants_(constants) {}

  // Registers groups, templates and procs with the outlines of their bodies.
  void declare();

  // Counts and names the tasks; from then on they can be named by constants.
  void count_tasks();

  // Makes the tasks and threads, and the list of bodies to check.
  void expand();

 private:
  struct Replication {
    std::int64_t first = 0;
    std::uint32_t count = 1;
  };
  using Values = std::vector<ConstantValue>;

  std::uint32_t add_shape(std::string_view name, const TaskBody& body, ModuleIndex module);
  void add_marks(const BodyOutline& outline);
  void check_binding_names();
  void check_binding_name(ModuleIndex module, const Name& name,
                          const std::map<std::string_view, SourceRange>& earlier);
  std::optional<Replication> replication(const Replicas& replicas, const ConstantPlace& place,
                                         std::uint32_t left, std::string_view limit);

  void expand_group(GroupIndex index);
  bool expand_task(GroupIndex group, std::optional<std::int64_t> number);
  bool add_memories(GroupIndex index, Values& values);
  std::optional<Values> template_values(const TaskDeclaration& task, const ConstantPlace& place);
  bool add_bodies(GroupIndex group, const Values& values);
  bool expand_family(CheckedTask& task, const TaskShape& shape, std::uint32_t index, BodyIndex body,
                     const Values& values);
  void check_thread(const ThreadDeclaration& thread);
  std::vector<BodyIndex> new_bodies(std::uint32_t shape,
                                    const std::vector<StaticBinding>& bindings);
  void check_unused_templates();

  CheckState& state_;
  Constants& constants_;
  std::uint32_t threads_ = 0;
  // The bodies of a template for arguments of certain kinds.
  std::map<std::pair<std::uint32_t, std::string>, std::vector<BodyIndex>> filled_in_;
};

}  // namespace ipcsim::scenario
