// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/static_kind.h"

namespace ipcsim::scenario {

std::string_view describe(StaticKind kind) {
  switch (kind) {
    case StaticKind::kPoisoned:
    case StaticKind::kUnknown:
      return "some value";
    case StaticKind::kNothing:
      return "nothing";
    case StaticKind::kInteger:
      return "an integer";
    case StaticKind::kBoolean:
      return "a truth value";
    case StaticKind::kBytes:
      return "bytes";
    case StaticKind::kTask:
      return "a task";
    case StaticKind::kDescriptor:
      return "a descriptor";
    case StaticKind::kEvent:
      return "an event";
    case StaticKind::kFault:
      return "a page fault";
    case StaticKind::kError:
      return "an error";
    case StaticKind::kTable:
      return "a table";
    case StaticKind::kKindWord:
      return "the kind of an event or error";
    case StaticKind::kAccessWord:
      return "an access, `read` or `write`";
    case StaticKind::kKernelWord:
      return "a word of the kernel's";
    case StaticKind::kDevice:
      return "a device";
  }
  return "some value";
}

StaticValue StaticValue::of(std::int64_t number) {
  StaticValue value(StaticKind::kInteger);
  value.integer = number;
  return value;
}

StaticValue StaticValue::bytes(std::optional<std::size_t> length) {
  StaticValue value(StaticKind::kBytes);
  value.length = length;
  return value;
}

StaticValue join(const StaticValue& one, const StaticValue& other) {
  if (one.poisoned() || other.poisoned()) return StaticKind::kPoisoned;
  return one.kind == other.kind ? StaticValue(one.kind) : StaticValue(StaticKind::kUnknown);
}

}  // namespace ipcsim::scenario
