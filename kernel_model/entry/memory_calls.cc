// SPDX-License-Identifier: BSD-2-Clause
// The calls on frames and mappings. Whoever is not privileged may only give up what is mapped in
// his own space; everything else is the memory daemon's business.
#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {
namespace {

std::uint64_t argument(PageAccess access) { return static_cast<std::uint64_t>(access); }

}  // namespace

// The data frame with this number, which may be any.
std::optional<FrameId> Kernel::data_frame(std::int64_t number) const {
  if (number < 0 || number >= static_cast<std::int64_t>(state_.frames.known())) return std::nullopt;
  const FrameId frame(static_cast<std::uint32_t>(number));
  return state_.frames.is_data(frame) ? std::optional(frame) : std::nullopt;
}

// new_frame and, with `from`, copy_frame.
Call<FrameId> Kernel::take_frame(Thread& self, SystemCall call, std::optional<std::int64_t> from) {
  SystemCallPath path(*this, self, call);
  const machine::CostModel& cost = state_.cost;
  Task& task = task_of(self);
  if (!path.lock(state_.frames.lock) || !path.commit(cost.new_frame_before) ||
      path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  const std::optional<FrameId> source = from ? data_frame(*from) : std::nullopt;
  const std::uint64_t named = from ? static_cast<std::uint64_t>(*from) : kNoArgument;
  std::optional<KernelError> error;
  if (from && !source) {
    error = KernelError::bad_argument;
  } else if (!task.privileged) {
    error = KernelError::not_privileged;
  }
  std::optional<FrameId> taken;
  if (!error) {
    if (!reached(task, LimitName::frames, task.frames)) {
      taken = state_.frames.take(FrameUse::kData, task.id);
    }
    if (!taken) error = KernelError::limit;
  }
  if (error) return path.fail(*error, cost.new_frame_after, {kNoArgument, named});
  ++task.frames;
  if (source) state_.frames.copy(*source, *taken);
  path.record({taken->value(), named});
  if (!path.leave(cost.new_frame_after)) return Failure(KernelError::killed);
  return *taken;
}

Call<Nothing> Kernel::free_frame(Thread& self, std::int64_t number) {
  SystemCallPath path(*this, self, SystemCall::free_frame);
  const machine::CostModel& cost = state_.cost;
  Task& task = task_of(self);
  if (!path.lock(state_.frames.lock) || !path.commit(cost.free_frame_before)) {
    return Failure(KernelError::killed);
  }
  const std::optional<FrameId> frame = data_frame(number);
  std::optional<KernelError> error;
  if (!frame || state_.frames[*frame].owner != task.id) {
    error = KernelError::bad_argument;
  } else if (!task.privileged) {
    error = KernelError::not_privileged;
  }
  const auto named = static_cast<std::uint64_t>(number);
  if (error) return path.fail(*error, cost.free_frame_after, {named});
  state_.frames.let_go(*frame);
  --task.frames;
  path.record({named});
  if (!path.leave(cost.free_frame_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Nothing> Kernel::map(Thread& self, TaskId target, std::uint64_t page, std::int64_t number,
                          PageAccess access) {
  SystemCallPath path(*this, self, SystemCall::map);
  const machine::CostModel& cost = state_.cost;
  Task& task = state_.tasks[target];
  if (!path.lock(task.space.lock) || !path.lock(state_.frames.lock) ||
      !path.commit(cost.map_before)) {
    return Failure(KernelError::killed);
  }
  const std::optional<FrameId> frame = data_frame(number);
  std::optional<KernelError> error;
  if (!AddressSpace::is_user_page(page) || !frame || task.space.find(page)) {
    error = KernelError::bad_argument;
  } else if (!task_of(self).privileged) {
    error = KernelError::not_privileged;
  } else if (task.state != TaskState::kAlive) {
    error = KernelError::no_such_task;
  } else if (!map_page(task, page, *frame, access)) {
    error = KernelError::limit;
  }
  const std::array<std::uint64_t, 4> arguments{argument(access), page,
                                               static_cast<std::uint64_t>(number), target.value()};
  if (error) return path.fail(*error, cost.map_after, arguments);
  ++state_.traffic.frames_mapped;
  path.record(arguments);
  if (!path.leave(cost.map_after)) return Failure(KernelError::killed);
  return Nothing{};
}

bool Kernel::map_page(Task& task, std::uint64_t page, FrameId frame, PageAccess access) {
  const bool first = task.space.root() == 0;
  if (!task.space.map(page, frame, access)) return false;
  // CPUs that run the task without any page table get the one that it has now.
  for (Processor* const processor : state_.scheduler.processors()) {
    if (first && processor->loaded == task.id) state_.scheduler.load_space(*processor, task.id);
  }
  return true;
}

// Why a page of `task` may not be changed by `self`, by precedence. Taking away from oneself needs
// no privilege.
std::optional<KernelError> Kernel::page_error(const Thread& self, const Task& task,
                                              std::uint64_t page, PageAccess left) const {
  if (!AddressSpace::is_user_page(page) || !task.space.find(page)) return KernelError::bad_argument;
  const bool gives_up = task.id == self.task && left == PageAccess::kRead;
  if (!gives_up && !state_.tasks[self.task].privileged) return KernelError::not_privileged;
  if (task.state != TaskState::kAlive) return KernelError::no_such_task;
  return std::nullopt;
}

Call<Nothing> Kernel::protect(Thread& self, TaskId target, std::uint64_t page, PageAccess access) {
  SystemCallPath path(*this, self, SystemCall::protect);
  const machine::CostModel& cost = state_.cost;
  Task& task = state_.tasks[target];
  if (!path.lock(task.space.lock) || !path.commit(cost.unmap_before)) {
    return Failure(KernelError::killed);
  }
  const std::array<std::uint64_t, 4> arguments{argument(access), page, target.value()};
  if (const auto error = page_error(self, task, page, access)) {
    return path.fail(*error, cost.unmap_after, arguments);
  }
  task.space.protect(page, access);
  path.record(arguments);
  // Rights that grow need no invalidation: a stale translation faults, and is forgotten by that.
  if (access == PageAccess::kRead &&
      !shoot_down(self, path.activity(), {target, ShootdownScope::kPage, page})) {
    return Failure(KernelError::killed);
  }
  if (!path.leave(cost.unmap_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Nothing> Kernel::unmap(Thread& self, TaskId target, std::uint64_t page) {
  SystemCallPath path(*this, self, SystemCall::unmap);
  const machine::CostModel& cost = state_.cost;
  Task& task = state_.tasks[target];
  if (!path.lock(task.space.lock) || !path.commit(cost.unmap_before)) {
    return Failure(KernelError::killed);
  }
  if (const auto error = page_error(self, task, page, PageAccess::kRead)) {
    return path.fail(*error, cost.unmap_after, {page, target.value()});
  }
  const FrameId frame = task.space.unmap(page);
  path.record({page, target.value()});
  if (!shoot_down(self, path.activity(), {target, ShootdownScope::kPage, page}) ||
      !path.lock(state_.frames.lock)) {
    return Failure(KernelError::killed);
  }
  state_.frames.drop_mapping(frame);
  note_change();
  if (!path.leave(cost.unmap_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// Memory that a task has from the start.
bool Kernel::add_memory(TaskId owner, std::uint64_t page, FrameId frame) {
  return map_page(state_.tasks[owner], page, frame, PageAccess::kWrite);
}

std::optional<FrameId> Kernel::add_frame() {
  // Nobody holds it: it goes with its last mapping.
  return state_.frames.take(FrameUse::kData, TaskId::none());
}

}  // namespace ipcsim::kernel
