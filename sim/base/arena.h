// SPDX-License-Identifier: BSD-2-Clause
// Arena: all memory of one run. Blocks are handed out in order and never freed one by one; reset()
// takes everything back at once and keeps the memory for the next run, so that a run after the
// first allocates nothing from the host. Objects in an arena are never destroyed: whatever they own
// must itself live in the arena (std::pmr containers over it do).
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

namespace ipcsim {

class Arena final : public std::pmr::memory_resource {
 public:
  explicit Arena(std::size_t chunk_bytes = std::size_t{64} * 1024);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() override;

  // Everything handed out becomes invalid; the chunks stay for reuse.
  void reset();

  // Bytes handed out since the last reset, alignment included.
  std::size_t used() const { return used_; }

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    return ::new (allocate(sizeof(T), alignof(T))) T(std::forward<Arguments>(arguments)...);
  }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
  void next_chunk(std::size_t bytes);

  std::size_t chunk_bytes_;
  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;  // chunk being filled; chunks before it are full
  std::byte* free_ = nullptr;
  std::byte* end_ = nullptr;
  std::size_t used_ = 0;
  std::size_t total_ = 0;  // bytes of all chunks
};

}  // namespace ipcsim
