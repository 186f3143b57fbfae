// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/layout.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel_model/abi/user_types.h"
#include "scenarios/language/check_limits.h"
#include "scenarios/language/file_names.h"
#include "scenarios/language/integer_operations.h"

namespace ipcsim::scenario {

namespace {

// Replicas have numbers that nobody needs 64 bits for.
constexpr IntegerBounds kReplicaNumbers{-1'000'000'000, 1'000'000'000};

RunWaits waits_for(const std::optional<SourceRange>& task, const std::optional<SourceRange>& own) {
  return task || own ? RunWaits::kNot : RunWaits::kForItsEnd;
}

// What a template's body can depend on before anything runs.
std::string signature_of(const std::vector<StaticBinding>& bindings) {
  std::string signature;
  for (const StaticBinding& binding : bindings) {
    signature += fmt::format("{}:{}:{}:{};", static_cast<unsigned>(binding.value.kind),
                             binding.group.value(), binding.word ? binding.word->text : "",
                             binding.device.value());
  }
  return signature;
}

}  // namespace

void Layout::declare() {
  for (std::uint32_t index = 0; index < state_.symbols.count(); ++index) {
    Symbol& symbol = state_.symbols[SymbolIndex(index)];
    if (symbol.declaration == nullptr) continue;
    if (const auto* task = symbol.declaration->as<TaskDeclaration>()) {
      symbol.index = static_cast<std::uint32_t>(state_.groups.size());
      GroupState& group = state_.groups.emplace_back();
      group.module = symbol.module;
      if (const auto* body = std::get_if<TaskBody>(&task->body)) {
        group.shape = add_shape(symbol.name, *body, symbol.module);
        group.has_shape = true;
      }
    } else if (const auto* shape = symbol.declaration->as<TemplateDeclaration>()) {
      symbol.index = static_cast<std::uint32_t>(state_.templates.size());
      state_.templates.push_back(
          {shape, symbol.module, add_shape(symbol.name, shape->body, symbol.module)});
    } else if (const auto* proc = symbol.declaration->as<ProcDeclaration>()) {
      symbol.index = static_cast<std::uint32_t>(state_.procs.size());
      ProcState& made = state_.procs.emplace_back();
      made.declaration = proc;
      made.module = symbol.module;
      made.outline = outline(proc->parameters, proc->body);
      made.body = BodyIndex(static_cast<std::uint32_t>(state_.result.bodies.size()));
      CheckedBody& body = state_.result.bodies.emplace_back();
      body.name = std::string(symbol.name);
      body.block = &proc->body;
      body.variables = made.outline.variables;
      body.parameters = static_cast<std::uint32_t>(proc->parameters.size());
    }
  }
  for (const TaskShape& shape : state_.shapes) {
    for (const BodyOutline& thread : shape.threads) add_marks(thread);
  }
  for (const ProcState& proc : state_.procs) add_marks(proc.outline);
  check_binding_names();
}

void Layout::add_marks(const BodyOutline& outline) {
  for (const auto& [name, range] : outline.marks) {
    const auto index = MarkIndex(static_cast<std::uint32_t>(state_.result.marks.size()));
    if (state_.marks.emplace(name, index).second) state_.result.marks.emplace_back(name);
  }
}

std::uint32_t Layout::add_shape(std::string_view name, const TaskBody& body, ModuleIndex module) {
  TaskShape& shape = state_.shapes.emplace_back();
  shape.name = name;
  shape.body = &body;
  shape.module = module;
  for (std::uint32_t family = 0; family < body.threads.size(); ++family) {
    const ThreadDeclaration& thread = body.threads[family];
    shape.threads.push_back(outline(thread.parameters, thread.body));
    const auto [entry, fresh] = shape.families.emplace(thread.name.text, family);
    if (fresh) continue;
    state_.diagnostics
        .report(DiagnosticCode::duplicate_name, thread.name.range,
                fmt::format("`{}` has a thread `{}` already", name, thread.name.text))
        .with_secondary(body.threads[entry->second].name.range, "first declared here");
  }
  return static_cast<std::uint32_t>(state_.shapes.size() - 1);
}

// Replica variables and template parameters hide nothing, as variables do not.
void Layout::check_binding_names() {
  for (std::uint32_t index = 0; index < state_.symbols.count(); ++index) {
    const Symbol& symbol = state_.symbols[SymbolIndex(index)];
    if (symbol.declaration == nullptr) continue;
    std::map<std::string_view, SourceRange> names;
    const TaskBody* body = nullptr;
    if (const auto* shape = symbol.declaration->as<TemplateDeclaration>()) {
      for (const Name& parameter : shape->parameters) {
        check_binding_name(symbol.module, parameter, names);
        names.emplace(parameter.text, parameter.range);
      }
      body = &shape->body;
    } else if (const auto* task = symbol.declaration->as<TaskDeclaration>()) {
      if (task->replicas) {
        const Name& variable = task->replicas->variable;
        check_binding_name(symbol.module, variable, names);
        names.emplace(variable.text, variable.range);
      }
      body = std::get_if<TaskBody>(&task->body);
    }
    if (body == nullptr) continue;
    for (const MemoryDeclaration& memory : body->memories) {
      check_binding_name(symbol.module, memory.name, names);
      names.emplace(memory.name.text, memory.name.range);
    }
    for (const ThreadDeclaration& thread : body->threads) {
      if (thread.replicas) check_binding_name(symbol.module, thread.replicas->variable, names);
    }
  }
}

void Layout::check_binding_name(ModuleIndex module, const Name& name,
                                const std::map<std::string_view, SourceRange>& earlier) {
  const auto same = earlier.find(name.text);
  if (same != earlier.end()) {
    state_.diagnostics
        .report(DiagnosticCode::duplicate_name, name.range,
                fmt::format("`{}` is declared already", name.text))
        .with_secondary(same->second, "first declared here");
    return;
  }
  const SymbolIndex symbol = state_.symbols.find(module, name.text);
  if (!symbol.valid()) return;
  state_.diagnostics
      .report(DiagnosticCode::shadowed_name, name.range,
              fmt::format("`{}` would hide {}", name.text, describe(state_.symbols[symbol].kind)))
      .with_secondary(state_.symbols[symbol].range, "declared here");
}

std::optional<Layout::Replication> Layout::replication(const Replicas& replicas,
                                                       const ConstantPlace& place,
                                                       std::uint32_t left, std::string_view limit) {
  const auto first =
      constants_.integer(*replicas.bounds.first, place, "a replica's number", kReplicaNumbers);
  const auto last =
      constants_.integer(*replicas.bounds.last, place, "a replica's number", kReplicaNumbers);
  if (!first || !last) return std::nullopt;
  if (*first > *last) {
    report_empty_range(state_.diagnostics, replicas.bounds, *first, *last);
    return std::nullopt;
  }
  const std::int64_t count = *last - *first + 1;
  if (count > left) {
    state_.diagnostics.report(DiagnosticCode::too_many_replicas, replicas.range,
                              fmt::format("this makes {} more, but {}", count, limit));
    return std::nullopt;
  }
  return Replication{*first, static_cast<std::uint32_t>(count)};
}

void Layout::count_tasks() {
  std::uint32_t total = 0;
  std::map<std::string, SourceRange> by_name;
  for (std::uint32_t index = 0; index < state_.symbols.count(); ++index) {
    const Symbol& symbol = state_.symbols[SymbolIndex(index)];
    if (symbol.kind != SymbolKind::kTask) continue;
    const auto* task = symbol.declaration->as<TaskDeclaration>();
    TaskGroup group;
    group.name = state_.modules[symbol.module].prefix + std::string(symbol.name);
    group.declaration = task;
    group.first_task = total;
    const std::string limit = fmt::format("a scenario has at most {} tasks", kMaximumTasks);
    if (task->replicas) {
      const auto counted =
          replication(*task->replicas, {symbol.module, {}}, kMaximumTasks - total, limit);
      group.first = counted ? counted->first : 0;
      group.count = counted ? counted->count : 1;
      state_.groups[symbol.index].counted = counted.has_value();
    } else if (total >= kMaximumTasks) {
      state_.diagnostics.report(DiagnosticCode::too_many_replicas, symbol.range, limit);
      group.count = 0;
    }
    total = std::min(total + group.count, kMaximumTasks);
    const auto [same, fresh] = by_name.emplace(group.name, task->name.range);
    if (!fresh && same->second.file != task->name.range.file) {
      state_.diagnostics
          .report(DiagnosticCode::duplicate_name, task->name.range,
                  fmt::format("there is a task `{}` already, in another file", group.name))
          .with_secondary(same->second, "first declared here")
          .with_help("an `import … as M` of one of the files makes its tasks `M.` ones");
    }
    state_.result.groups.push_back(std::move(group));
  }
}

void Layout::expand() {
  for (std::uint32_t index = 0; index < state_.groups.size(); ++index) {
    expand_group(GroupIndex(index));
  }
  check_unused_templates();
}

void Layout::expand_group(GroupIndex index) {
  const TaskGroup group = state_.result.groups[index.value()];
  GroupState& state = state_.groups[index.value()];
  std::vector<std::string_view> binding_names;
  if (group.first) binding_names.push_back(group.declaration->replicas->variable.text);
  if (const auto* use = std::get_if<TemplateUse>(&group.declaration->body)) {
    const SymbolIndex symbol = resolve_qualified(state_, state.module, use->name);
    if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kTemplate) {
      report_not_a(state_, state.module, use->name, symbol, SymbolKind::kTemplate);
      return;
    }
    const TemplateState& shape = state_.templates[state_.symbols[symbol].index];
    state.shape = shape.shape;
    state.has_shape = true;
    binding_names.clear();
    for (const Name& parameter : shape.declaration->parameters) {
      binding_names.push_back(parameter.text);
    }
    const std::size_t expected = binding_names.size();
    if (use->arguments.size() != expected) {
      state_.diagnostics
          .report(DiagnosticCode::wrong_argument_count, use->range,
                  fmt::format("template `{}` takes {} argument{}, here {} {}", use->name.name.text,
                              expected, expected == 1 ? "" : "s",
                              use->arguments.size() == 1 ? "is" : "are", use->arguments.size()))
          .with_secondary(shape.declaration->name.range, "declared here");
      return;
    }
  }
  for (const MemoryDeclaration& memory : state_.shapes[state.shape].body->memories) {
    binding_names.push_back(memory.name.text);
  }
  state.binding_names = binding_names;
  for (std::uint32_t offset = 0; offset < group.count; ++offset) {
    std::optional<std::int64_t> number;
    if (group.first) number = *group.first + offset;
    if (!expand_task(index, number)) return;
  }
}

