// SPDX-License-Identifier: BSD-2-Clause
// Configuration: the policies, limits and defects in force, from policies.def, limits.def and
// defects.def. Plain values; the defaults are the first value of each policy, the default of each
// limit, and no defect.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ipcsim::kernel {

enum class Policy : std::uint8_t {
#define POLICY(name, meaning) name,
#define POLICY_VALUE(policy, value, meaning)
#include "kernel_model/abi/policies.def"
#undef POLICY
#undef POLICY_VALUE
};

// One enum per policy would need a macro that opens and closes it; the values of all policies in
// one enum keep the table flat, and a policy's values stand together.
enum class PolicyValue : std::uint8_t {
#define POLICY(name, meaning)
#define POLICY_VALUE(policy, value, meaning) policy##_##value,
#include "kernel_model/abi/policies.def"
#undef POLICY
#undef POLICY_VALUE
};

enum class LimitName : std::uint8_t {
#define LIMIT(name, default_value, meaning) name,
#include "kernel_model/abi/limits.def"
#undef LIMIT
};

enum class Defect : std::uint8_t {
#define DEFECT(name, meaning, source) name,
#include "kernel_model/abi/defects.def"
#undef DEFECT
};

// The tables behind the enums, for checking, help and explanations. Order is declaration order.
struct NamedMeaning {
  std::string_view name;
  std::string_view meaning;
};
std::span<const NamedMeaning> policies();
std::span<const NamedMeaning> policy_values(Policy policy);
std::span<const NamedMeaning> limit_names();
struct DefectDescription {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;  // the system it is taken from
};
std::span<const DefectDescription> defects();

class Configuration {
 public:
  Configuration();  // the defaults

  bool is(PolicyValue value) const { return (values_ >> static_cast<unsigned>(value) & 1U) != 0; }
  std::uint32_t limit(LimitName name) const { return limits_[static_cast<std::size_t>(name)]; }
  bool has(Defect defect) const { return (defects_ >> static_cast<unsigned>(defect) & 1U) != 0; }

  // By name, as scenarios and the command line give them; false when there is no such name.
  bool set_policy(std::string_view policy, std::string_view value);
  bool set_limit(std::string_view name, std::uint32_t value);
  bool set_defect(std::string_view name, bool on = true);

  std::string_view value_of(Policy policy) const;  // the name of the value in force

 private:
  static constexpr std::size_t kLimits = 0
#define LIMIT(name, default_value, meaning) +1
#include "kernel_model/abi/limits.def"
#undef LIMIT
      ;
  std::uint64_t values_ = 0;  // a bit per PolicyValue, set while it is in force
  std::array<std::uint32_t, kLimits> limits_;
  std::uint64_t defects_ = 0;
};

}  // namespace ipcsim::kernel
