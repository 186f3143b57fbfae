// SPDX-License-Identifier: BSD-2-Clause
// StaticValue: what is known of an expression's value before anything runs. Knowing less is always
// right: only what is certain is judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel_model/abi/user_types.h"

namespace ipcsim::scenario {

enum class StaticKind : std::uint8_t {
  kPoisoned,  // a mistake in it was reported: whatever follows from it is no news
  kUnknown,
  kNothing,  // of a call that gives no value
  kInteger,
  kBoolean,
  kBytes,
  kTask,
  kDescriptor,
  kEvent,
  kFault,  // what take_fault gives
  kError,
  kTable,
  // These are no values: they can stand in some places only.
  kKindWord,    // `closed`, `e.kind`
  kAccessWord,  // `write`, `f.access`
  kKernelWord,  // `shared`, a parameter that holds it
  kDevice,      // its name, a parameter that holds it
};

// "an integer", "bytes", ...
std::string_view describe(StaticKind kind);

enum class Origin : std::uint8_t { kAnywhere, kNewPort };

struct StaticValue {
  StaticKind kind = StaticKind::kUnknown;
  std::optional<std::int64_t> integer;     // of kInteger, when it is known
  std::optional<bool> truth;               // of kBoolean
  std::optional<std::size_t> length;       // of kBytes
  std::optional<kernel::Scope> scope;      // of kDescriptor
  std::optional<kernel::EventKind> event;  // of kEvent, when its kind is known
  Origin origin = Origin::kAnywhere;       // of kDescriptor

  StaticValue() = default;
  StaticValue(StaticKind k) : kind(k) {}  // NOLINT: a kind is what is known of such a value

  static StaticValue of(std::int64_t number);
  static StaticValue bytes(std::optional<std::size_t> length);

  bool is(StaticKind k) const { return kind == k; }
  bool poisoned() const { return kind == StaticKind::kPoisoned; }
  // Poisoned counts: nothing more is to be said about it.
  bool can_be(StaticKind k) const {
    return kind == k || kind == StaticKind::kUnknown || kind == StaticKind::kPoisoned;
  }
  bool is_value() const { return kind != StaticKind::kNothing && kind < StaticKind::kKindWord; }
};

// What is known of a value that is one or the other.
StaticValue join(const StaticValue& one, const StaticValue& other);

}  // namespace ipcsim::scenario
