// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree of a device, which stands in the block `machine`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/language/comment.h"
#include "scenarios/language/expression.h"
#include "scenarios/language/statement.h"

namespace ipcsim::scenario {

enum class DeviceKind : std::uint8_t { kSource, kSerial, kBlock, kTimer };
enum class DeviceTrigger : std::uint8_t { kEdge, kLevel };
enum class DeviceClauseKind : std::uint8_t {
  kAt,
  kAfter,
  kEvery,
  kCount,
  kBurst,
  kJitter,
  kBytes,
  kDelay,
};

// The words of each, in its order.
inline constexpr auto kDeviceKindWords =
    std::to_array<std::string_view>({"source", "serial", "block", "timer"});
inline constexpr auto kDeviceTriggerWords = std::to_array<std::string_view>({"edge", "level"});
inline constexpr auto kDeviceClauseWords = std::to_array<std::string_view>(
    {"at", "after", "every", "count", "burst", "jitter", "bytes", "delay"});

constexpr std::string_view word_of(DeviceKind kind) {
  return kDeviceKindWords[static_cast<std::size_t>(kind)];
}
constexpr std::string_view word_of(DeviceTrigger trigger) {
  return kDeviceTriggerWords[static_cast<std::size_t>(trigger)];
}
constexpr std::string_view word_of(DeviceClauseKind kind) {
  return kDeviceClauseWords[static_cast<std::size_t>(kind)];
}

// `irq N edge | level`
struct DeviceIrq {
  ExpressionPtr pin;
  DeviceTrigger trigger = DeviceTrigger::kEdge;
};

// `at T`, `after C`, `every T`, `count N`, `burst N`, `jitter A..B`, `bytes B`, `delay T`: only
// that of `jitter` is a range.
struct DeviceClause {
  SourceRange range;
  SurroundingsPtr surroundings;
  DeviceClauseKind kind = DeviceClauseKind::kAt;
  std::variant<ExpressionPtr, RangeBounds> value;
};

// `device N: KIND [irq N edge | level] [{ CLAUSE … }]`
struct MachineDevice {
  Name name;
  DeviceKind kind = DeviceKind::kSource;
  std::optional<DeviceIrq> irq;
  std::optional<std::vector<DeviceClause>> clauses;  // each kind at most once
  std::vector<Comment> opening;                      // as in Block
  std::vector<Comment> closing;
};

}  // namespace ipcsim::scenario
