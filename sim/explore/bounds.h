// SPDX-License-Identifier: BSD-2-Clause
// Bounds: how far the schedules of a search may depart from the reference.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/cycles.h"
#include "sim/engine/choice.h"

namespace ipcsim::explore {

struct Bounds {
  engine::ChoiceKinds vary = engine::kAllChoices;
  std::optional<Cycles> hold;                // cycles of all holds of a run together
  std::optional<std::uint64_t> preemptions;  // a run
  std::optional<std::uint64_t> injections;   // a run
};

}  // namespace ipcsim::explore
