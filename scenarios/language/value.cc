// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/value.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel_model/abi/descriptor_number.h"
#include "scenarios/language/kinds.h"
#include "scenarios/language/table.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {
namespace {

std::string text_of_bytes(std::span<const std::byte> bytes) {
  const auto last = std::find_if(bytes.rbegin(), bytes.rend(),
                                 [](std::byte byte) { return byte != std::byte{0}; });
  const auto used = static_cast<std::size_t>(bytes.rend() - last);
  const std::string text =
      quote({reinterpret_cast<const char*>(bytes.data()), used}, Spaces::kKept);
  return used == bytes.size() ? text : fmt::format("{}[{}]", text, bytes.size());
}

std::string text_of_event(const kernel::Event& event) {
  const std::string_view name = kernel::name_of(event.kind);
  switch (event.kind) {
    case kernel::EventKind::kTimedOut:
      return std::string(name);
    case kernel::EventKind::kOpened:
      return fmt::format("{}(fd {}, uid {})", name, kernel::to_text(event.fd), event.uid);
    case kernel::EventKind::kSignaled:
      if (event.sequence == 0) break;
      return fmt::format("{}(fd {}, sequence {})", name, kernel::to_text(event.fd), event.sequence);
    default:
      break;
  }
  return fmt::format("{}(fd {})", name, kernel::to_text(event.fd));
}

}  // namespace

std::string_view describe(ValueKind kind) {
  switch (kind) {
    case ValueKind::kUnset:
      return "no value yet";
    case ValueKind::kNothing:
      return "nothing";
    case ValueKind::kInteger:
      return "an integer";
    case ValueKind::kBoolean:
      return "a truth value";
    case ValueKind::kBytes:
      return "bytes";
    case ValueKind::kTask:
      return "a task";
    case ValueKind::kDescriptor:
      return "a descriptor";
    case ValueKind::kEvent:
      return "an event";
    case ValueKind::kFault:
      return "a page fault";
    case ValueKind::kError:
      return "an error";
    case ValueKind::kKind:
      return "a kind";
    case ValueKind::kTable:
      return "a table";
  }
  return "";
}

bool equal(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case ValueKind::kUnset:
    case ValueKind::kNothing:
      return true;
    case ValueKind::kInteger:
    case ValueKind::kBoolean:
    case ValueKind::kTask:
    case ValueKind::kDescriptor:
    case ValueKind::kError:
    case ValueKind::kKind:
      return left.integer() == right.integer();
    case ValueKind::kBytes:
      return std::ranges::equal(left.bytes(), right.bytes());
    case ValueKind::kEvent: {
      const kernel::Event one = left.event();
      const kernel::Event other = right.event();
      return one.kind == other.kind && one.fd == other.fd && one.task == other.task &&
             one.uid == other.uid && one.sequence == other.sequence;
    }
    case ValueKind::kFault:
      return left.fault().record == right.fault().record;
    case ValueKind::kTable:
      return &left.table() == &right.table();
  }
  return false;
}

std::string_view name_of_kind(std::uint16_t code) {
  const std::uint16_t first_error = Value::code_of(kernel::KernelError{});
  const std::uint16_t first_access = Value::code_of(kernel::PageAccess{});
  if (code < first_error) return kernel::name_of(static_cast<kernel::EventKind>(code));
  if (code >= first_access) return access_words()[std::size_t{code} - first_access];
  return kernel::name_of(static_cast<kernel::KernelError>(code - first_error));
}

std::string text_of(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kUnset:
    case ValueKind::kNothing:
      return std::string(describe(value.kind()));
    case ValueKind::kInteger:
      return std::to_string(value.integer());
    case ValueKind::kBoolean:
      return value.truth() ? "true" : "false";
    case ValueKind::kBytes:
      return text_of_bytes(value.bytes());
    case ValueKind::kTask:
      return fmt::format("task {}", value.task().value());
    case ValueKind::kDescriptor:
      return "fd " + kernel::to_text(value.descriptor());
    case ValueKind::kEvent:
      return text_of_event(value.event());
    case ValueKind::kFault: {
      const kernel::PageFault fault = value.fault();
      return fmt::format("fault {} ({} of {:#x})", fault.record,
                         access_words()[static_cast<std::size_t>(fault.access)], fault.address);
    }
    case ValueKind::kError:
      return std::string(kernel::name_of(value.error()));
    case ValueKind::kKind:
      return std::string(name_of_kind(value.kind_code()));
    case ValueKind::kTable:
      return fmt::format("a table of {}", value.table().entries().size());
  }
  return "";
}

}  // namespace ipcsim::scenario
