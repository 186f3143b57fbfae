// SPDX-License-Identifier: BSD-2-Clause
// AddressSpace: what a task's addresses mean: four levels of page tables in simulated memory, which
// the MMU of a CPU walks (SDM vol. 3A 4.5).
//
// What always holds:
// - Every table is a frame of the pool that belongs to this space; every page that is mapped is a
//   data frame that counts this mapping.
// - Pages lie in the lower half of the addresses, but for page 0, and are never executable.
// A change of a table reaches no TLB: whoever takes rights away tells the CPUs (TlbShootdown), and
// gives the frame back only after they have answered.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/machine/linear_address.h"
#include "kernel_model/machine/page_table_entry.h"
#include "kernel_model/machine/physical_memory.h"
#include "kernel_model/memory/frame_pool.h"
#include "kernel_model/object/kernel_lock.h"

namespace ipcsim::kernel {

struct MappedPage {
  std::uint64_t address = 0;
  FrameId frame;
  machine::PageTableEntry entry;
};

class AddressSpace {
 public:
  AddressSpace(TaskId task, FramePool& frames, machine::PhysicalMemory& memory,
               std::pmr::memory_resource& resource)
      : task_(task), frames_(frames), memory_(memory), tables_(&resource), pages_(&resource) {}
  AddressSpace(const AddressSpace&) = delete;
  AddressSpace& operator=(const AddressSpace&) = delete;

  // Whether a page may be mapped at this address: the first byte of one, in the user's half.
  static bool is_user_page(std::uint64_t address) {
    return address != 0 && address % machine::kPageBytes == 0 && address < kUserEnd;
  }

  // Physical address of the root table; 0 while there is none, because nothing was ever mapped.
  std::uint64_t root() const { return root_.valid() ? FramePool::address_of(root_) : 0; }

  // What is mapped there, if anything. `page` is one of is_user_page().
  std::optional<MappedPage> find(std::uint64_t page) const;

  // Maps a data frame where nothing is mapped. False when no frame is left for a table; then
  // nothing has changed.
  bool map(std::uint64_t page, FrameId frame, PageAccess access);
  // Of a mapped page.
  void protect(std::uint64_t page, PageAccess access);
  // The mapping goes from the tables; the caller gives it back to the pool when no CPU has a
  // translation of it any more.
  FrameId unmap(std::uint64_t page);

  std::size_t pages() const { return pages_.size(); }

  // All that is mapped, by ascending address: as the books say, and, for those who check them,
  // as a walk through the tables finds it, which takes long.
  void list(std::pmr::vector<MappedPage>& out) const;
  void walk(std::pmr::vector<MappedPage>& out) const;
  const std::pmr::vector<FrameId>& tables() const { return tables_; }

  // Nothing is mapped, and no CPU has it loaded: the tables go back.
  void give_tables_back();

  KernelLock lock{LockRank::kAddressSpace};

 private:
  static constexpr std::uint64_t kUserEnd = std::uint64_t{1} << 47;

  // Physical address of the last table's entry for a page; 0 when there is no such table.
  std::uint64_t entry_place(std::uint64_t page) const;
  // How many tables are missing on the way there.
  std::uint32_t missing_tables(std::uint64_t page) const;
  // The entry's place, making the tables that are missing, for which there are frames.
  std::uint64_t make_entry_place(std::uint64_t page);
  FrameId take_table();
  void walk_below(std::uint64_t table, unsigned level, std::uint64_t address,
                  std::pmr::vector<MappedPage>& out) const;

  TaskId task_;
  FramePool& frames_;
  machine::PhysicalMemory& memory_;
  FrameId root_;
  std::pmr::vector<FrameId> tables_;
  std::pmr::vector<std::uint64_t> pages_;  // addresses of those that are mapped, ascending
};

}  // namespace ipcsim::kernel
