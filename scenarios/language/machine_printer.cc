// SPDX-License-Identifier: BSD-2-Clause
// The blocks `machine` and `policy`.
#include <variant>

#include "scenarios/language/declaration_printer.h"
#include "scenarios/language/expression_printer.h"

namespace ipcsim::scenario {

namespace {

void add_machine_setting(LineText& line, const MachineSetting& setting) {
  switch (setting.key) {
    case MachineKey::kCpus:
      line.add("cpus ");
      break;
    case MachineKey::kSlice:
      line.add("slice ");
      break;
    case MachineKey::kMemory:
      line.add("memory ");
      break;
    case MachineKey::kClock:
      line.add("clock ");
      break;
  }
  add_expression(line, *setting.value);
  if (setting.key == MachineKey::kClock) line.add(" MHz");
}

void add_cost_model(LineText& line, const MachineCost& cost) {
  if (const auto* file = std::get_if<FileName>(&cost.model)) {
    line.add("cost ");
    line.add(file->spelling);
  } else {
    add_word_and_name(line, "cost", std::get<Name>(cost.model));
  }
}

void add_cost_setting(LineText& line, const CostSetting& setting) {
  line.add(setting.key.text);
  line.add(' ');
  add_expression(line, *setting.value);
}

void add_policy_item(LineText& line, const PolicyItem& item) {
  if (const auto* policy = std::get_if<PolicySetting>(&item.node)) {
    line.add(policy->policy.text);
    line.add(' ');
    add_expression(line, *policy->value);
  } else if (const auto* limit = std::get_if<LimitSetting>(&item.node)) {
    add_word_and_name(line, "limit", limit->limit);
    line.add(' ');
    add_expression(line, *limit->value);
  } else {
    add_word_and_name(line, "defect", std::get<DefectSetting>(item.node).defect);
  }
}

}  // namespace

// Adds `cost MODEL { K N; K N }`; false when it needs lines.
bool DeclarationPrinter::add_short_cost(LineText& line, const MachineCost& cost) const {
  add_cost_model(line, cost);
  if (!cost.settings) return true;
  if (!page_.none(cost.opening) || !page_.none(cost.closing)) return false;
  line.add(cost.settings->empty() ? " {}" : " { ");
  for (const CostSetting& setting : *cost.settings) {
    if (!page_.plain(setting.surroundings.get())) return false;
    add_cost_setting(line, setting);
    line.add(&setting == &cost.settings->back() ? " }" : "; ");
  }
  return true;
}

bool DeclarationPrinter::add_short_machine(LineText& line, const MachineDeclaration& node) const {
  if (!page_.none(node.opening) || !page_.none(node.closing)) return false;
  line.add(node.items.empty() ? "machine {}" : "machine { ");
  for (const MachineItem& item : node.items) {
    if (!page_.plain(item.surroundings.get())) return false;
    if (const auto* setting = std::get_if<MachineSetting>(&item.node)) {
      add_machine_setting(line, *setting);
    } else if (const auto* device = std::get_if<MachineDevice>(&item.node)) {
      if (!add_short_device(line, *device)) return false;
    } else if (!add_short_cost(line, std::get<MachineCost>(item.node))) {
      return false;
    }
    line.add(&item == &node.items.back() ? " }" : "; ");
  }
  return true;
}

void DeclarationPrinter::operator()(const MachineDeclaration& node) {
  LineText whole;
  if (add_short_machine(whole, node) && page_.fits(whole)) {
    page_.add_line(whole);
    return;
  }
  page_.add_line("machine {");
  page_.indent(node.opening);
  for (const MachineItem& item : node.items) {
    page_.begin_item(item.surroundings.get());
    print_machine_item(item);
    page_.end_item(item.surroundings.get());
  }
  page_.outdent(node.closing);
  page_.add_line("}");
}

void DeclarationPrinter::print_machine_item(const MachineItem& item) {
  LineText line;
  if (const auto* setting = std::get_if<MachineSetting>(&item.node)) {
    add_machine_setting(line, *setting);
    page_.add_line(line);
    return;
  }
  if (const auto* device = std::get_if<MachineDevice>(&item.node)) {
    print_device(*device);
    return;
  }
  const auto& cost = std::get<MachineCost>(item.node);
  if (add_short_cost(line, cost) && (!cost.settings || page_.fits(line))) {
    page_.add_line(line);
    return;
  }
  LineText header;
  add_cost_model(header, cost);
  header.add(" {");
  page_.add_line(header);
  page_.indent(cost.opening);
  for (const CostSetting& setting : *cost.settings) {
    LineText setting_line;
    add_cost_setting(setting_line, setting);
    page_.begin_item(setting.surroundings.get());
    page_.add_line(setting_line);
    page_.end_item(setting.surroundings.get());
  }
  page_.outdent(cost.closing);
  page_.add_line("}");
}

void DeclarationPrinter::operator()(const PolicyDeclaration& node) {
  LineText whole;
  bool is_short = page_.none(node.opening) && page_.none(node.closing);
  whole.add(node.items.empty() ? "policy {}" : "policy { ");
  for (const PolicyItem& item : node.items) {
    is_short = is_short && page_.plain(item.surroundings.get());
    add_policy_item(whole, item);
    whole.add(&item == &node.items.back() ? " }" : "; ");
  }
  if (is_short && page_.fits(whole)) {
    page_.add_line(whole);
    return;
  }
  page_.add_line("policy {");
  page_.indent(node.opening);
  for (const PolicyItem& item : node.items) {
    LineText line;
    add_policy_item(line, item);
    page_.begin_item(item.surroundings.get());
    page_.add_line(line);
    page_.end_item(item.surroundings.get());
  }
  page_.outdent(node.closing);
  page_.add_line("}");
}

}  // namespace ipcsim::scenario
