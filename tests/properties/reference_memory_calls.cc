// SPDX-License-Identifier: BSD-2-Clause
// What the calls on memory should do and give, and what loads and stores find. Where a task could
// be dying, or another call is taking something away, more than one answer is right.
#include "tests/properties/reference_errors.h"
#include "tests/properties/reference_kernel.h"

namespace ipcsim::test {

using kernel::EventCode;
using kernel::KernelError;
using kernel::kNoResult;
using kernel::PageAccess;
using kernel::SystemCall;

namespace {

bool to_write(std::uint64_t access) {
  return static_cast<PageAccess>(access) == PageAccess::kWrite;
}

}  // namespace

void ReferenceKernel::tell_memory_who_fades() {
  for (unsigned task = 0; task < tasks_.size(); ++task) {
    memory_.set_fading(task, !tasks_[task].ended && could_be_dying(task));
  }
}

ReferenceKernel::Problem ReferenceKernel::take_frame(unsigned thread, const trace::Record& record) {
  tell_memory_who_fades();
  const unsigned own = threads_[thread].task;
  const auto call = static_cast<SystemCall>(record.event);
  const bool copies = call == SystemCall::copy_frame;
  const std::uint64_t source = record.arguments[1];
  const std::uint32_t limit = world_.config.limit(kernel::LimitName::frames);
  std::set<std::uint16_t> possible;
  for (const bool there : {memory_.stays(source), memory_.exists(source)}) {
    for (const std::uint64_t left : {memory_.least_free(), memory_.most_free()}) {
      ReferenceErrors errors;
      errors.add_if(copies && !there, KernelError::bad_argument);
      errors.add_if(!tasks_[own].privileged, KernelError::not_privileged);
      errors.add_if(memory_.owned_by(own) >= limit || left == 0, KernelError::limit);
      possible.insert(errors.result());
    }
  }
  CallOutcome expected{.call = call, .bytes = {}};
  if (record.result == kNoResult) {
    if (tasks_[own].dying) return "a dying task got a frame";
    expected.number = record.arguments[0];
    const auto from = copies ? std::optional(source) : std::nullopt;
    if (copies && !memory_.exists(source)) return "a frame that is not there was copied";
    if (!memory_.take(expected.number, own, from)) return "a frame was given to a second owner";
  }
  return gave_one_of(thread, expected, possible, record.result);
}

ReferenceKernel::Problem ReferenceKernel::free_frame(unsigned thread, const trace::Record& record) {
  const unsigned own = threads_[thread].task;
  const std::uint64_t frame = record.arguments[0];
  ReferenceErrors errors;
  errors.add_if(memory_.owner_of(frame) != own, KernelError::bad_argument);
  errors.add_if(!tasks_[own].privileged, KernelError::not_privileged);
  if (!errors.any()) memory_.let_go(frame);
  return gave(thread, {.call = SystemCall::free_frame, .result = errors.result(), .bytes = {}},
              record.result);
}

ReferenceKernel::Problem ReferenceKernel::map(unsigned thread, const trace::Record& record) {
  tell_memory_who_fades();
  const auto [access, page, frame, number] = record.arguments;
  const auto target = static_cast<unsigned>(number);
  const bool privileged = tasks_[threads_[thread].task].privileged;
  const bool mapped_now = memory_.find(target, page) != nullptr;
  std::set<std::uint16_t> possible;
  for (const bool there : {memory_.stays(frame), memory_.exists(frame)}) {
    for (const bool mapped : {mapped_now, mapped_now && !memory_.fading(target)}) {
      for (const bool alive : {!tasks_[target].dying, !could_be_dying(target)}) {
        for (const std::uint64_t left : {memory_.least_free(), memory_.most_free()}) {
          ReferenceErrors errors;
          errors.add_if(!ReferenceMemory::is_user_page(page) || !there || mapped,
                        KernelError::bad_argument);
          errors.add_if(!privileged, KernelError::not_privileged);
          errors.add_if(!alive, KernelError::no_such_task);
          errors.add_if(memory_.missing_tables(target, page) > left, KernelError::limit);
          possible.insert(errors.result());
        }
      }
    }
  }
  if (record.result == kNoResult && possible.contains(kNoResult)) {
    memory_.map(target, page, frame, to_write(access));
  }
  return gave_one_of(thread, {.call = SystemCall::map, .bytes = {}}, possible, record.result);
}

// protect and unmap.
ReferenceKernel::Problem ReferenceKernel::change_page(unsigned thread,
                                                      const trace::Record& record) {
  tell_memory_who_fades();
  const auto call = static_cast<SystemCall>(record.event);
  const bool unmaps = call == SystemCall::unmap;
  const std::uint64_t page = record.arguments[unmaps ? 0 : 1];
  const auto target = static_cast<unsigned>(record.arguments[unmaps ? 1 : 2]);
  const bool writable = !unmaps && to_write(record.arguments[0]);
  const unsigned own = threads_[thread].task;
  const bool gives_up = target == own && !writable;
  const bool mapped_now =
      ReferenceMemory::is_user_page(page) && memory_.find(target, page) != nullptr;
  std::set<std::uint16_t> possible;
  for (const bool mapped : {mapped_now, mapped_now && !memory_.fading(target)}) {
    for (const bool alive : {!tasks_[target].dying, !could_be_dying(target)}) {
      ReferenceErrors errors;
      errors.add_if(!mapped, KernelError::bad_argument);
      errors.add_if(!gives_up && !tasks_[own].privileged, KernelError::not_privileged);
      errors.add_if(!alive, KernelError::no_such_task);
      possible.insert(errors.result());
    }
  }
  if (record.result == kNoResult && possible.contains(kNoResult)) {
    if (unmaps) {
      memory_.unmap(thread, target, page);
    } else {
      memory_.protect(thread, target, page, writable);
    }
  }
  return gave_one_of(thread, {.call = call, .bytes = {}}, possible, record.result);
}

ReferenceKernel::Problem ReferenceKernel::access(unsigned thread, const trace::Record& record) {
  Thread& self = threads_[thread];
  const auto code = static_cast<EventCode>(record.event);
  const Arguments& arguments = record.arguments;
  const auto [word, leaving] =
      memory_.words(self.task, record.cpu, arguments[0], code != EventCode::kLoad);
  std::uint64_t* const found = word != nullptr ? word : leaving;
  if (found == nullptr) return "memory is reached that is not mapped";
  if (self.trap && !self.trap->may_try_again) return "it goes on after a fault without its page";
  if (self.trap) --traps_;
  self.trap.reset();
  if (code == EventCode::kStore) {
    *found = arguments[2];
    return std::nullopt;
  }
  const std::uint64_t seen =
      arguments[code == EventCode::kLoad || code == EventCode::kCompareExchange ? 2 : 1];
  const bool right = *found == seen || (leaving != nullptr && *leaving == seen);
  if (!right) return "memory holds " + std::to_string(*found) + " there";
  self.loaded.push_back(seen);
  if (code == EventCode::kExchange) *found = arguments[2];
  if (code == EventCode::kFetchAdd) *found = seen + kAddend;
  if (code == EventCode::kCompareExchange && seen == arguments[1]) *found = arguments[3];
  return std::nullopt;
}

}  // namespace ipcsim::test
