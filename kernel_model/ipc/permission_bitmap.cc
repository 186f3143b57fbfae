// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/ipc/permission_bitmap.h"

#include <new>

namespace ipcsim::kernel {

void PermissionBitmap::set(std::uint32_t uid, bool allowed, std::pmr::memory_resource& memory) {
  Chunk*& chunk = chunks_[uid / kChunkBits];
  if (chunk == nullptr) {
    if (allowed == default_) return;
    chunk = ::new (memory.allocate(sizeof(Chunk), alignof(Chunk))) Chunk;
    chunk->fill(default_ ? ~std::uint64_t{0} : 0);
  }
  std::uint64_t& word = (*chunk)[uid % kChunkBits / 64];
  const std::uint64_t bit = std::uint64_t{1} << (uid % 64);
  word = allowed ? word | bit : word & ~bit;
}

}  // namespace ipcsim::kernel
