// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/object/descriptor_table.h"

#include "sim/base/check.h"

namespace ipcsim::kernel {

std::optional<Descriptor> DescriptorTable::add(EndId end) {
  std::uint32_t slot = lowest_free_;
  while (slot < slots_.size() && (slots_[slot].end.valid() || slots_[slot].retired)) ++slot;
  if (slot >= kMaximumSlots) return std::nullopt;
  if (slot == slots_.size()) slots_.emplace_back();
  slots_[slot].end = end;
  lowest_free_ = slot + 1;
  ++open_;
  return descriptor_of({scope_, slot, slots_[slot].generation});
}

void DescriptorTable::remove(Descriptor fd) {
  SIM_CHECK(find(fd).valid(), "a descriptor that is not open was removed");
  const std::uint32_t index = parts_of(fd).slot;
  Slot& slot = slots_[index];
  slot.end = EndId::none();
  --open_;
  if (reuse_ == PolicyValue::descriptor_reuse_never) {
    slot.retired = true;
    return;
  }
  if (reuse_ == PolicyValue::descriptor_reuse_generation) ++slot.generation;
  if (index < lowest_free_) lowest_free_ = index;
}

std::optional<Descriptor> DescriptorTable::next_open(std::uint32_t slot) const {
  while (slot < slots_.size() && !slots_[slot].end.valid()) ++slot;
  if (slot >= slots_.size()) return std::nullopt;
  return descriptor_of({scope_, slot, slots_[slot].generation});
}

}  // namespace ipcsim::kernel
