// SPDX-License-Identifier: BSD-2-Clause
// What random programs do with page faults: whoever has the fault socket is the memory daemon, and
// answers most faults rightly; others try its calls as well.
#include <optional>
#include <string>

#include "tests/properties/random_program.h"

namespace ipcsim::test {

using kernel::PageAccess;
using kernel::PageFault;
using kernel::SystemCall;

bool RandomProgram::open_fault_socket(Actor& actor, UserThread& self) {
  const auto socket = self.open_fault_socket(any_scope(actor));
  note_fd(actor, SystemCall::open_fault_socket, socket);
  if (!socket) return false;
  actor.fault_socket = socket->number;
  daemon_ = actor.task;
  return true;
}

void RandomProgram::serve_faults(Actor& actor, UserThread& self) {
  if (!actor.fault_socket) {
    if (open_fault_socket(actor, self) || !actor.alive) return;
    noted(actor, SystemCall::sleep, self.sleep(any_span(actor)));
    return;
  }
  const Descriptor socket{*actor.fault_socket};
  const auto event = self.poll(std::span(&socket, 1), any_timeout(actor));
  note_event(actor, SystemCall::poll, event);
  if (!event && event.error() == KernelError::bad_descriptor) {
    actor.fault_socket.reset();
    daemon_.reset();
  }
  if (!event) return;
  const std::uint64_t most = actor.random.below(5);
  for (std::uint64_t number = 0; number < most; ++number) {
    if (!take_and_answer(actor, self, socket)) return;
  }
}

bool RandomProgram::take_and_answer(Actor& actor, UserThread& self, Descriptor socket) {
  const auto fault = self.take_fault(socket);
  if (!noted(actor, SystemCall::take_fault, fault)) return false;
  CallOutcome& outcome = seen_[actor.thread].back().outcome;
  outcome.number = static_cast<std::uint64_t>(fault->record);
  outcome.bytes =
      text_of_fault(fault->task.value(), fault->thread.value(), fault->address, fault->page,
                    static_cast<std::uint64_t>(fault->access), fault->code);
  taken_.push_back(fault->record);
  const std::uint64_t kind = actor.random.below(16);
  if (kind == 0) return true;  // perhaps later, perhaps never
  if (kind == 1) {
    return noted(actor, SystemCall::refuse_fault, self.refuse_fault(socket, fault->record));
  }
  if (kind > 2 && !supply(actor, self, *fault)) return false;
  return noted(actor, SystemCall::resume_fault, self.resume_fault(socket, fault->record));
}

// A page for the fault, or the right to write to the one that is there.
bool RandomProgram::supply(Actor& actor, UserThread& self, const PageFault& fault) {
  const auto frame = self.new_frame();
  if (!noted(actor, SystemCall::new_frame, frame)) return actor.alive;
  seen_[actor.thread].back().outcome.number = frame->value();
  frames_.push_back(frame->value());
  const auto access = actor.random.one_in(4) ? PageAccess::kRead : PageAccess::kWrite;
  if (noted(actor, SystemCall::map, self.map(fault.task, fault.page, frame->value(), access))) {
    mapped_[fault.task.value()].insert(fault.page);
  } else if (actor.alive) {
    noted(actor, SystemCall::protect, self.protect(fault.task, fault.page, PageAccess::kWrite));
  }
  if (!actor.alive || actor.random.one_in(8)) return actor.alive;
  noted(actor, SystemCall::free_frame, self.free_frame(frame->value()));
  return actor.alive;
}

// Calls of a memory daemon, by anybody.
void RandomProgram::try_faults(Actor& actor, UserThread& self) {
  const bool own = actor.fault_socket && !actor.random.one_in(4);
  const Descriptor fd{own ? *actor.fault_socket : any_fd(actor)};
  const std::uint64_t kind = actor.random.below(8);
  if (kind < 2) {
    open_fault_socket(actor, self);
  } else if (kind < 5) {
    take_and_answer(actor, self, fd);
  } else {
    const bool known = !taken_.empty() && !actor.random.one_in(4);
    const std::int64_t record =
        known ? taken_[actor.random.below(taken_.size())] : actor.random.range(-1, 6);
    if (actor.random.one_in(2)) {
      noted(actor, SystemCall::resume_fault, self.resume_fault(fd, record));
    } else {
      noted(actor, SystemCall::refuse_fault, self.refuse_fault(fd, record));
    }
  }
}

}  // namespace ipcsim::test
