// SPDX-License-Identifier: BSD-2-Clause
// What a scenario file may have at most. Each has a message of its own that says where.
#pragma once

#include <cstddef>

namespace ipcsim::scenario {

inline constexpr std::size_t kMaximumFileBytes = std::size_t{1} << 20;  // 1 MiB

// Blocks in blocks and expressions in expressions. It bounds all recursion over a tree.
inline constexpr std::size_t kMaximumNesting = 200;

// After so many errors the rest of a file is not read.
inline constexpr std::size_t kMaximumErrors = 1000;

}  // namespace ipcsim::scenario
