// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/configuration_checker.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/check_limits.h"
#include "scenarios/language/suggestion.h"
#include "scenarios/language/units.h"

namespace ipcsim::scenario {

namespace {

constexpr std::string_view kDefaultCostModel = "skylake_nokpti";

}  // namespace

void ConfigurationChecker::check(const Overrides& overrides) {
  reject_in_imports();
  use(cost_models_.shipped(kDefaultCostModel, {}));
  for (const Declaration& declaration : state_.modules[Modules::kMain].tree.declarations) {
    if (const auto* block = declaration.as<MachineDeclaration>()) machine(*block);
    if (const auto* block = declaration.as<PolicyDeclaration>()) policy(*block);
  }
  // It takes the place of the model and of what the file changes in it.
  if (overrides.cost) use(cost_models_.from_command_line(*overrides.cost));
  override_kernel(overrides);
}

void ConfigurationChecker::reject_in_imports() {
  for (const ModuleIndex index : state_.modules.imports_first()) {
    if (state_.is_main(index)) continue;
    for (const Declaration& declaration : state_.modules[index].tree.declarations) {
      const bool machine = declaration.as<MachineDeclaration>() != nullptr;
      if (!machine && declaration.as<PolicyDeclaration>() == nullptr) continue;
      state_.diagnostics
          .report(DiagnosticCode::configured_in_import, declaration.range,
                  fmt::format("an imported file has no say in the {}",
                              machine ? "machine" : "policies"))
          .with_help("only the file that is run has a `machine` and a `policy` block");
    }
  }
}

bool ConfigurationChecker::first_time(const std::string& key, SourceRange range) {
  const auto [entry, fresh] = set_.emplace(key, range);
  if (fresh) return true;
  state_.diagnostics
      .report(DiagnosticCode::duplicate_setting, range, fmt::format("`{}` is set already", key))
      .with_secondary(entry->second, "first set here");
  return false;
}

void ConfigurationChecker::machine(const MachineDeclaration& machine) {
  for (const MachineItem& item : machine.items) {
    if (const auto* simple = std::get_if<MachineSetting>(&item.node)) {
      setting(*simple, item.range);
    } else if (const auto* costs = std::get_if<MachineCost>(&item.node)) {
      cost(*costs, item.range);
    }
  }
}

void ConfigurationChecker::setting(const MachineSetting& setting, SourceRange range) {
  MachineConfiguration& machine = state_.result.machine;
  const Expression& value = *setting.value;
  switch (setting.key) {
    case MachineKey::kCpus: {
      if (!first_time("cpus", range)) return;
      const auto cpus =
          constants_.integer(value, kMainFile, "the number of CPUs", {1, kMaximumCpus});
      if (cpus) machine.cpus = static_cast<unsigned>(*cpus);
      return;
    }
    case MachineKey::kSlice: {
      if (!first_time("slice", range)) return;
      const auto slice = constants_.integer(value, kMainFile, "the time slice in cycles",
                                            {kMinimumSlice, kMaximumSlice});
      if (slice) machine.slice = static_cast<Cycles>(*slice);
      return;
    }
    case MachineKey::kMemory: {
      if (!first_time("memory", range)) return;
      const auto memory =
          constants_.integer(value, kMainFile, "the memory in bytes", {kPageBytes, kMaximumMemory});
      if (!memory) return;
      if (*memory % kPageBytes != 0) {
        state_.diagnostics.report(
            DiagnosticCode::out_of_range, value.range,
            fmt::format("the memory is whole pages of {} bytes, this is {} bytes", kPageBytes,
                        *memory));
      }
      machine.memory_bytes = static_cast<std::uint64_t>(*memory);
      return;
    }
    case MachineKey::kClock:
      if (first_time("clock", range)) machine.clock_mhz = constants_.clock();
      return;
  }
}

void ConfigurationChecker::cost(const MachineCost& cost, SourceRange range) {
  if (!first_time("cost", range)) return;
  if (const auto* file = std::get_if<FileName>(&cost.model)) {
    const std::string& importer = state_.modules[Modules::kMain].path;
    use(cost_models_.from_file(imported_path(importer, file->path), file->range));
  } else {
    const Name& name = std::get<Name>(cost.model);
    use(cost_models_.shipped(name.text, name.range));
  }
  if (!cost.settings) return;
  for (const CostSetting& setting : *cost.settings) cost_setting(setting);
}

void ConfigurationChecker::cost_setting(const CostSetting& setting) {
  const std::string& key = setting.key.text;
  const auto value = constants_.integer(*setting.value, kMainFile, "a cost in cycles",
                                        {0, static_cast<std::int64_t>(machine::kMaximumCost)});
  const auto known = machine::cost_keys();
  const bool exists = std::any_of(known.begin(), known.end(),
                                  [&](const machine::CostKey& one) { return one.key == key; });
  if (!exists) {
    std::vector<std::string_view> keys;
    for (const machine::CostKey& one : known) keys.push_back(one.key);
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_cost, setting.key.range,
                   "there is no cost", key, keys);
    return;
  }
  if (!first_time(key, setting.range) || !value) return;
  machine::set_cost(state_.result.machine.cost, key, static_cast<Cycles>(*value));
}

