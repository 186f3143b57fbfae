// SPDX-License-Identifier: BSD-2-Clause
// What a scenario may be made of at most; what one file may have is in source_limits.h. Each has a
// message of its own that says where.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ipcsim::scenario {

inline constexpr std::size_t kMaximumFiles = 64;        // with all imports
inline constexpr std::size_t kMaximumImportDepth = 16;  // imports of imports
inline constexpr std::uint32_t kMaximumTasks = 4096;
inline constexpr std::uint32_t kMaximumThreads = 16'384;  // from the start, and declared on_spawn
inline constexpr std::int64_t kMinimumSlice = 1000;       // cycles
inline constexpr std::int64_t kMaximumSlice = 1'000'000'000'000;
inline constexpr std::int64_t kMaximumCpus = 64;
inline constexpr std::int64_t kMaximumClock = 100'000;                 // MHz
inline constexpr std::int64_t kMaximumMemory = std::int64_t{1} << 36;  // bytes
inline constexpr std::int64_t kMaximumLimit = 1'000'000;
inline constexpr std::int64_t kMaximumBurst = 10'000;              // of a device, at one time
inline constexpr std::int64_t kMaximumJitter = 1'000'000'000'000;  // cycles

}  // namespace ipcsim::scenario
