// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/shipped_cost_models.h"

#include <doctest/doctest.h>

#include "kernel_model/machine/cost_model.h"

namespace ipcsim::machine {
namespace {

CostModel shipped(std::string_view name) {
  for (const ShippedCostModel& model : shipped_cost_models()) {
    if (model.name == name) {
      const auto parsed = parse_cost_model(model.text);
      REQUIRE(parsed.ok());
      return *parsed;
    }
  }
  FAIL("no such model");
  return {};
}

TEST_CASE("every shipped model parses and is called as its file; the names ascend") {
  std::string_view last;
  for (const ShippedCostModel& model : shipped_cost_models()) {
    CHECK(shipped(model.name).name == model.name);
    CHECK(last < model.name);
    last = model.name;
  }
  CHECK(shipped_cost_models().size() == 3);
}

// The sums that were measured; how they are split is the model's business.
TEST_CASE("skylake_nokpti has the sums of its sources") {
  const CostModel cost = shipped("skylake_nokpti");
  CHECK(cost.system_call_entry + cost.system_call_exit == 181);
  CHECK(cost.address_space_switch == 186);
  CHECK(cost.wakeup_before + cost.wakeup_after == 386);
  CHECK(cost.poll_before + cost.poll_after == 209);
  CHECK(cost.connect_before + cost.connect_after == 351);
  CHECK(cost.interrupt_entry + cost.interrupt_logic == 1'366);
  CHECK(cost.inter_processor_interrupt == 1'900);
}

TEST_CASE("skylake_kpti pays 125 cycles more each way, and 372 for a switch") {
  const CostModel cost = shipped("skylake_nokpti");
  const CostModel kpti = shipped("skylake_kpti");
  CHECK(kpti.system_call_entry == cost.system_call_entry + 125);
  CHECK(kpti.system_call_exit == cost.system_call_exit + 125);
  CHECK(kpti.address_space_switch == 372);
  CHECK(kpti.wakeup_before == cost.wakeup_before);
}

TEST_CASE("with the unit model everything costs one cycle") {
  const CostModel cost = shipped("unit");
  for (const CostKey& key : cost_keys()) CHECK(cost_of(cost, key.key) == 1);
}

}  // namespace
}  // namespace ipcsim::machine
