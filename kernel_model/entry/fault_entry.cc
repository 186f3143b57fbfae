// SPDX-License-Identifier: BSD-2-Clause
// Page faults as the kernel takes them: the access is tried again, or its thread waits for the
// memory daemon, or its task ends.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {

// A fault of user code, in the step of the access. True: the access is tried again. False: the
// thread has been ended.
//
// Looking at the page and joining the queue is one change under the locks of the address space and
// of the queue: a page that is mapped, and whose fault is answered, never leaves a waiter behind.
bool Kernel::handle_fault(Thread& self, machine::AccessKind kind, std::uint64_t address,
                          const machine::Fault& fault) {
  const machine::CostModel& cost = state_.cost;
  const PageFault page_fault{
      .record = 0,
      .task = self.task,
      .thread = self.id,
      .address = address,
      .page = address & ~(machine::kPageBytes - 1),
      .access = machine::is_write(kind) ? PageAccess::kWrite : PageAccess::kRead,
      .code = fault.error_code};
  record_access(self, EventCode::kFault,
                {static_cast<std::uint64_t>(page_fault.access), address, fault.error_code});
  SystemCallPath path = SystemCallPath::of_trap(*this, self, machine::kFault, cost.page_fault_entry,
                                                cost.page_fault_exit);
  if (!path.lock(task_of(self).space.lock) || !path.lock(state_.faults.lock)) return false;
  if (state_.faults.end().valid() &&
      !lock_for_wakes(path, state_.ipc[state_.faults.end()], nullptr, &self)) {
    return false;
  }
  if (!path.commit(cost.page_fault_logic) || path.ends_instead()) return false;
  if (fault.kind == machine::FaultKind::kPageFault &&
      allows(task_of(self), page_fault.page, page_fault.access)) {
    release_all(self);
    self.processor->cpu.run_kernel(self.lane, cost.page_fault_exit, machine::kFault);
    return !engine_.unwinding();
  }
  const auto because = why_unhandled(self, fault.kind, page_fault.page);
  if (!because) return wait_for_answer(self, path, page_fault);
  release_all(self);
  end_faulting_task(self, page_fault, *because);
  end_thread(self);
  return false;
}

// Whether the page tables allow the access by now.
bool Kernel::allows(const Task& task, std::uint64_t page, PageAccess access) const {
  if (!AddressSpace::is_user_page(page)) return false;
  const std::optional<MappedPage> found = task.space.find(page);
  return found &&
         (access == PageAccess::kRead || found->entry.has(machine::PageTableEntry::kWritable));
}

// Why a fault on this page cannot wait for the memory daemon, if it cannot.
std::optional<UnhandledBecause> Kernel::why_unhandled(const Thread& self, machine::FaultKind kind,
                                                      std::uint64_t page) {
  FaultSocket& faults = state_.faults;
  if (kind != machine::FaultKind::kPageFault || !faults.end().valid()) {
    return UnhandledBecause::kNobodyHandles;
  }
  const bool own = state_.ipc[faults.end()].task == self.task;
  if (own && !state_.config.has(Defect::own_fault_is_queued)) return UnhandledBecause::kOwnFault;
  const Task& task = state_.tasks[self.task];
  if (faults.find(self.task, page) == nullptr &&
      reached(task, LimitName::faults, task.queued_faults)) {
    return UnhandledBecause::kTooMany;
  }
  return std::nullopt;
}

// False when the thread has been ended instead.
bool Kernel::wait_for_answer(Thread& self, SystemCallPath& path, const PageFault& fault) {
  self.wait.state = WaitState::kWaiting;
  const auto [record, joined] = state_.faults.queue(self, fault);
  const auto number = static_cast<std::uint64_t>(record->fault.record);
  const Thread* const woken = joined ? nullptr : state_.faults.listener();
  const std::uint32_t flow = joined ? 0 : tracer_.new_flow();
  tracer_.emit(EventGroup::kMemory, EventCode::kFaultQueued, self.processor->cpu.number(),
               self.source,
               {fault.page, number, record->waiters.size(),
                woken == nullptr ? kNoArgument : woken->lane.value()},
               {.flow = flow});
  if (!joined) state_.faults.tell(flow);
  if (!path.block(RunState::kFaulted, 0)) return false;
  tracer_.emit(EventGroup::kMemory, EventCode::kFaultResumed, self.processor->cpu.number(),
               self.source, {number}, {.why = self.wait.why, .flow = self.wait.flow});
  return true;
}

void Kernel::end_faulting_task(Thread& self, const PageFault& fault, UnhandledBecause because) {
  acquire(self, state_.task_table_lock, machine::kFault);
  Task& task = task_of(self);
  if (engine_.unwinding() || task.state != TaskState::kAlive) return;
  note_unhandled(fault, because);
  mark_dying(task, EndCause::kUnhandledFault);
  stop_threads(task, self);
  release_all(self);
}

void Kernel::note_unhandled(const PageFault& fault, UnhandledBecause because) {
  state_.unhandled_faults.push_back(
      {fault.thread, because, fault.access, fault.address, state_.tasks[fault.thread].source});
}

}  // namespace ipcsim::kernel
