// SPDX-License-Identifier: BSD-2-Clause
// SystemCallPath: the way of every system call through the kernel.
//
//   enter      user code up to the call, then the entry; interrupts are taken on the way
//   lock       each lock is a step; with policy kernel_lock big only the first one is; the lock of
//              a descriptor table goes back as soon as what it led to is locked
//   commit     the step at which the call takes effect, or fails; all locks are released in it
//   leave      the rest of the work and the way out: a step back in user code
//
// What a call costs does not depend on how many locks it takes as long as they are free and few:
// they are part of what lies before the commit.
#pragma once

#include <cstdint>

#include "kernel_model/entry/kernel.h"

namespace ipcsim::kernel {

class SystemCallPath {
 public:
  SystemCallPath(Kernel& kernel, Thread& self, SystemCall call)
      : kernel_(kernel),
        self_(self),
        call_(call),
        activity_(activity_of(call)),
        exit_(kernel.state_.cost.system_call_exit),
        killed_(kernel.engine_.unwinding() || self.state == RunState::kEnded) {}

  // A change that belongs to the end of a thread, which is in the kernel already and stays there.
  static SystemCallPath of_end(Kernel& kernel, Thread& self) {
    SystemCallPath path(kernel, self, SystemCall::exit_thread);
    path.in_kernel_ = true;
    return path;
  }

  // Of a fault or an interrupt, which has come in the step before: its first step takes `entry`
  // more, its way back `exit`. What it records is the caller's business.
  static SystemCallPath of_trap(Kernel& kernel, Thread& self, machine::Activity activity,
                                Cycles entry, Cycles exit) {
    SystemCallPath path = of_end(kernel, self);
    path.activity_ = activity;
    path.entry_ = entry;
    path.exit_ = exit;
    return path;
  }

  // The first of these takes the thread into the kernel; false: it has been ended on the way.
  bool lock(KernelLock& lock) {
    KernelLock& actual = kernel_.actual(lock);
    return Kernel::holds(self_, actual) ? !killed_ : take(actual);
  }
  // The same, but does not wait: `taken` says whether the lock was free.
  bool try_lock(KernelLock& lock, bool& taken);
  // Gives a lock back before the commit: whoever has locked what it led to needs it no more.
  void hand_over(KernelLock& lock);
  // Gives all locks back while the call goes on: from then on others may change what it saw.
  void let_go() { kernel_.release_all(self_); }
  // Passes what is left of `before` and is then in the commit step.
  bool commit(Cycles before);

  // What the trace says of the call, in its commit step.
  void record(std::array<std::uint64_t, trace::kMaximumArguments> arguments, Extra extra = {}) {
    kernel_.tracer_.emit(group_of(call_), static_cast<EventCode>(call_),
                         self_.processor->cpu.number(), self_.source, arguments, extra);
    kernel_.note_change();
  }

  // Back to user code after `after` more cycles. False when the thread has been ended instead.
  bool leave(Cycles after);
  // The call has failed with `error`: records it and leaves; gives `killed` if it came to that.
  Failure<KernelError> fail(KernelError error, Cycles after,
                            std::array<std::uint64_t, trace::kMaximumArguments> arguments = {});

  // A thread that is to end does not block and gets nothing new: true when it has been ended
  // instead. Asked in the commit step, before the call changes anything.
  bool ends_instead();
  // Gives up the CPU until somebody makes the thread ready, then is on its way back to user code.
  // False when the thread has been ended instead.
  bool block(RunState state, Cycles after, Reason why = Reason::kBlocks);
  // Records that the thread is back in user code, after what the call has to say of its wait.
  void record_return();

  machine::Activity activity() const { return activity_; }

 private:
  static machine::Activity activity_of(SystemCall call) {
    return static_cast<machine::Activity>(machine::kFirstCall + static_cast<unsigned>(call));
  }
  // Takes a lock that the thread does not hold.
  bool take(KernelLock& actual);
  // The next step of the call comes after `cycles`; the first one enters the kernel before them.
  bool pass(Cycles cycles);
  bool end_if_killed();

  Kernel& kernel_;
  Thread& self_;
  SystemCall call_;
  machine::Activity activity_;
  bool in_kernel_ = false;  // the first step is taken
  Cycles entry_ = 0;        // of a trap, until its first step
  Cycles exit_;
  bool killed_;       // the thread has been ended, or the run is over
  Cycles spent_ = 0;  // of what lies before the commit
};

}  // namespace ipcsim::kernel
