// SPDX-License-Identifier: BSD-2-Clause
// DescriptorTable: the ends that a task (full-task) or a thread (thread-local) has open, by number.
// A number names at most one open end. What a number means after its end was closed is the policy
// descriptor_reuse: caught by its generation, taken again, or never used again.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/descriptor_number.h"
#include "kernel_model/abi/ids.h"

namespace ipcsim::kernel {

class DescriptorTable {
 public:
  DescriptorTable(Scope scope, PolicyValue reuse, std::pmr::memory_resource& memory)
      : scope_(scope), reuse_(reuse), slots_(&memory) {}

  // A number for `end`: of the lowest free slot. None when the table is full.
  std::optional<Descriptor> add(EndId end);

  // The end that `fd` names, or none().
  EndId find(Descriptor fd) const {
    const DescriptorParts parts = parts_of(fd);
    if (parts.scope != scope_ || parts.slot >= slots_.size()) return EndId::none();
    const Slot& slot = slots_[parts.slot];
    return slot.generation == parts.generation ? slot.end : EndId::none();
  }

  // `fd` must name an open end.
  void remove(Descriptor fd);

  std::size_t open() const { return open_; }

  // The number of the first open end in a slot >= `slot`; none when there is none. Slots ascend as
  // the numbers do: 0, 1, 2, ... or -1, -2, ...
  std::optional<Descriptor> next_open(std::uint32_t slot) const;

 private:
  struct Slot {
    EndId end;
    std::uint64_t generation = 0;
    bool retired = false;
  };

  Scope scope_;
  PolicyValue reuse_;
  std::pmr::vector<Slot> slots_;
  std::uint32_t lowest_free_ = 0;  // no free slot lies below
  std::size_t open_ = 0;
};

}  // namespace ipcsim::kernel
