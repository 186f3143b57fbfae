// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include <fmt/format.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {
namespace {

using machine::PageTableEntry;

// What the page tables say of the frames, against what the pool says.
struct FrameCount {
  std::uint32_t mappings = 0;
  TaskId table_of;  // whose page table it is, or none
};

std::optional<Violation> count_space(const Task& task, std::pmr::vector<MappedPage>& pages,
                                     std::pmr::vector<FrameCount>& counts) {
  for (const FrameId table : task.space.tables()) {
    FrameCount& count = counts[table.value()];
    if (count.table_of.valid()) {
      return violated(fmt::format("frame {} is a page table twice", table.value()));
    }
    count.table_of = task.id;
  }
  task.space.walk(pages);
  for (const MappedPage& page : pages) ++counts[page.frame.value()].mappings;
  std::pmr::vector<MappedPage> booked(pages.get_allocator());
  task.space.list(booked);
  const bool same =
      std::ranges::equal(pages, booked, {}, &MappedPage::address, &MappedPage::address);
  if (same) return std::nullopt;
  return violated(fmt::format("{} miscounts its mapped pages", task.name));
}

// In kernel code that holds the space's lock, what was taken away may still be on its way out: out
// of the CPUs, and then out of the frame's books.
bool changing(const KernelState& state, const Task& task) {
  return task.space.lock.owner.valid() || state.big_lock.owner.valid();
}
bool nothing_changes(const KernelState& state) {
  const auto& tasks = state.tasks.tasks();
  return std::none_of(tasks.begin(), tasks.end(),
                      [&state](const Task* task) { return changing(state, *task); });
}

std::optional<Violation> check_frame(const KernelState& state, FrameId id,
                                     const FrameCount& count) {
  const Frame& frame = state.frames[id];
  const bool is_table = frame.use == FrameUse::kPageTable;
  if (is_table != count.table_of.valid() || (is_table && frame.owner != count.table_of)) {
    return violated(fmt::format("frame {} has two owners", id.value()));
  }
  if (frame.use != FrameUse::kData && count.mappings > 0) {
    return violated(fmt::format("frame {} is mapped and is no data", id.value()));
  }
  if (count.mappings > frame.mappings) {
    return violated(fmt::format("frame {} is mapped {} times and counts {}", id.value(),
                                count.mappings, frame.mappings));
  }
  if (frame.use == FrameUse::kFree && (frame.owner.valid() || frame.mappings > 0)) {
    return violated(fmt::format("frame {} is free and held", id.value()));
  }
  return std::nullopt;
}

// The CPU was asked to forget it and has not answered yet.
bool asked_to_forget(const KernelState& state, const Processor& processor,
                     const machine::Translation& held) {
  for (const Processor* const other : state.scheduler.processors()) {
    const TlbShootdown& request = other->shootdown;
    const bool concerns =
        request.task == processor.loaded &&
        (request.scope == ShootdownScope::kWholeSpace || request.page == held.linear);
    if (concerns && (request.waiting & cpu_set_of(processor.id)) != 0) return true;
  }
  return false;
}

std::optional<Violation> check_translation(const KernelState& state, const Processor& processor,
                                           const machine::Translation& held) {
  const std::uint64_t cpu = processor.id.value();
  if (!processor.loaded.valid()) {
    return violated(fmt::format("CPU {} remembers a page of no address space", cpu));
  }
  const Task& task = state.tasks[processor.loaded];
  if (asked_to_forget(state, processor, held) || changing(state, task)) return std::nullopt;
  const std::optional<MappedPage> mapped = task.space.find(held.linear);
  const bool same = mapped && FramePool::address_of(mapped->frame) == held.physical;
  if (!same) {
    return violated(fmt::format("CPU {} has a translation of {:#x} that was taken from {}", cpu,
                                held.linear, task.name));
  }
  if (held.rights.writable && !mapped->entry.has(PageTableEntry::kWritable)) {
    return violated(fmt::format("CPU {} may write {:#x} of {}, which was made read-only", cpu,
                                held.linear, task.name));
  }
  const bool marked = mapped->entry.has(PageTableEntry::kAccessed) &&
                      (!held.dirty || mapped->entry.has(PageTableEntry::kDirty));
  if (marked) return std::nullopt;
  return violated(fmt::format("CPU {} uses {:#x} of {}, whose entry is not marked as used", cpu,
                              held.linear, task.name));
}

}  // namespace

std::optional<Violation> check_memory(const KernelState& state) {
  if (state.frames.in_use() == 0) return std::nullopt;
  std::pmr::vector<FrameCount> counts(state.frames.known());
  std::pmr::vector<MappedPage> pages;
  for (const Task* const task : state.tasks.tasks()) {
    if (auto violation = count_space(*task, pages, counts)) return violation;
  }
  const bool settled = nothing_changes(state);
  for (std::uint32_t number = 1; number < state.frames.known(); ++number) {
    const FrameId id(number);
    if (auto violation = check_frame(state, id, counts[number])) return violation;
    const bool counted = counts[number].mappings == state.frames[id].mappings;
    if (settled && !counted) {
      return violated(fmt::format("frame {} counts mappings that are gone", number));
    }
  }
  std::pmr::vector<machine::Translation> held;
  for (const Processor* const processor : state.scheduler.processors()) {
    processor->mmu.tlb().list(held);
    for (const machine::Translation& translation : held) {
      if (auto violation = check_translation(state, *processor, translation)) return violation;
    }
  }
  return std::nullopt;
}

}  // namespace ipcsim::kernel
