// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/memory/frame_pool.h"

#include <array>

#include "sim/base/check.h"

namespace ipcsim::kernel {
namespace {

using FrameBytes = std::array<std::byte, machine::kFrameBytes>;
constexpr FrameBytes kZeros{};

}  // namespace

FramePool::FramePool(machine::PhysicalMemory& memory, std::pmr::memory_resource& resource)
    : memory_(memory),
      frames_of_memory_(static_cast<std::uint32_t>(memory.bytes() / machine::kFrameBytes)),
      frames_(&resource),
      free_(&resource) {
  frames_.push_back({});  // frame 0
}

std::optional<FrameId> FramePool::take(FrameUse use, TaskId owner) {
  FrameId taken;
  if (!free_.empty()) {
    taken = free_.back();
    free_.pop_back();
    memory_.write(address_of(taken), kZeros);
  } else if (known() < frames_of_memory_) {
    taken = FrameId(known());
    frames_.push_back({});
  } else {
    return std::nullopt;
  }
  frames_[taken.value()] = {use, owner, 0};
  ++in_use_;
  return taken;
}

void FramePool::let_go(FrameId frame) {
  Frame& left = frames_[frame.value()];
  SIM_CHECK(left.use != FrameUse::kFree && left.owner.valid(), "nobody holds this frame");
  left.owner = TaskId::none();
  free_if_unused(frame);
}

void FramePool::drop_mapping(FrameId frame) {
  Frame& mapped = frames_[frame.value()];
  SIM_CHECK(mapped.mappings > 0, "a frame loses a mapping that it does not have");
  --mapped.mappings;
  free_if_unused(frame);
}

void FramePool::free_if_unused(FrameId frame) {
  Frame& left = frames_[frame.value()];
  if (left.owner.valid() || left.mappings > 0) return;
  left.use = FrameUse::kFree;
  free_.push_back(frame);
  --in_use_;
}

void FramePool::copy(FrameId from, FrameId to) {
  FrameBytes bytes;
  memory_.read(address_of(from), bytes);
  memory_.write(address_of(to), bytes);
}

}  // namespace ipcsim::kernel
