// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/abi/configuration.h"

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

TEST_CASE(
    "the default of a policy is its first value, of a limit the table's, and no defect is on") {
  const Configuration config;
  for (std::size_t index = 0; index < policies().size(); ++index) {
    const auto policy = static_cast<Policy>(index);
    REQUIRE(policy_values(policy).size() >= 2);
    CHECK(config.value_of(policy) == policy_values(policy).front().name);
  }
  CHECK(config.is(PolicyValue::buffer_shared));
  CHECK(config.is(PolicyValue::listen_empty_refuse));
  CHECK(config.limit(LimitName::connections) == 1024);
  for (std::size_t index = 0; index < defects().size(); ++index) {
    CHECK_FALSE(config.has(static_cast<Defect>(index)));
  }
}

TEST_CASE("of every policy exactly one value is in force, the one that was set last") {
  Configuration config;
  for (std::size_t index = 0; index < policies().size(); ++index) {
    const auto policy = static_cast<Policy>(index);
    for (const NamedMeaning& value : policy_values(policy)) {
      CHECK(config.set_policy(policies()[index].name, value.name));
      CHECK(config.value_of(policy) == value.name);
    }
  }
  CHECK_FALSE(config.is(PolicyValue::descriptor_reuse_generation));
  CHECK_FALSE(config.is(PolicyValue::descriptor_reuse_lowest));
  CHECK(config.is(PolicyValue::descriptor_reuse_never));
  CHECK(config.is(PolicyValue::wake_tick));
}

TEST_CASE("what does not exist cannot be set") {
  Configuration config;
  CHECK_FALSE(config.set_policy("bufer", "shared"));
  CHECK_FALSE(config.set_policy("buffer", "duplx"));
  CHECK_FALSE(config.set_policy("buffer", "fine"));  // of another policy
  CHECK_FALSE(config.set_policy("", ""));
  CHECK_FALSE(config.set_limit("connection", 3));
  CHECK_FALSE(config.set_defect("closed_after_wakes"));
  CHECK(config.is(PolicyValue::buffer_shared));
}

TEST_CASE("limits are set by name") {
  Configuration config;
  for (std::size_t index = 0; index < limit_names().size(); ++index) {
    CHECK(config.set_limit(limit_names()[index].name, static_cast<std::uint32_t>(10 + index)));
  }
  CHECK(config.limit(LimitName::connections) == 10);
  CHECK(config.limit(LimitName::ports) == 11);
  CHECK(config.limit(LimitName::threads) == 12);
}

TEST_CASE("defects are turned on and off one by one") {
  Configuration config;
  CHECK(config.set_defect("closed_after_wake"));
  CHECK(config.set_defect("lock_kept_on_error"));
  CHECK(config.has(Defect::closed_after_wake));
  CHECK(config.has(Defect::lock_kept_on_error));
  CHECK_FALSE(config.has(Defect::poll_tests_before_it_blocks));
  CHECK(config.set_defect("closed_after_wake", false));
  CHECK_FALSE(config.has(Defect::closed_after_wake));
  CHECK(config.has(Defect::lock_kept_on_error));
}

TEST_CASE("everything has a meaning, and every defect the system that had it") {
  for (const NamedMeaning& policy : policies()) CHECK(!policy.meaning.empty());
  for (const NamedMeaning& limit : limit_names()) CHECK(!limit.meaning.empty());
  for (const DefectDescription& defect : defects()) {
    CHECK(!defect.meaning.empty());
    CHECK(!defect.source.empty());
  }
}

}  // namespace
}  // namespace ipcsim::kernel
