// SPDX-License-Identifier: BSD-2-Clause
// FramePool: which frames of physical memory are free, and who has the others.
//
//   free --take--> a page table of one address space --release--> free
//   free --take--> data: held by the task that made it, and mapped any number of times
//                  --the task lets go, and the last mapping goes--> free
//
// What always holds:
// - A frame is one of these at a time, and a page table belongs to one space.
// - A data frame is free exactly when nobody holds it and nothing maps it.
// - A frame that is taken is full of zeros. The one that became free last is taken first; else the
//   lowest that was never used. Frame 0 is never handed out.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "kernel_model/machine/physical_memory.h"
#include "kernel_model/object/kernel_lock.h"

namespace ipcsim::kernel {

enum class FrameUse : std::uint8_t { kFree, kPageTable, kData };

struct Frame {
  FrameUse use = FrameUse::kFree;
  TaskId owner;  // a page table: whose; data: who made it and has not let go, or none
  std::uint32_t mappings = 0;
};

class FramePool {
 public:
  // Of all of `memory`.
  FramePool(machine::PhysicalMemory& memory, std::pmr::memory_resource& resource);

  // Nothing when no frame is free.
  std::optional<FrameId> take(FrameUse use, TaskId owner);

  // The owner lets go: a page table is free at once, data when nothing maps it.
  void let_go(FrameId frame);
  // One mapping of a data frame more, or less.
  void add_mapping(FrameId frame) { ++frames_[frame.value()].mappings; }
  void drop_mapping(FrameId frame);

  // Of any number, also one that no frame has.
  bool is_data(FrameId frame) const {
    return frame.value() < frames_.size() && frames_[frame.value()].use == FrameUse::kData;
  }
  const Frame& operator[](FrameId frame) const { return frames_[frame.value()]; }
  std::uint32_t known() const { return static_cast<std::uint32_t>(frames_.size()); }
  std::uint32_t in_use() const { return in_use_; }
  std::uint32_t free() const {
    return static_cast<std::uint32_t>(free_.size()) + frames_of_memory_ - known();
  }

  static std::uint64_t address_of(FrameId frame) {
    return std::uint64_t{frame.value()} * machine::kFrameBytes;
  }
  void copy(FrameId from, FrameId to);

  KernelLock lock{LockRank::kFramePool};

 private:
  void free_if_unused(FrameId frame);

  machine::PhysicalMemory& memory_;
  std::uint32_t frames_of_memory_;
  std::pmr::vector<Frame> frames_;  // those that were ever taken
  std::pmr::vector<FrameId> free_;  // of these, that are free; the last one is taken first
  std::uint32_t in_use_ = 0;
};

}  // namespace ipcsim::kernel
