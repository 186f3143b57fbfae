// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/configuration.h"

namespace ipcsim::kernel {
namespace {

constexpr NamedMeaning kPolicyTable[] = {
#define POLICY(name, meaning) {#name, meaning},
#define POLICY_VALUE(policy, value, meaning)
#include "kernel_model/abi/policies.def"
#undef POLICY
#undef POLICY_VALUE
};

constexpr NamedMeaning kValueTable[] = {
#define POLICY(name, meaning)
#define POLICY_VALUE(policy, value, meaning) {#value, meaning},
#include "kernel_model/abi/policies.def"
#undef POLICY
#undef POLICY_VALUE
};

constexpr Policy kPolicyOfValue[] = {
#define POLICY(name, meaning)
#define POLICY_VALUE(policy, value, meaning) Policy::policy,
#include "kernel_model/abi/policies.def"
#undef POLICY
#undef POLICY_VALUE
};

constexpr NamedMeaning kLimitTable[] = {
#define LIMIT(name, default_value, meaning) {#name, meaning},
#include "kernel_model/abi/limits.def"
#undef LIMIT
};

constexpr std::uint32_t kLimitDefaults[] = {
#define LIMIT(name, default_value, meaning) default_value,
#include "kernel_model/abi/limits.def"
#undef LIMIT
};

constexpr DefectDescription kDefectTable[] = {
#define DEFECT(name, meaning, source) {#name, meaning, source},
#include "kernel_model/abi/defects.def"
#undef DEFECT
};

constexpr std::size_t first_value_of(Policy policy) {
  std::size_t index = 0;
  while (kPolicyOfValue[index] != policy) ++index;
  return index;
}

template <class Table>
std::size_t index_of(const Table& table, std::string_view name) {
  std::size_t index = 0;
  while (index < std::size(table) && table[index].name != name) ++index;
  return index;
}

}  // namespace

std::span<const NamedMeaning> policies() { return kPolicyTable; }

std::span<const NamedMeaning> policy_values(Policy policy) {
  const std::size_t first = first_value_of(policy);
  std::size_t count = 0;
  while (first + count < std::size(kPolicyOfValue) && kPolicyOfValue[first + count] == policy) {
    ++count;
  }
  return std::span(kValueTable).subspan(first, count);
}

std::span<const NamedMeaning> limit_names() { return kLimitTable; }

std::span<const DefectDescription> defects() { return kDefectTable; }

Configuration::Configuration() {
  for (std::size_t index = 0; index < kPolicies; ++index) {
    values_[index] = static_cast<PolicyValue>(first_value_of(static_cast<Policy>(index)));
  }
  for (std::size_t index = 0; index < kLimits; ++index) limits_[index] = kLimitDefaults[index];
}

bool Configuration::is(PolicyValue value) const {
  const Policy policy = kPolicyOfValue[static_cast<std::size_t>(value)];
  return values_[static_cast<std::size_t>(policy)] == value;
}

bool Configuration::set_policy(std::string_view policy, std::string_view value) {
  const std::size_t index = index_of(kPolicyTable, policy);
  if (index == kPolicies) return false;
  const auto values = policy_values(static_cast<Policy>(index));
  const std::size_t chosen = index_of(values, value);
  if (chosen == values.size()) return false;
  values_[index] =
      static_cast<PolicyValue>(first_value_of(static_cast<Policy>(index)) + chosen);
  return true;
}

bool Configuration::set_limit(std::string_view name, std::uint32_t value) {
  const std::size_t index = index_of(kLimitTable, name);
  if (index == kLimits) return false;
  limits_[index] = value;
  return true;
}

bool Configuration::set_defect(std::string_view name, bool on) {
  const std::size_t index = index_of(kDefectTable, name);
  if (index == std::size(kDefectTable)) return false;
  const std::uint64_t bit = std::uint64_t{1} << index;
  defects_ = on ? defects_ | bit : defects_ & ~bit;
  return true;
}

std::string_view Configuration::value_of(Policy policy) const {
  return kValueTable[static_cast<std::size_t>(values_[static_cast<std::size_t>(policy)])].name;
}

}  // namespace ipcsim::kernel
