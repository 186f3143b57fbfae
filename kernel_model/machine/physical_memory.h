// SPDX-License-Identifier: BSD-2-Clause
// PhysicalMemory: the memory of the simulated machine, from physical address 0 on.
//
// What always holds:
// - Every byte is 0 until it is written. A frame takes up host memory, of the run's arena, from its
//   first write on; to start again, reset the arena and make a new PhysicalMemory in it.
// - What lies behind the end reads as all ones, writes there are dropped: no bus agent answers.
// - Words are little-endian, as on the CPU.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sim/base/arena.h"
#include "sim/base/check.h"

namespace ipcsim::machine {

inline constexpr std::uint64_t kFrameBytes = 4096;
// 64 GiB. What bounds it is the directory: 8 bytes for each 2 MiB of memory.
inline constexpr std::uint64_t kMaximumMemoryBytes = std::uint64_t{1} << 36;

class PhysicalMemory {
 public:
  // `bytes` is a multiple of kFrameBytes, at most kMaximumMemoryBytes.
  PhysicalMemory(Arena& arena, std::uint64_t bytes);
  PhysicalMemory(const PhysicalMemory&) = delete;
  PhysicalMemory& operator=(const PhysicalMemory&) = delete;

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t frames_in_use() const { return frames_in_use_; }

  // Words of 1, 2, 4 or 8 bytes, at addresses that are multiples of their size.
  template <std::unsigned_integral Word>
  Word load(std::uint64_t address) const {
    check_aligned<Word>(address);
    if (address >= bytes_) return static_cast<Word>(~Word{0});
    const Frame* const frame = find(address);
    Word word = 0;
    if (frame != nullptr) std::memcpy(&word, frame->bytes.data() + offset(address), sizeof word);
    return word;
  }

  template <std::unsigned_integral Word>
  void store(std::uint64_t address, Word word) {
    check_aligned<Word>(address);
    if (address >= bytes_) return;
    std::memcpy(find_or_make(address).bytes.data() + offset(address), &word, sizeof word);
  }

  // Any bytes; a range may reach over the end of memory.
  void read(std::uint64_t address, std::span<std::byte> to) const;
  void write(std::uint64_t address, std::span<const std::byte> from);

 private:
  static_assert(std::endian::native == std::endian::little, "only little-endian hosts so far");

  struct alignas(64) Frame {
    std::array<std::byte, kFrameBytes> bytes;
  };
  static constexpr std::uint64_t kFramesOfBlock = 512;
  static constexpr std::uint64_t kBlockBytes = kFrameBytes * kFramesOfBlock;
  using Block = std::array<Frame*, kFramesOfBlock>;

  template <class Word>
  static void check_aligned(std::uint64_t address) {
    SIM_CHECK(address % sizeof(Word) == 0, "a word of memory is used at a multiple of its size");
  }
  static std::size_t offset(std::uint64_t address) { return address % kFrameBytes; }

  // The address lies within the memory. Nothing: never written.
  const Frame* find(std::uint64_t address) const {
    const Block* const block = blocks_[address / kBlockBytes];
    return block == nullptr ? nullptr : (*block)[address / kFrameBytes % kFramesOfBlock];
  }
  Frame& find_or_make(std::uint64_t address) {
    Block* const block = blocks_[address / kBlockBytes];
    Frame* const frame =
        block == nullptr ? nullptr : (*block)[address / kFrameBytes % kFramesOfBlock];
    return frame == nullptr ? make(address) : *frame;
  }
  Frame& make(std::uint64_t address);

  Arena& arena_;
  std::uint64_t bytes_;
  std::span<Block*> blocks_;
  std::uint64_t frames_in_use_ = 0;
};

}  // namespace ipcsim::machine
