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

constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }
static_assert(std::size(kValueTable) <= 64 && std::size(kDefectTable) <= 64);

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
  for (std::size_t index = 0; index < std::size(kPolicyTable); ++index) {
    values_ |= bit(first_value_of(static_cast<Policy>(index)));
  }
  for (std::size_t index = 0; index < kLimits; ++index) limits_[index] = kLimitDefaults[index];
}

bool Configuration::set_policy(std::string_view policy, std::string_view value) {
  const std::size_t index = index_of(kPolicyTable, policy);
  if (index == std::size(kPolicyTable)) return false;
  const auto values = policy_values(static_cast<Policy>(index));
  const std::size_t chosen = index_of(values, value);
  if (chosen == values.size()) return false;
  const std::size_t first = first_value_of(static_cast<Policy>(index));
  for (std::size_t other = 0; other < values.size(); ++other) values_ &= ~bit(first + other);
  values_ |= bit(first + chosen);
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
  defects_ = on ? defects_ | bit(index) : defects_ & ~bit(index);
  return true;
}

std::string_view Configuration::value_of(Policy policy) const {
  std::size_t value = first_value_of(policy);
  while (!is(static_cast<PolicyValue>(value))) ++value;
  return kValueTable[value].name;
}

}  // namespace ipcsim::kernel
