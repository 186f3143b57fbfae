// SPDX-License-Identifier: BSD-2-Clause
// Page faults: what the kernel does about one, and what the calls of the memory daemon give.
//
// Between a fault and what the kernel does about it other calls may take effect. That it looks
// again is in no record, so all that was right at some moment in between is right (Trap).
#include "tests/properties/reference_errors.h"
#include "tests/properties/reference_kernel.h"

namespace ipcsim::test {

using kernel::EventCode;
using kernel::KernelError;
using kernel::PageAccess;
using kernel::PolicyValue;
using kernel::Reason;
using kernel::SystemCall;

// --- Of user code.

// A fault comes where nothing is mapped, or not for this access, or where a CPU still believes so.
ReferenceKernel::Problem ReferenceKernel::fault(unsigned thread, const trace::Record& record) {
  Thread& self = threads_[thread];
  const auto [access, address, code, none] = record.arguments;
  const std::uint64_t address_of_page = address - address % ReferenceMemory::kPageBytes;
  const bool writes = static_cast<PageAccess>(access) == PageAccess::kWrite;
  const ReferenceMemory::Page* const page = memory_.find(self.task, address_of_page);
  const bool stale = page != nullptr && writes && page->was_read_only;
  if (allows(self.task, address_of_page, writes) && !stale) return "a fault where memory is mapped";
  if (self.trap && !self.trap->may_try_again) return "it tries again, but its page is not there";
  if (!self.trap) ++traps_;
  self.trap = Trap();
  self.trap->fault.task = self.task;
  self.trap->fault.thread = thread;
  self.trap->fault.address = address;
  self.trap->fault.page = address_of_page;
  self.trap->fault.access = access;
  self.trap->fault.code = code;
  return std::nullopt;
}

bool ReferenceKernel::allows(unsigned task, std::uint64_t page, bool writes) const {
  const ReferenceMemory::Page* const found = memory_.find(task, page);
  return found != nullptr && (!writes || found->writable);
}

// There is no daemon, or it is its own fault, or there are too many already; or there is no such
// page (then it is no page fault).
bool ReferenceKernel::is_unhandled(unsigned task, std::uint64_t page) const {
  const int socket = faults_.socket();
  constexpr std::uint64_t kFirstThatIsNone = std::uint64_t{1} << 47;
  return page >= kFirstThatIsNone || socket < 0 || end_at(socket).task == task ||
         (faults_.on_page(task, page) == nullptr &&
          faults_.queued_of(task) >= world_.config.limit(kernel::LimitName::faults));
}

void ReferenceKernel::look_at_traps() {
  for (Thread& thread : threads_) {
    if (!thread.trap) continue;
    const ReferenceFaults::Fault& fault = thread.trap->fault;
    const bool writes = static_cast<PageAccess>(fault.access) == PageAccess::kWrite;
    if (allows(fault.task, fault.page, writes)) thread.trap->may_try_again = true;
    if (is_unhandled(fault.task, fault.page)) thread.trap->may_end = true;
  }
}

ReferenceKernel::Problem ReferenceKernel::fault_queued(unsigned thread,
                                                       const trace::Record& record) {
  Thread& self = threads_[thread];
  if (!self.trap) return "a fault is queued that nobody made";
  if (tasks_[self.task].dying) return "a fault of a dying task is queued";
  const ReferenceFaults::Fault fault = self.trap->fault;
  const bool writes = static_cast<PageAccess>(fault.access) == PageAccess::kWrite;
  if (allows(fault.task, fault.page, writes)) return "a fault is queued, but its page is there";
  if (is_unhandled(fault.task, fault.page)) return "a fault is queued that nobody handles";
  --traps_;
  self.trap.reset();
  self.wait = Wait::kFault;
  const bool is_new = faults_.add(fault);
  const ReferenceFaults::Fault& queued = *faults_.of(thread);
  const std::uint64_t woken = is_new ? lane_of_poller(faults_.socket()) : kernel::kNoArgument;
  const Arguments right{fault.page, queued.number, queued.waiters.size(), woken};
  if (record.arguments != right) return "the fault is queued otherwise";
  if (is_new) tell_daemon();
  return std::nullopt;
}

void ReferenceKernel::tell_daemon() { set_bit(faults_.socket(), &End::signaled, Reason::kFault); }

ReferenceKernel::Problem ReferenceKernel::fault_resumed(unsigned thread,
                                                        const trace::Record& record) {
  if (record.arguments[0] != threads_[thread].answered) return "it goes on after another fault";
  return std::nullopt;
}

// --- Of the memory daemon.

ReferenceErrors ReferenceKernel::errors_of_socket(unsigned thread, int end, bool right) const {
  ReferenceErrors errors;
  errors.add_if(end >= 0 && !right, KernelError::bad_argument);
  errors.add_if(!tasks_[threads_[thread].task].privileged, KernelError::not_privileged);
  errors.add_if(end < 0, KernelError::bad_descriptor);
  return errors;
}

ReferenceKernel::Problem ReferenceKernel::open_fault_socket(unsigned thread,
                                                            const trace::Record& record) {
  const unsigned own = threads_[thread].task;
  const bool local = record.arguments[1] == static_cast<std::uint64_t>(kernel::Scope::kThreadLocal);
  ReferenceErrors errors;
  errors.add_if(!local && world_.config.is(PolicyValue::ipc_scope_thread_local_only),
                KernelError::unsupported);
  errors.add_if(!tasks_[own].privileged, KernelError::not_privileged);
  errors.add_if(faults_.socket() >= 0, KernelError::busy);
  CallOutcome expected{
      .call = SystemCall::open_fault_socket, .result = errors.result(), .bytes = {}};
  if (!errors.any()) {
    if (tasks_[own].dying) return "a dying task got a socket";
    const int end = make_end(thread, local);
    end_at(end).state = State::kKernelSocket;
    expected.fd = end_at(end).fd;
    if (descriptor(record.arguments[0]) != expected.fd) return "the socket got a wrong number";
    if (faults_.open(end)) tell_daemon();
  }
  return gave(thread, expected, record.result);
}

// Whose faults it had get no answer any more.
void ReferenceKernel::lose_daemon() {
  const bool hang = world_.config.is(PolicyValue::pager_death_hang);
  for (const unsigned task : faults_.close(hang)) {
    tasks_[task].doomed = tasks_[task].doomed || !hang;
  }
}

ReferenceKernel::Problem ReferenceKernel::take_fault(unsigned thread, const trace::Record& record) {
  const int end = find(threads_[thread], descriptor(record.arguments[0]));
  ReferenceErrors errors = errors_of_socket(thread, end, end == faults_.socket());
  const ReferenceFaults::Fault* const oldest = faults_.oldest();
  errors.add_if(oldest == nullptr, KernelError::empty);
  CallOutcome expected{.call = SystemCall::take_fault, .result = errors.result(), .bytes = {}};
  if (!errors.any()) {
    const Arguments right{record.arguments[0], oldest->page, oldest->number,
                          lane_of(oldest->thread)};
    if (record.arguments != right) return "another fault is the oldest";
    expected.number = oldest->number;
    expected.bytes = text_of_fault(oldest->task, oldest->thread, oldest->address, oldest->page,
                                   oldest->access, oldest->code);
    faults_.take(oldest->number);
  }
  return gave(thread, expected, record.result);
}

// resume_fault and refuse_fault.
ReferenceKernel::Problem ReferenceKernel::answer_fault(unsigned thread,
                                                       const trace::Record& record) {
  const auto call = static_cast<SystemCall>(record.event);
  const std::uint64_t number = record.arguments[1];
  const int end = find(threads_[thread], descriptor(record.arguments[0]));
  ReferenceErrors errors = errors_of_socket(thread, end, end == faults_.socket());
  errors.add_if(number == 0 || number > faults_.last_given(), KernelError::bad_argument);
  const ReferenceFaults::Fault* const fault = faults_.taken(number);
  // A late answer does nothing.
  if (!errors.any() && fault != nullptr && call == SystemCall::resume_fault) {
    const std::vector<unsigned> waiters = fault->waiters;
    for (const unsigned waiter : waiters) {
      threads_[waiter].answered = number;
      wake(waiter, Reason::kResumed);
    }
  } else if (!errors.any() && fault != nullptr && !tasks_[fault->task].dying) {
    a_fault_ended_a_task_ = true;
    stop_task(fault->task, thread);
  }
  return gave(thread, {.call = call, .result = errors.result(), .bytes = {}}, record.result);
}

}  // namespace ipcsim::test
