// SPDX-License-Identifier: BSD-2-Clause
// ConfigurationChecker: the `machine` and `policy` blocks, with what the command line lays over
// them, made into the configuration of a run, but for the devices
// (device_checker.h). They stand in the main file alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kernel_model/abi/configuration.h"
#include "scenarios/language/check_state.h"
#include "scenarios/language/constants.h"
#include "scenarios/language/cost_models.h"
#include "scenarios/language/overrides.h"

namespace ipcsim::scenario {

class ConfigurationChecker {
 public:
  ConfigurationChecker(CheckState& state, Constants& constants, CostModels& cost_models)
      : state_(state), constants_(constants), cost_models_(cost_models) {}

  void check(const Overrides& overrides);

 private:
  void reject_in_imports();
  void machine(const MachineDeclaration& machine);
  void setting(const MachineSetting& setting, SourceRange range);
  void cost(const MachineCost& cost, SourceRange range);
  void cost_setting(const CostSetting& setting);
  void use(std::optional<machine::CostModel> model);

  void policy(const PolicyDeclaration& policy);
  void policy_setting(const PolicySetting& setting);
  void limit_setting(const LimitSetting& setting);
  void defect_setting(const DefectSetting& setting);
  void override_kernel(const Overrides& overrides);

  // False, and reported, when `key` was set before.
  bool first_time(const std::string& key, SourceRange range);

  CheckState& state_;
  Constants& constants_;
  CostModels& cost_models_;
  std::map<std::string, SourceRange> set_;  // by "cpus", "policy buffer", …: where
};

std::optional<kernel::Policy> find_policy(std::string_view name);
std::optional<kernel::Defect> find_defect(std::string_view name);

}  // namespace ipcsim::scenario
