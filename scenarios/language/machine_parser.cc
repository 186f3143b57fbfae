// SPDX-License-Identifier: BSD-2-Clause
// The blocks `machine` and `policy`.
#include <array>
#include <string_view>
#include <utility>

#include "scenarios/language/block_parser.h"
#include "scenarios/language/declaration_parser.h"

namespace ipcsim::scenario {

std::optional<Declaration::Node> DeclarationParser::parse_machine() {
  context_.advance();
  MachineDeclaration machine;
  parse_items(context_, BlockKind::kOther, {machine.opening, machine.closing},
              [&](ItemPlace place) { machine.items.push_back(parse_machine_item(place)); });
  return machine;
}

MachineItem DeclarationParser::parse_machine_item(ItemPlace place) {
  MachineItem item;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  if (context_.accept_word("cpus")) {
    item.node = parse_machine_setting(MachineKey::kCpus);
  } else if (context_.accept_word("slice")) {
    item.node = parse_machine_setting(MachineKey::kSlice);
  } else if (context_.accept_word("memory")) {
    item.node = parse_machine_setting(MachineKey::kMemory);
  } else if (context_.accept_word("clock")) {
    item.node = parse_machine_setting(MachineKey::kClock);
    context_.expect_word("MHz");
  } else if (context_.accept_word("cost")) {
    item.node = parse_cost();
  } else if (context_.accept_word("device")) {
    item.node = parse_device();
  } else {
    constexpr auto kAll =
        std::to_array<std::string_view>({"cpus", "slice", "memory", "clock", "cost", "device"});
    context_.expected(DiagnosticCode::unknown_word, kAll, kAll);
  }
  item.range = context_.range_since(first);
  end_of_item(context_);
  item.surroundings = context_.end_item(std::move(begun));
  return item;
}

MachineSetting DeclarationParser::parse_machine_setting(MachineKey key) {
  return {key, expressions_.parse()};
}

MachineCost DeclarationParser::parse_cost() {
  MachineCost cost;
  if (context_.at(TokenKind::kBytes)) {
    cost.model = parse_file_name();
  } else {
    cost.model = context_.expect_name("the name of a cost model, or of a file in quotes");
  }
  if (!context_.at(TokenKind::kLeftBrace)) return cost;
  cost.settings.emplace();
  parse_items(context_, BlockKind::kOther, {cost.opening, cost.closing},
              [&](ItemPlace place) { cost.settings->push_back(parse_cost_setting(place)); });
  return cost;
}

CostSetting DeclarationParser::parse_cost_setting(ItemPlace place) {
  CostSetting setting;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  setting.key = context_.expect_name("the name of a cost");
  setting.value = expressions_.parse();
  setting.range = context_.range_since(first);
  end_of_item(context_);
  setting.surroundings = context_.end_item(std::move(begun));
  return setting;
}

std::optional<Declaration::Node> DeclarationParser::parse_policy() {
  context_.advance();
  PolicyDeclaration policy;
  parse_items(context_, BlockKind::kOther, {policy.opening, policy.closing},
              [&](ItemPlace place) { policy.items.push_back(parse_policy_item(place)); });
  return policy;
}

PolicyItem DeclarationParser::parse_policy_item(ItemPlace place) {
  PolicyItem item;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  if (context_.accept_word("limit")) {
    LimitSetting limit;
    limit.limit = context_.expect_name("the name of a limit");
    limit.value = expressions_.parse();
    item.node = std::move(limit);
  } else if (context_.accept_word("defect")) {
    item.node = DefectSetting{context_.expect_name("the name of a defect")};
  } else {
    PolicySetting setting;
    setting.policy = context_.expect_name("the name of a policy");
    setting.value = expressions_.parse();
    item.node = std::move(setting);
  }
  item.range = context_.range_since(first);
  end_of_item(context_);
  item.surroundings = context_.end_item(std::move(begun));
  return item;
}

}  // namespace ipcsim::scenario
