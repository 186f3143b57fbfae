// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/critical_step.h"

#include <algorithm>
#include <cstdint>

namespace ipcsim::explore {

std::optional<TriedStep> find_critical_step(Trials& trials,
                                            const std::vector<engine::Deviation>& deviations) {
  const std::optional<Trial> whole = trials.run(deviations, Watch::kSteps);
  if (!whole.has_value() || !whole->fails_alike) return std::nullopt;
  const std::vector<TriedStep>& steps = whole->steps;
  // To follow further than to the last departure from the reference changes nothing.
  for (std::uint64_t followed = whole->last_departure; followed > 0; --followed) {
    const std::optional<Trial> trial = trials.run(deviations, Watch::kSteps, followed - 1);
    if (!trial.has_value()) return std::nullopt;
    if (!trial->fails_alike) return steps[std::min<std::size_t>(followed, steps.size()) - 1];
  }
  return std::nullopt;
}

}  // namespace ipcsim::explore
