// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/run_state.h"

#include <array>

namespace ipcsim::kernel {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"ready",      "running",  "awaiting", "polling",
                                                    "connecting", "sleeping", "faulted",  "ended"};

}  // namespace

std::string_view name_of(RunState state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<RunState> find_run_state(std::string_view name) {
  for (std::size_t index = 0; index < kNames.size(); ++index) {
    if (kNames[index] == name) return static_cast<RunState>(index);
  }
  return std::nullopt;
}

std::string_view name_of(EndCause cause) {
  switch (cause) {
    case EndCause::kExit:
      return "exit";
    case EndCause::kKill:
      return "kill";
    case EndCause::kUnhandledFault:
      break;
  }
  return "unhandled_fault";
}

}  // namespace ipcsim::kernel
