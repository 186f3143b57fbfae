// SPDX-License-Identifier: BSD-2-Clause
// What random programs do with memory. In those in which nobody dies, only what is mapped is
// touched, and stays.
#include <array>

#include "tests/properties/random_program.h"

namespace ipcsim::test {

using kernel::FrameId;
using kernel::PageAccess;
using kernel::SystemCall;

namespace {

// The first is never taken away in a program in which nobody dies.
constexpr std::array<std::uint64_t, 4> kPages = {0x10000, 0x11000, 0x20'0000, 0x7fff'ffff'f000};
constexpr std::uint64_t kWords = 4;  // of a page that are used

}  // namespace

void RandomProgram::use_memory(Actor& actor, UserThread& self) {
  const std::uint64_t kind = actor.random.below(10);
  if (kind < 2) {
    manage_memory(actor, self);
  } else if (kind < 5) {
    change_memory(actor, self);
  } else {
    access_memory(actor, self);
  }
}

std::int64_t RandomProgram::any_frame(Actor& actor) {
  if (frames_.empty() || actor.random.one_in(15)) return actor.random.range(-1, 12);
  const std::uint64_t age =
      std::min(actor.random.below(frames_.size()), actor.random.below(frames_.size()));
  return frames_[frames_.size() - 1 - age];
}

std::uint64_t RandomProgram::any_page(Actor& actor) {
  constexpr std::array<std::uint64_t, 3> kWrong = {0, 0x10008, std::uint64_t{1} << 47};
  if (actor.random.one_in(20)) return kWrong[actor.random.below(kWrong.size())];
  return kPages[actor.random.below(kPages.size())];
}

void RandomProgram::manage_memory(Actor& actor, UserThread& self) {
  const std::uint64_t kind = actor.random.below(4);
  if (kind == 3) {
    noted(actor, SystemCall::free_frame, self.free_frame(any_frame(actor)));
    return;
  }
  const bool copies = kind == 2;
  const auto call = copies ? SystemCall::copy_frame : SystemCall::new_frame;
  const Call<FrameId> frame = copies ? self.copy_frame(any_frame(actor)) : self.new_frame();
  if (!noted(actor, call, frame)) return;
  seen_[actor.thread].back().outcome.number = frame->value();
  frames_.push_back(frame->value());
}

void RandomProgram::change_memory(Actor& actor, UserThread& self) {
  const auto task = actor.random.one_in(2)
                        ? actor.task
                        : static_cast<unsigned>(actor.random.below(tasks_.size()));
  const std::uint64_t page = any_page(actor);
  const auto access = actor.random.one_in(3) ? PageAccess::kRead : PageAccess::kWrite;
  const bool steady = !may_fault() && page == kPages[0];
  const std::uint64_t kind = actor.random.below(10);
  if (kind < 5 || steady) {
    const auto granted = steady ? PageAccess::kWrite : access;
    const std::int64_t frame = any_frame(actor);
    if (!noted(actor, SystemCall::map, self.map(TaskId(task), page, frame, granted))) return;
    mapped_[task].insert(page);
  } else if (kind < 7) {
    noted(actor, SystemCall::protect, self.protect(TaskId(task), page, access));
  } else if (noted(actor, SystemCall::unmap, self.unmap(TaskId(task), page))) {
    mapped_[task].erase(page);
  }
}

std::optional<std::uint64_t> RandomProgram::page_to_use(Actor& actor) {
  const std::set<std::uint64_t>& mapped = mapped_[actor.task];
  const bool is_handled = daemon_ && *daemon_ != actor.task;
  if (is_handled && actor.random.one_in(2)) return kPages[actor.random.below(kPages.size())];
  if (!may_fault()) return mapped.contains(kPages[0]) ? std::optional(kPages[0]) : std::nullopt;
  if (mapped.empty())
    return actor.random.one_in(60) ? std::optional(any_page(actor)) : std::nullopt;
  auto chosen = mapped.begin();
  std::advance(chosen, actor.random.below(mapped.size()));
  return *chosen;
}

void RandomProgram::access_memory(Actor& actor, UserThread& self) {
  const std::optional<std::uint64_t> page = page_to_use(actor);
  if (!page) return;
  const std::uint64_t address = (*page & ~std::uint64_t{0xfff}) + 8 * actor.random.below(kWords);
  const std::uint64_t value = actor.random.below(4);
  const std::uint64_t kind = actor.random.below(8);
  if (kind < 3) {
    actor.alive = store64(self, address, value).ok();
    return;
  }
  Call<std::uint64_t> found = 0;
  if (kind < 5) {
    found = load64(self, address);
  } else if (kind == 5) {
    found = self.exchange(address, value);
  } else if (kind == 6) {
    found = self.fetch_add(address, kAddend);
  } else {
    found = self.compare_exchange(address, actor.random.below(4), value);
  }
  actor.alive = found.ok();
  if (found) loaded_[actor.thread].push_back(*found);
}

}  // namespace ipcsim::test
