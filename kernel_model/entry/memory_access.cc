// SPDX-License-Identifier: BSD-2-Clause
// Loads, stores and atomics of user code, each of at most 8 aligned bytes one step through the MMU
// of the CPU that the thread runs on. Those that fault go on in fault_entry.cc.
#include <algorithm>
#include <cstring>

#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {
namespace {

using machine::AccessKind;

constexpr std::uint64_t kWordBytes = 8;

// Words of memory, as footprints name them: behind the kernel's locks.
constexpr std::uint32_t kMemoryWords = 1U << 16;
engine::ObjectName word_name(std::uint64_t physical) {
  const std::uint64_t word = physical / kWordBytes;
  return {kMemoryWords + static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
}

// How many bytes from `address` lie in one aligned word.
std::size_t in_word(std::uint64_t address, std::size_t bytes) {
  return std::min<std::size_t>(bytes, kWordBytes - address % kWordBytes);
}

engine::Access access_of(AccessKind kind) {
  return machine::is_write(kind) ? engine::Access::kWrite : engine::Access::kRead;
}

// The next access, if the tables say now which word it will be of.
void announce(engine::Engine& engine, const Thread& thread, const AddressSpace& space,
              AccessKind kind, std::uint64_t address) {
  const std::uint64_t offset = address % machine::kPageBytes;
  if (!AddressSpace::is_user_page(address - offset)) return;
  const std::optional<MappedPage> page = space.find(address - offset);
  if (!page.has_value()) return;
  engine.announce(thread.lane, word_name(FramePool::address_of(page->frame) + offset),
                  access_of(kind));
}

std::uint64_t number_of(std::span<const std::byte> bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

}  // namespace

// One access, tried until it succeeds: then `use` gets the physical address, in the step of the
// access. False when the thread has been ended.
template <class Use>
bool Kernel::access(Thread& self, AccessKind kind, std::uint64_t address, std::size_t bytes,
                    Use use) {
  for (;;) {
    const Cycles cost = std::max<Cycles>(state_.cost.memory_access, 1);
    if (engine_.announces()) announce(engine_, self, task_of(self).space, kind, address);
    if (!pass_user_time(self, cost, machine::kUserCode)) return false;
    Processor& processor = *self.processor;
    const machine::MemoryAccess wanted{.kind = kind,
                                       .privilege = machine::Privilege::kUser,
                                       .bytes = static_cast<std::uint16_t>(bytes),
                                       .linear = address};
    if (engine_.asks(engine::ChoiceKind::kTlb) && processor.mmu.would_use_stale(wanted) &&
        engine_.choose(engine::ChoiceKind::kTlb, 2, engine_.current_step()) == 1) {
      processor.mmu.evict(wanted);
    }
    const machine::AccessResult result = processor.mmu.access(wanted);
    const machine::PageUse& page = result.page[0];
    if (page.entries_read > 0) {
      engine_.touch({static_cast<std::uint32_t>(LockRank::kAddressSpace), self.task.value()},
                    engine::Access::kRead);
      self.user_debt += state_.cost.page_walk;
      if (page.marked.accessed != 0 || page.marked.dirty) {
        self.user_debt += state_.cost.page_flags_update;
      }
    } else if (page.found_in == machine::TlbLevel::kSecond) {
      self.user_debt += state_.cost.tlb_second_level;
    }
    if (result.ok()) {
      engine_.touch(word_name(page.physical), access_of(kind));
      count_if_shared(kind, page.physical, bytes);
      use(page.physical);
      note_change();
      return true;
    }
    if (!handle_fault(self, kind, address, result.fault)) return false;
  }
}

// An access to memory that another task, or another address, sees too.
void Kernel::count_if_shared(AccessKind kind, std::uint64_t physical, std::size_t bytes) {
  const FrameId frame(static_cast<std::uint32_t>(physical / machine::kFrameBytes));
  if (state_.frames[frame].mappings < 2) return;
  if (kind != AccessKind::kWrite) state_.traffic.shared_bytes_loaded += bytes;
  if (machine::is_write(kind)) state_.traffic.shared_bytes_stored += bytes;
}

Call<Nothing> Kernel::load(Thread& self, std::uint64_t address, std::span<std::byte> to) {
  while (!to.empty()) {
    const std::span<std::byte> part = to.first(in_word(address, to.size()));
    const auto use = [this, &self, address, part](std::uint64_t physical) {
      state_.memory.read(physical, part);
      record_access(self, EventCode::kLoad, {address, part.size(), number_of(part)});
    };
    if (!access(self, AccessKind::kRead, address, part.size(), use)) {
      return Failure(KernelError::killed);
    }
    address += part.size();
    to = to.subspan(part.size());
  }
  return Nothing{};
}

Call<Nothing> Kernel::store(Thread& self, std::uint64_t address, std::span<const std::byte> from) {
  while (!from.empty()) {
    const std::span<const std::byte> part = from.first(in_word(address, from.size()));
    const auto use = [this, &self, address, part](std::uint64_t physical) {
      state_.memory.write(physical, part);
      record_access(self, EventCode::kStore, {address, part.size(), number_of(part)});
    };
    if (!access(self, AccessKind::kWrite, address, part.size(), use)) {
      return Failure(KernelError::killed);
    }
    address += part.size();
    from = from.subspan(part.size());
  }
  return Nothing{};
}

Call<std::uint64_t> Kernel::exchange(Thread& self, std::uint64_t address, std::uint64_t value) {
  std::uint64_t old = 0;
  const auto use = [this, &self, &old, address, value](std::uint64_t physical) {
    old = state_.memory.load<std::uint64_t>(physical);
    state_.memory.store(physical, value);
    record_access(self, EventCode::kExchange, {address, old, value});
  };
  if (!atomic(self, AccessKind::kReadModifyWrite, address, use)) {
    return Failure(KernelError::killed);
  }
  return old;
}

Call<std::uint64_t> Kernel::fetch_add(Thread& self, std::uint64_t address, std::uint64_t value) {
  std::uint64_t old = 0;
  const auto use = [this, &self, &old, address, value](std::uint64_t physical) {
    old = state_.memory.load<std::uint64_t>(physical);
    state_.memory.store(physical, old + value);
    record_access(self, EventCode::kFetchAdd, {address, old, old + value});
  };
  if (!atomic(self, AccessKind::kReadModifyWrite, address, use)) {
    return Failure(KernelError::killed);
  }
  return old;
}

Call<std::uint64_t> Kernel::compare_exchange(Thread& self, std::uint64_t address,
                                             std::uint64_t expected, std::uint64_t value) {
  std::uint64_t old = 0;
  const auto use = [this, &self, &old, address, expected, value](std::uint64_t physical) {
    old = state_.memory.load<std::uint64_t>(physical);
    if (old == expected) state_.memory.store(physical, value);
    record_access(self, EventCode::kCompareExchange, {address, expected, old, value});
  };
  // One that fails counts as a write as well.
  if (!atomic(self, AccessKind::kReadModifyWrite, address, use)) {
    return Failure(KernelError::killed);
  }
  return old;
}

// Memory is sequentially consistent, so a fence only takes its time.
Call<Nothing> Kernel::fence(Thread& self) {
  const Cycles cost = std::max<Cycles>(state_.cost.memory_access, 1);
  if (!pass_user_time(self, cost, machine::kUserCode)) return Failure(KernelError::killed);
  record_access(self, EventCode::kFence, {});
  return Nothing{};
}

template <class Use>
bool Kernel::atomic(Thread& self, AccessKind kind, std::uint64_t address, Use use) {
  if (address % kWordBytes == 0) return access(self, kind, address, kWordBytes, use);
  // As a CPU that detects split locks does: #AC(0), SDM vol. 3A 6.15.
  if (!pass_user_time(self, std::max<Cycles>(state_.cost.memory_access, 1), machine::kUserCode)) {
    return false;
  }
  return handle_fault(self, kind, address, {machine::FaultKind::kGeneralProtection, 0, 0});
}

void Kernel::record_access(const Thread& self, EventCode code,
                           std::array<std::uint64_t, trace::kMaximumArguments> arguments) {
  tracer_.emit(EventGroup::kMemory, code, self.processor->cpu.number(), self.source, arguments);
}

}  // namespace ipcsim::kernel