void ConfigurationChecker::use(std::optional<machine::CostModel> model) {
  if (model) state_.result.machine.cost = *std::move(model);
}

void ConfigurationChecker::policy(const PolicyDeclaration& policy) {
  for (const PolicyItem& item : policy.items) {
    if (const auto* choice = std::get_if<PolicySetting>(&item.node)) policy_setting(*choice);
    if (const auto* limit = std::get_if<LimitSetting>(&item.node)) limit_setting(*limit);
    if (const auto* defect = std::get_if<DefectSetting>(&item.node)) defect_setting(*defect);
  }
}

void ConfigurationChecker::policy_setting(const PolicySetting& setting) {
  const auto policy = find_policy(setting.policy.text);
  if (!policy) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy, setting.policy.range,
                   "there is no policy", setting.policy.text, names_of(kernel::policies()));
    return;
  }
  if (!first_time(setting.policy.text, setting.policy.range)) return;
  const auto values = names_of(kernel::policy_values(*policy));
  const auto* name = setting.value->as<NameExpression>();
  std::string word;
  // The policy's own words come first; after them the file's.
  if (name != nullptr &&
      (std::find(values.begin(), values.end(), name->name.text) != values.end() ||
       !state_.symbols.find(Modules::kMain, name->name.text).valid())) {
    word = name->name.text;
  } else {
    const auto value = constants_.evaluate(*setting.value, kMainFile);
    if (!value) return;
    word = text_of(*value);
  }
  if (state_.result.kernel.set_policy(setting.policy.text, word)) return;
  report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy_value, setting.value->range,
                 fmt::format("policy `{}` has no value", setting.policy.text), word, values);
}

void ConfigurationChecker::limit_setting(const LimitSetting& setting) {
  const auto value = constants_.integer(*setting.value, kMainFile, "a limit", {0, kMaximumLimit});
  const auto limits = names_of(kernel::limit_names());
  if (std::find(limits.begin(), limits.end(), setting.limit.text) == limits.end()) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_limit, setting.limit.range,
                   "there is no limit", setting.limit.text, limits);
    return;
  }
  if (!first_time("limit " + setting.limit.text, setting.limit.range) || !value) return;
  state_.result.kernel.set_limit(setting.limit.text, static_cast<std::uint32_t>(*value));
}

void ConfigurationChecker::defect_setting(const DefectSetting& setting) {
  if (!find_defect(setting.defect.text)) {
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_defect, setting.defect.range,
                   "there is no defect", setting.defect.text, names_of(kernel::defects()));
    return;
  }
  if (!first_time("defect " + setting.defect.text, setting.defect.range)) return;
  state_.result.kernel.set_defect(setting.defect.text);
}

void ConfigurationChecker::override_kernel(const Overrides& overrides) {
  kernel::Configuration& kernel = state_.result.kernel;
  for (const auto& [name, value] : overrides.policies) {
    const auto policy = find_policy(name);
    if (!policy) {
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy, {},
                     fmt::format("`--policy {}={}`: there is no policy", name, value), name,
                     names_of(kernel::policies()));
    } else if (!kernel.set_policy(name, value)) {
      report_unknown(state_.diagnostics, DiagnosticCode::unknown_policy_value, {},
                     fmt::format("`--policy {}={}`: there is no value", name, value), value,
                     names_of(kernel::policy_values(*policy)));
    }
  }
  for (const std::string& defect : overrides.defects) {
    if (kernel.set_defect(defect)) continue;
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_defect, {},
                   "`--defect`: there is no defect", defect, names_of(kernel::defects()));
  }
}

std::optional<kernel::Policy> find_policy(std::string_view name) {
  const auto all = kernel::policies();
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (all[index].name == name) return static_cast<kernel::Policy>(index);
  }
  return std::nullopt;
}

std::optional<kernel::Defect> find_defect(std::string_view name) {
  const auto all = kernel::defects();
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (all[index].name == name) return static_cast<kernel::Defect>(index);
  }
  return std::nullopt;
}

}  // namespace ipcsim::scenario
