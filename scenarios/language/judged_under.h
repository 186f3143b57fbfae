// SPDX-License-Identifier: BSD-2-Clause
// JudgedUnder: in which schedules a condition or a deadline is judged.
#pragma once

#include <cstdint>

namespace ipcsim::scenario {

enum class JudgedUnder : std::uint8_t {
  kEverySchedule,
  kRun,  // `by run`: in the one that stands for the file, which is the reference unless it has its
         // own
};

}  // namespace ipcsim::scenario
