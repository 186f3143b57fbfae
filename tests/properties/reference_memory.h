// SPDX-License-Identifier: BSD-2-Clause
// ReferenceMemory: who holds and who maps which frame, and what stands in it, as plainly as
// possible: maps and lists that are searched, no page tables and no TLB. Page tables are only
// counted.
//
// Two things take time in the kernel and are over in no record. What a call has taken away may be
// used by other CPUs until they have answered, and its frame is not free before the call returns
// (Withdrawal). And what a task had that dies goes at some moment before it has ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace ipcsim::test {

class ReferenceMemory {
 public:
  static constexpr std::uint64_t kPageBytes = 4096;

  struct Page {
    std::uint64_t frame = 0;
    bool writable = false;
    bool was_read_only = false;  // a CPU may still think so, and fault
  };

  // `pages` of physical memory, of which the first is never used.
  ReferenceMemory(std::size_t tasks, std::uint64_t pages) : spaces_(tasks), available_(pages - 1) {}

  // --- Tasks.
  void set_fading(unsigned task, bool fading) { spaces_[task].fading = fading; }
  void has_ended(unsigned task);

  // --- Frames.
  bool exists(std::uint64_t frame) const { return frames_.contains(frame); }
  // It exists for certain: nobody who could be letting go of it just now is the last that has it.
  bool stays(std::uint64_t frame) const;
  std::optional<unsigned> owner_of(std::uint64_t frame) const;
  std::uint32_t owned_by(unsigned task) const;
  // How many more frames there are, at most and at least.
  std::uint64_t most_free() const;
  std::uint64_t least_free() const;
  // False when somebody has the frame. `from`: it is a copy.
  bool take(std::uint64_t frame, unsigned owner, std::optional<std::uint64_t> from);
  void let_go(std::uint64_t frame);

  // --- Mappings; `address` is that of a page.
  static bool is_user_page(std::uint64_t address);
  const Page* find(unsigned task, std::uint64_t address) const;
  bool fading(unsigned task) const { return spaces_[task].fading; }
  std::uint64_t missing_tables(unsigned task, std::uint64_t address) const;
  void map(unsigned task, std::uint64_t address, std::uint64_t frame, bool writable);
  // For `thread`, whose call it is.
  void protect(unsigned thread, unsigned task, std::uint64_t address, bool writable);
  void unmap(unsigned thread, unsigned task, std::uint64_t address);
  // The call of this thread that took something away is over.
  void returned(unsigned thread);
  // A CPU has answered; nothing: it has left the whole space.
  void invalidated(unsigned cpu, unsigned task, std::optional<std::uint64_t> address);

  // --- The words that a thread of `task` on `cpu` may find at `address`; null: none. Usually the
  // second is null; it is what is being taken away.
  std::pair<std::uint64_t*, std::uint64_t*> words(unsigned task, unsigned cpu,
                                                  std::uint64_t address, bool to_write);

 private:
  struct Frame {
    std::optional<unsigned> owner;
    std::map<std::uint64_t, std::uint64_t> words;  // by their place in the frame; the rest is 0
  };
  struct Space {
    std::map<std::uint64_t, Page> pages;
    std::set<std::pair<unsigned, std::uint64_t>> tables;  // level and what addresses it is for
    bool fading = false;                                  // its task could be on its way out
  };
  struct Withdrawal {
    unsigned thread = 0;
    unsigned task = 0;
    std::uint64_t address = 0;
    Page page;
    std::set<unsigned> told;  // CPUs that have answered
  };

  bool is_mapped(std::uint64_t frame, bool for_certain) const;
  void drop_if_unused(std::uint64_t frame);
  std::uint64_t tables(bool of_fading) const;
  std::uint64_t* word(const Page& page, std::uint64_t address, bool to_write);

  std::map<std::uint64_t, Frame> frames_;
  std::vector<Space> spaces_;
  std::vector<Withdrawal> withdrawals_;
  std::uint64_t available_;
};

}  // namespace ipcsim::test
