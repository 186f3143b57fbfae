// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/constant_value.h"

#include "sim/base/text.h"

namespace ipcsim::scenario {

namespace {

struct ToText {
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& bytes) const { return quote(bytes); }
  std::string operator()(kernel::TaskId) const { return "task"; }
  std::string operator()(kernel::DeviceId) const { return "device"; }
  std::string operator()(const Word& word) const { return word.text; }
};

}  // namespace

std::string text_of(const ConstantValue& value) { return std::visit(ToText{}, value); }

StaticValue static_value(const ConstantValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return StaticValue::of(*integer);
  if (const auto* bytes = std::get_if<std::string>(&value))
    return StaticValue::bytes(bytes->size());
  if (std::holds_alternative<kernel::TaskId>(value)) return StaticKind::kTask;
  if (std::holds_alternative<kernel::DeviceId>(value)) return StaticKind::kDevice;
  if (std::holds_alternative<Word>(value)) return StaticKind::kKernelWord;
  StaticValue truth(StaticKind::kBoolean);
  truth.truth = std::get<bool>(value);
  return truth;
}

}  // namespace ipcsim::scenario