// False after a mistake: then the other replicas need not be looked at, they have it too.
bool Layout::expand_task(GroupIndex index, std::optional<std::int64_t> number) {
  const TaskGroup& group = state_.result.groups[index.value()];
  const TaskDeclaration& declaration = *group.declaration;
  const std::size_t errors = state_.diagnostics.error_count();

  std::vector<std::string_view> own_names;
  Values own_values;
  if (number) {
    own_names.push_back(declaration.replicas->variable.text);
    own_values.emplace_back(*number);
  }
  const ConstantPlace place{state_.groups[index.value()].module, {own_names, own_values}};

  CheckedTask task;
  task.name = number ? fmt::format("{}[{}]", group.name, *number) : group.name;
  task.group = index;
  task.privileged = declaration.privileged.has_value();
  if (declaration.uid) {
    const auto uid = constants_.integer(*declaration.uid, place, "a uid", {0, kernel::kMaximumUid});
    task.uid = static_cast<std::uint32_t>(uid.value_or(0));
  }
  Values values = own_values;
  if (std::holds_alternative<TemplateUse>(declaration.body)) {
    auto filled = template_values(declaration, place);
    if (!filled) return false;
    values = std::move(*filled);
  }
  if (!add_memories(index, values)) return false;
  if (state_.groups[index.value()].bodies.empty() && !add_bodies(index, values)) return false;
  const TaskShape& shape = *state_.shape_of(index);
  bool starts = false;
  for (std::uint32_t family = 0; family < shape.body->threads.size(); ++family) {
    const BodyIndex body = state_.groups[index.value()].bodies[family];
    if (!expand_family(task, shape, family, body, values)) return false;
    starts = starts || task.families.back().start == ThreadStart::kAtBoot;
  }
  if (!starts) {
    state_.diagnostics.report(
        DiagnosticCode::task_without_thread, declaration.name.range,
        fmt::format("`{}` has no thread that starts with it", declaration.name.text));
  }
  state_.result.tasks.push_back(std::move(task));
  return state_.diagnostics.error_count() == errors;
}

