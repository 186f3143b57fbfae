// SPDX-License-Identifier: BSD-2-Clause
// PermissionBitmap: one bit per user id: may it connect to the task? All bits start as the policy
// permissions_default says.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>

#include "kernel_model/abi/user_types.h"

namespace ipcsim::kernel {

class PermissionBitmap {
 public:
  explicit PermissionBitmap(bool allowed_by_default) : default_(allowed_by_default) {}

  bool allows(std::uint32_t uid) const {
    const Chunk* const chunk = chunks_[uid / kChunkBits];
    if (chunk == nullptr) return default_;
    return ((*chunk)[uid % kChunkBits / 64] >> (uid % 64) & 1U) != 0;
  }

  void set(std::uint32_t uid, bool allowed, std::pmr::memory_resource& memory);

 private:
  // The bitmap has 65536 bits; the chunks in which every bit has the default are not stored.
  static constexpr std::uint32_t kChunkBits = 1024;
  static constexpr std::uint32_t kChunks =
      (static_cast<std::uint32_t>(kMaximumUid) + 1) / kChunkBits;
  using Chunk = std::array<std::uint64_t, kChunkBits / 64>;

  bool default_;
  std::array<Chunk*, kChunks> chunks_{};
};

}  // namespace ipcsim::kernel
