// SPDX-License-Identifier: BSD-2-Clause
// What a scenario file may have at most. Each has a message of its own that says where.
#pragma once

#include <cstddef>

namespace ipcsim::scenario {

inline constexpr std::size_t kMaximumFileBytes = std::size_t{1} << 20;  // 1 MiB

// A name, and the bytes of a param: both stand in traces, whose lines are bounded.
inline constexpr std::size_t kMaximumNameBytes = 200;
inline constexpr std::size_t kMaximumParamBytes = 4096;

// Blocks in blocks and expressions in expressions. It bounds all recursion over a tree.
inline constexpr std::size_t kMaximumNesting = 200;

// After so many errors the rest of a file is not read.
inline constexpr std::size_t kMaximumErrors = 1000;

}  // namespace ipcsim::scenario
