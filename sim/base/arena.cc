// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/arena.h"

#include <algorithm>
#include <cstdint>

namespace ipcsim {

Arena::Arena(std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) {}

Arena::~Arena() = default;

void Arena::reset() {
  current_ = 0;
  used_ = 0;
  if (chunks_.empty()) return;
  free_ = chunks_.front().memory.get();
  end_ = free_ + chunks_.front().size;
}

void* Arena::do_allocate(std::size_t bytes, std::size_t alignment) {
  for (;;) {
    const auto address = reinterpret_cast<std::uintptr_t>(free_);
    const std::uintptr_t aligned = (address + alignment - 1) & ~(alignment - 1);
    const std::size_t padding = aligned - address;
    if (free_ != nullptr && padding + bytes <= static_cast<std::size_t>(end_ - free_)) {
      std::byte* const block = free_ + padding;
      free_ = block + bytes;
      used_ += padding + bytes;
      return block;
    }
    next_chunk(bytes + alignment);
  }
}

void Arena::next_chunk(std::size_t bytes) {
  if (free_ != nullptr) ++current_;
  std::size_t found = current_;
  while (found < chunks_.size() && chunks_[found].size < bytes) ++found;
  if (found == chunks_.size()) {
    // At least as much as there is, so that chunks that have become too small never add up.
    const std::size_t size = std::max({bytes, chunk_bytes_, total_});
    chunks_.push_back(Chunk{std::make_unique_for_overwrite<std::byte[]>(size), size});
    total_ += size;
  }
  std::swap(chunks_[current_], chunks_[found]);
  free_ = chunks_[current_].memory.get();
  end_ = free_ + chunks_[current_].size;
}

}  // namespace ipcsim
