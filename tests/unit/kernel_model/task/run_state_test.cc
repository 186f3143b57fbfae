// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/task/run_state.h"

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

TEST_CASE("every run state has a name and is found by it") {
  constexpr std::string_view kNames[] = {"ready",      "running",  "awaiting", "polling",
                                         "connecting", "sleeping", "faulted",  "ended"};
  for (std::size_t index = 0; index < std::size(kNames); ++index) {
    const auto state = static_cast<RunState>(index);
    CHECK(name_of(state) == kNames[index]);
    CHECK(find_run_state(kNames[index]) == state);
  }
  CHECK(static_cast<std::size_t>(RunState::kEnded) + 1 == std::size(kNames));
}

TEST_CASE("what is no run state is not found") {
  CHECK_FALSE(find_run_state(""));
  CHECK_FALSE(find_run_state("Ready"));
  CHECK_FALSE(find_run_state("blocked"));
}

TEST_CASE("the causes of an end have names") {
  CHECK(name_of(EndCause::kExit) == "exit");
  CHECK(name_of(EndCause::kKill) == "kill");
}

}  // namespace
}  // namespace ipcsim::kernel
