// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/machine/physical_memory.h"

namespace ipcsim::machine {

PhysicalMemory::PhysicalMemory(Arena& arena, std::uint64_t bytes) : arena_(arena), bytes_(bytes) {
  SIM_CHECK(bytes % kFrameBytes == 0, "memory consists of whole frames");
  SIM_CHECK(bytes <= kMaximumMemoryBytes, "the memory is larger than its directory may become");
  const std::size_t count = (bytes + kBlockBytes - 1) / kBlockBytes;
  void* const place = arena.allocate(count * sizeof(Block*), alignof(Block*));
  blocks_ = {::new (place) Block* [count] {}, count};
}

PhysicalMemory::Frame& PhysicalMemory::make(std::uint64_t address) {
  Block*& block = blocks_[address / kBlockBytes];
  if (block == nullptr) block = arena_.make<Block>();
  Frame* const frame = arena_.make<Frame>();
  (*block)[address / kFrameBytes % kFramesOfBlock] = frame;
  ++frames_in_use_;
  return *frame;
}

void PhysicalMemory::read(std::uint64_t address, std::span<std::byte> to) const {
  while (!to.empty() && address < bytes_) {
    const std::size_t size = std::min<std::size_t>(to.size(), kFrameBytes - offset(address));
    if (const Frame* const frame = find(address)) {
      std::memcpy(to.data(), frame->bytes.data() + offset(address), size);
    } else {
      std::memset(to.data(), 0, size);
    }
    address += size;
    to = to.subspan(size);
  }
  std::ranges::fill(to, std::byte{0xff});
}

void PhysicalMemory::write(std::uint64_t address, std::span<const std::byte> from) {
  while (!from.empty() && address < bytes_) {
    const std::size_t size = std::min<std::size_t>(from.size(), kFrameBytes - offset(address));
    std::memcpy(find_or_make(address).bytes.data() + offset(address), from.data(), size);
    address += size;
    from = from.subspan(size);
  }
}

}  // namespace ipcsim::machine
