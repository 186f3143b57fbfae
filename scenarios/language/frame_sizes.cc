// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/frame_sizes.h"

#include <algorithm>
#include <cstddef>

#include "sim/base/check.h"

namespace ipcsim::scenario {
namespace {

enum class Progress : std::uint8_t { kUntouched, kStarted, kDone };

void add_callees(Routine& routine, const std::vector<Routine>& routines,
                 const std::vector<CallSite>& calls) {
  routine.stack = routine.registers;
  routine.depth = 1;
  for (const CallSite& call : calls) {
    const Routine& callee = routines[call.callee.value()];
    routine.stack = std::max(routine.stack, call.base + callee.stack);
    routine.depth = std::max(routine.depth, 1 + callee.depth);
  }
}

}  // namespace

void add_frame_sizes(std::vector<Routine>& routines,
                     const std::vector<std::vector<CallSite>>& calls) {
  // Depth first with a stack of our own: chains of procs may be long.
  std::vector<Progress> progress(routines.size(), Progress::kUntouched);
  std::vector<std::size_t> open;
  for (std::size_t start = 0; start < routines.size(); ++start) {
    open.push_back(start);
    while (!open.empty()) {
      const std::size_t index = open.back();
      if (progress[index] == Progress::kUntouched) {
        progress[index] = Progress::kStarted;
        for (const CallSite& call : calls[index]) {
          SIM_CHECK(progress[call.callee.value()] != Progress::kStarted, "procs do not recurse");
          if (progress[call.callee.value()] == Progress::kUntouched) {
            open.push_back(call.callee.value());
          }
        }
        continue;
      }
      open.pop_back();
      if (progress[index] == Progress::kDone) continue;
      progress[index] = Progress::kDone;
      add_callees(routines[index], routines, calls[index]);
    }
  }
}

}  // namespace ipcsim::scenario