// The memory of one task, which its threads know by its address.
bool Layout::add_memories(GroupIndex index, Values& values) {
  const TaskShape& shape = *state_.shape_of(index);
  const auto task = kernel::TaskId(static_cast<std::uint32_t>(state_.result.tasks.size()));
  std::vector<std::string_view> names = state_.groups[index.value()].binding_names;
  names.resize(values.size());
  const Values outer = values;
  for (const MemoryDeclaration& memory : shape.body->memories) {
    const auto pages = constants_.memory_pages(memory, {shape.module, {names, outer}});
    if (!pages) return false;
    const std::uint64_t address = constants_.place_memory(*pages);
    values.emplace_back(static_cast<std::int64_t>(address));
    if (!memory.empty) state_.result.memories.push_back({{task}, address, *pages});
  }
  return true;
}

std::optional<Layout::Values> Layout::template_values(const TaskDeclaration& task,
                                                      const ConstantPlace& place) {
  Values values;
  for (const ExpressionPtr& argument : std::get<TemplateUse>(task.body).arguments) {
    auto value = constants_.evaluate(*argument, place);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

bool Layout::add_bodies(GroupIndex index, const Values& values) {
  GroupState& group = state_.groups[index.value()];
  const std::vector<std::string_view>& names = group.binding_names;
  if (names.size() != values.size()) return false;
  std::vector<StaticBinding> bindings;
  for (std::size_t place = 0; place < names.size(); ++place) {
    StaticBinding binding{names[place], static_value(values[place]), {}, {}, {}};
    binding.value.integer.reset();  // it differs from replica to replica, from use to use
    binding.value.length.reset();
    binding.value.truth.reset();
    if (const auto* task = std::get_if<kernel::TaskId>(&values[place])) {
      const auto& groups = state_.result.groups;
      const auto after = std::upper_bound(
          groups.begin(), groups.end(), task->value(),
          [](std::uint32_t id, const TaskGroup& one) { return id < one.first_task; });
      binding.group = GroupIndex(static_cast<std::uint32_t>(after - groups.begin() - 1));
    }
    if (const auto* word = std::get_if<Word>(&values[place])) binding.word = *word;
    if (const auto* device = std::get_if<kernel::DeviceId>(&values[place])) {
      binding.device = *device;
    }
    bindings.push_back(std::move(binding));
  }
  const bool is_template =
      std::holds_alternative<TemplateUse>(state_.result.groups[index.value()].declaration->body);
  if (!is_template) {
    group.bodies = new_bodies(group.shape, bindings);
    return true;
  }
  std::vector<BodyIndex>& bodies = filled_in_[{group.shape, signature_of(bindings)}];
  if (bodies.empty()) bodies = new_bodies(group.shape, bindings);
  group.bodies = bodies;
  return true;
}

std::vector<BodyIndex> Layout::new_bodies(std::uint32_t shape_index,
                                          const std::vector<StaticBinding>& bindings) {
  const TaskShape& shape = state_.shapes[shape_index];
  std::vector<BodyIndex> bodies;
  for (std::uint32_t family = 0; family < shape.threads.size(); ++family) {
    const ThreadDeclaration& thread = shape.body->threads[family];
    BodyJob job{BodyIndex(static_cast<std::uint32_t>(state_.result.bodies.size())), shape_index,
                family, bindings};
    if (thread.replicas) {
      job.bindings.push_back({thread.replicas->variable.text, StaticKind::kInteger, {}, {}, {}});
    }
    CheckedBody& body = state_.result.bodies.emplace_back();
    body.name = fmt::format("{}.{}", shape.name, thread.name.text);
    body.block = &thread.body;
    body.variables = shape.threads[family].variables;
    body.parameters = static_cast<std::uint32_t>(thread.parameters.size());
    for (const StaticBinding& binding : job.bindings) body.bindings.push_back(binding.name);
    bodies.push_back(job.body);
    state_.jobs.push_back(std::move(job));
    check_thread(thread);
  }
  return bodies;
}

void Layout::check_thread(const ThreadDeclaration& thread) {
  if (!thread.on_spawn && !thread.parameters.empty()) {
    state_.diagnostics
        .report(DiagnosticCode::thread_form, thread.parameters.front().range,
                fmt::format("`{}` starts with its task, so nobody gives it arguments",
                            thread.name.text))
        .with_help("make it `on_spawn`, and `spawn` it");
  }
  if (thread.on_spawn && thread.replicas) {
    state_.diagnostics
        .report(DiagnosticCode::thread_form, thread.replicas->range,
                fmt::format("`{}` starts when it is spawned, as often as it is spawned",
                            thread.name.text))
        .with_help("leave the replicas out, and `spawn` it several times");
  }
}

bool Layout::expand_family(CheckedTask& task, const TaskShape& shape, std::uint32_t index,
                           BodyIndex body, const Values& values) {
  const ThreadDeclaration& thread = shape.body->threads[index];
  const TaskDeclaration& declaration = *state_.result.groups[task.group.value()].declaration;
  ThreadFamily& family = task.families.emplace_back();
  family.declaration = &thread;
  family.body = body;
  family.start = thread.on_spawn ? ThreadStart::kOnSpawn : ThreadStart::kAtBoot;
  family.waits = waits_for(declaration.background, thread.background);

  std::vector<std::string_view> names = state_.groups[task.group.value()].binding_names;
  Values bindings = values;
  Replication replicas;
  const std::string limit = fmt::format("a scenario has at most {} threads", kMaximumThreads);
  if (thread.replicas && !thread.on_spawn) {
    const auto counted = replication(*thread.replicas, {shape.module, {names, bindings}},
                                     kMaximumThreads - threads_, limit);
    if (!counted) return false;
    replicas = *counted;
    family.first = replicas.first;
    names.push_back(thread.replicas->variable.text);
    bindings.emplace_back(std::int64_t{0});
  } else if (threads_ >= kMaximumThreads) {
    state_.diagnostics.report(DiagnosticCode::too_many_replicas, thread.name.range, limit);
    return false;
  }
  threads_ += replicas.count;
  for (std::uint32_t offset = 0; offset < replicas.count; ++offset) {
    CheckedThread& made = family.threads.emplace_back();
    made.name = thread.name.text;
    if (family.first) {
      bindings.back() = *family.first + offset;
      made.name += fmt::format("[{}]", *family.first + offset);
    }
    made.bindings = bindings;
    if (!thread.cpu) continue;
    const std::int64_t last_cpu = static_cast<std::int64_t>(state_.result.machine.cpus) - 1;
    const auto cpu = constants_.integer(*thread.cpu, {shape.module, {names, bindings}},
                                        "the number of a CPU", {0, last_cpu});
    if (!cpu) return false;
    made.cpu = static_cast<unsigned>(*cpu);
  }
  return true;
}

// A template that no task uses is judged all the same, as if anything were given to it.
void Layout::check_unused_templates() {
  for (const TemplateState& shape : state_.templates) {
    const auto used = filled_in_.lower_bound({shape.shape, std::string()});
    if (used != filled_in_.end() && used->first.first == shape.shape) continue;
    std::vector<StaticBinding> bindings;
    for (const Name& parameter : shape.declaration->parameters) {
      bindings.push_back({parameter.text, StaticKind::kPoisoned, {}, {}, {}});
    }
    for (const MemoryDeclaration& memory : shape.declaration->body.memories) {
      bindings.push_back({memory.name.text, StaticKind::kInteger, {}, {}, {}});
    }
    new_bodies(shape.shape, bindings);
  }
}

}  // namespace ipcsim::scenario
