// SPDX-License-Identifier: BSD-2-Clause
// BodyContext: where the expressions stand that are being checked: in the body of a thread or proc,
// or at top level. What may be named and called differs from place to place.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/language/body_scope.h"
#include "scenarios/language/check_state.h"
#include "scenarios/language/constants.h"
#include "scenarios/language/resolution.h"

namespace ipcsim::scenario {

enum class Naming : std::uint8_t { kOwnVariables, kWholeRun };
enum class Calling : std::uint8_t { kAnything, kPureFunctions };

struct Place {
  Naming naming = Naming::kOwnVariables;
  Calling calling = Calling::kAnything;
};

inline constexpr Place kCode{Naming::kOwnVariables, Calling::kAnything};
inline constexpr Place kExpectation{Naming::kWholeRun, Calling::kAnything};  // `expect` in a body
inline constexpr Place kCondition{Naming::kWholeRun, Calling::kPureFunctions};
inline constexpr Place kIndex{Naming::kOwnVariables, Calling::kPureFunctions};  // in a condition

struct BodyContext {
  CheckState& state;
  Constants& constants;
  ModuleIndex module;
  Resolutions& resolutions;
  BodyScope* scope = nullptr;          // null at top level
  std::optional<std::uint32_t> shape;  // of a thread's body: its task's
};

}  // namespace ipcsim::scenario
