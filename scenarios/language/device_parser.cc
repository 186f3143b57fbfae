// SPDX-License-Identifier: BSD-2-Clause
// Devices, in the block `machine`.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "scenarios/language/block_parser.h"
#include "scenarios/language/declaration_parser.h"

namespace ipcsim::scenario {

namespace {

// One of the words of an enumeration; the first after a mistake.
template <class Enumeration, std::size_t count>
Enumeration expect_one_of(ParseContext& context, const std::array<std::string_view, count>& words) {
  for (std::size_t index = 0; index < count; ++index) {
    if (context.accept_word(words[index])) return static_cast<Enumeration>(index);
  }
  context.expected(DiagnosticCode::unknown_word, words, words);
  return Enumeration{};
}

}  // namespace

MachineDevice DeclarationParser::parse_device() {
  MachineDevice device;
  device.name = context_.expect_name("the name of a device");
  context_.expect(TokenKind::kColon);
  device.kind = expect_one_of<DeviceKind>(context_, kDeviceKindWords);
  if (context_.accept_word("irq")) {
    DeviceIrq irq;
    irq.pin = expressions_.parse();
    irq.trigger = expect_one_of<DeviceTrigger>(context_, kDeviceTriggerWords);
    device.irq = std::move(irq);
  }
  accept_brace_on_next_line(context_);
  if (!context_.at(TokenKind::kLeftBrace)) return device;
  device.clauses.emplace();
  parse_items(context_, BlockKind::kOther, {device.opening, device.closing},
              [&](ItemPlace place) { parse_device_clause(device, place); });
  return device;
}

void DeclarationParser::parse_device_clause(MachineDevice& device, ItemPlace place) {
  DeviceClause clause;
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  clause.kind = expect_one_of<DeviceClauseKind>(context_, kDeviceClauseWords);
  const bool repeated =
      std::any_of(device.clauses->begin(), device.clauses->end(),
                  [&](const DeviceClause& earlier) { return earlier.kind == clause.kind; });
  if (repeated) report_repeated(word_of(clause.kind), first);
  if (clause.kind == DeviceClauseKind::kJitter) {
    clause.value = expressions_.parse_range();
  } else {
    clause.value = expressions_.parse();
  }
  clause.range = context_.range_since(first);
  // On one line nothing but their words need stand between them.
  if (!context_.at(TokenKind::kIdentifier)) end_of_item(context_);
  clause.surroundings = context_.end_item(std::move(begun));
  device.clauses->push_back(std::move(clause));
}

}  // namespace ipcsim::scenario
