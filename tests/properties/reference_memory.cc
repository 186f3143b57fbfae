// SPDX-License-Identifier: BSD-2-Clause
#include "tests/properties/reference_memory.h"

#include <algorithm>
#include <array>

namespace ipcsim::test {
namespace {

constexpr std::uint64_t kUserEnd = std::uint64_t{1} << 47;

// The tables on the way to a page: level, and the part of the address that chooses it.
std::array<std::pair<unsigned, std::uint64_t>, 4> tables_for(std::uint64_t address) {
  return {{{4, 0}, {3, address >> 39}, {2, address >> 30}, {1, address >> 21}}};
}

}  // namespace

void ReferenceMemory::has_ended(unsigned task) {
  Space& space = spaces_[task];
  std::vector<std::uint64_t> left;
  for (const auto& [address, page] : space.pages) left.push_back(page.frame);
  for (auto& [number, frame] : frames_) {
    if (frame.owner != task) continue;
    frame.owner.reset();
    left.push_back(number);
  }
  space = Space();
  for (const std::uint64_t frame : left) drop_if_unused(frame);
}

bool ReferenceMemory::is_mapped(std::uint64_t frame, bool for_certain) const {
  for (const Space& space : spaces_) {
    if (for_certain && space.fading) continue;
    for (const auto& [address, page] : space.pages) {
      if (page.frame == frame) return true;
    }
  }
  return !for_certain && std::any_of(withdrawals_.begin(), withdrawals_.end(),
                                     [frame](const Withdrawal& withdrawal) {
                                       return withdrawal.page.frame == frame;
                                     });
}

bool ReferenceMemory::stays(std::uint64_t frame) const {
  const std::optional<unsigned> owner = owner_of(frame);
  return (owner && !spaces_[*owner].fading) || is_mapped(frame, true);
}

std::optional<unsigned> ReferenceMemory::owner_of(std::uint64_t frame) const {
  const auto found = frames_.find(frame);
  return found == frames_.end() ? std::nullopt : found->second.owner;
}

std::uint32_t ReferenceMemory::owned_by(unsigned task) const {
  return static_cast<std::uint32_t>(
      std::count_if(frames_.begin(), frames_.end(),
                    [task](const auto& entry) { return entry.second.owner == task; }));
}

std::uint64_t ReferenceMemory::tables(bool of_fading) const {
  std::uint64_t sum = 0;
  for (const Space& space : spaces_) {
    if (of_fading || !space.fading) sum += space.tables.size();
  }
  return sum;
}

std::uint64_t ReferenceMemory::most_free() const {
  const auto certain = static_cast<std::uint64_t>(std::count_if(
      frames_.begin(), frames_.end(), [this](const auto& entry) { return stays(entry.first); }));
  return available_ - certain - tables(false);
}

std::uint64_t ReferenceMemory::least_free() const {
  const std::uint64_t used = frames_.size() + tables(true);
  return available_ > used ? available_ - used : 0;
}

bool ReferenceMemory::take(std::uint64_t frame, unsigned owner, std::optional<std::uint64_t> from) {
  if (frame == 0 || frame > available_ || (exists(frame) && stays(frame))) return false;
  Frame taken{.owner = owner, .words = from ? frames_[*from].words : Frame().words};
  // Whoever still had it was letting go of it, and has.
  for (Space& space : spaces_) {
    std::erase_if(space.pages, [frame](const auto& entry) { return entry.second.frame == frame; });
  }
  std::erase_if(withdrawals_,
                [frame](const Withdrawal& withdrawal) { return withdrawal.page.frame == frame; });
  frames_[frame] = std::move(taken);
  return true;
}

void ReferenceMemory::let_go(std::uint64_t frame) {
  frames_[frame].owner.reset();
  drop_if_unused(frame);
}

void ReferenceMemory::drop_if_unused(std::uint64_t frame) {
  if (!owner_of(frame) && !is_mapped(frame, false)) frames_.erase(frame);
}

bool ReferenceMemory::is_user_page(std::uint64_t address) {
  return address != 0 && address % kPageBytes == 0 && address < kUserEnd;
}

const ReferenceMemory::Page* ReferenceMemory::find(unsigned task, std::uint64_t address) const {
  const auto found = spaces_[task].pages.find(address);
  return found == spaces_[task].pages.end() ? nullptr : &found->second;
}

std::uint64_t ReferenceMemory::missing_tables(unsigned task, std::uint64_t address) const {
  const auto needed = tables_for(address);
  return static_cast<std::uint64_t>(std::count_if(
      needed.begin(), needed.end(),
      [this, task](const auto& table) { return !spaces_[task].tables.contains(table); }));
}

void ReferenceMemory::map(unsigned task, std::uint64_t address, std::uint64_t frame,
                          bool writable) {
  for (const auto& table : tables_for(address)) spaces_[task].tables.insert(table);
  spaces_[task].pages[address] = {frame, writable, false};
  // Nothing can be mapped while the space is locked for taking away.
  std::erase_if(withdrawals_, [task, address](const Withdrawal& withdrawal) {
    return withdrawal.task == task && withdrawal.address == address;
  });
}

void ReferenceMemory::protect(unsigned thread, unsigned task, std::uint64_t address,
                              bool writable) {
  Page& page = spaces_[task].pages[address];
  if (!writable) withdrawals_.push_back({thread, task, address, page, {}});
  page.was_read_only = page.was_read_only || !page.writable;
  page.writable = writable;
}

void ReferenceMemory::unmap(unsigned thread, unsigned task, std::uint64_t address) {
  withdrawals_.push_back({thread, task, address, spaces_[task].pages[address], {}});
  spaces_[task].pages.erase(address);
}

void ReferenceMemory::returned(unsigned thread) {
  std::vector<std::uint64_t> left;
  std::erase_if(withdrawals_, [thread, &left](const Withdrawal& withdrawal) {
    if (withdrawal.thread != thread) return false;
    left.push_back(withdrawal.page.frame);
    return true;
  });
  for (const std::uint64_t frame : left) drop_if_unused(frame);
}

void ReferenceMemory::invalidated(unsigned cpu, unsigned task,
                                  std::optional<std::uint64_t> address) {
  for (Withdrawal& withdrawal : withdrawals_) {
    if (withdrawal.task == task && (!address || withdrawal.address == *address)) {
      withdrawal.told.insert(cpu);
    }
  }
}

std::uint64_t* ReferenceMemory::word(const Page& page, std::uint64_t address, bool to_write) {
  if (to_write && !page.writable) return nullptr;
  return &frames_[page.frame].words[address % kPageBytes];
}

std::pair<std::uint64_t*, std::uint64_t*> ReferenceMemory::words(unsigned task, unsigned cpu,
                                                                 std::uint64_t address,
                                                                 bool to_write) {
  const std::uint64_t page = address - address % kPageBytes;
  std::pair<std::uint64_t*, std::uint64_t*> found{nullptr, nullptr};
  if (const Page* const mapped = find(task, page)) found.first = word(*mapped, address, to_write);
  for (const Withdrawal& withdrawal : withdrawals_) {
    const bool here = withdrawal.task == task && withdrawal.address == page;
    if (here && !withdrawal.told.contains(cpu)) {
      found.second = word(withdrawal.page, address, to_write);
    }
  }
  return found;
}

}  // namespace ipcsim::test
