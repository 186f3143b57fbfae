// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/system_call_path.h"

#include <algorithm>

namespace ipcsim::kernel {

bool SystemCallPath::take(KernelLock& actual) {
  if (killed_) return false;
  const Cycles cost = kernel_.state_.cost.lock_acquire;
  spent_ += cost;
  kernel_.engine_.announce(self_.lane, actual.object(), engine::Access::kWrite);
  if (!pass(cost)) return false;
  kernel_.take_or_wait(self_, actual);
  killed_ = kernel_.engine_.unwinding();
  return !killed_;
}

bool SystemCallPath::try_lock(KernelLock& lock, bool& taken) {
  if (killed_) return false;
  KernelLock& actual = kernel_.actual(lock);
  const Cycles cost = kernel_.state_.cost.lock_acquire;
  spent_ += cost;
  kernel_.engine_.announce(self_.lane, actual.object(), engine::Access::kWrite);
  taken = pass(cost) && !actual.owner.valid();
  if (taken) kernel_.take_or_wait(self_, actual);
  return !killed_;
}

void SystemCallPath::hand_over(KernelLock& lock) {
  if (killed_ || &kernel_.actual(lock) != &lock) return;
  auto& held = self_.held_locks;
  const auto at = std::find(held.begin(), held.end(), &lock);
  if (at == held.end()) return;
  kernel_.release(lock);
  held.erase(at);
}

bool SystemCallPath::commit(Cycles before) {
  return !killed_ && pass(before > spent_ ? before - spent_ : 1);
}

bool SystemCallPath::pass(Cycles cycles) {
  if (in_kernel_) {
    self_.processor->cpu.run_kernel(self_.lane, entry_ + cycles, activity());
    entry_ = 0;
    killed_ = kernel_.engine_.unwinding();
  } else {
    in_kernel_ = true;
    const Cycles entry = kernel_.state_.cost.system_call_entry;
    killed_ = !kernel_.pass_user_time(self_, entry + cycles, activity());
  }
  return !killed_;
}

bool Kernel::lose_atomicity(Thread& self, const SystemCallPath& path,
                            std::initializer_list<KernelLock*> again) {
  release_all(self);
  Cycles gap = state_.cost.poll_after;
  for (KernelLock* const lock : again) {
    acquire(self, *lock, path.activity(), gap);
    gap = 0;
  }
  return !engine_.unwinding();
}

bool SystemCallPath::end_if_killed() {
  if (kernel_.engine_.unwinding()) {
    killed_ = true;
  } else if (kernel_.must_end(self_)) {
    killed_ = true;
    kernel_.end_thread(self_);
  }
  return killed_;
}

void SystemCallPath::record_return() {
  const Cycles spent = kernel_.engine_.now() - self_.entered_kernel;
  CallCount& count = kernel_.state_.count_of(call_);
  ++count.returns;
  count.cycles += spent;
  kernel_.tracer_.emit(EventGroup::kUser, EventCode::kReturn, self_.processor->cpu.number(),
                       self_.source, {static_cast<std::uint64_t>(call_), spent});
}

bool SystemCallPath::leave(Cycles after) {
  kernel_.release_all(self_);
  if (end_if_killed()) return false;
  self_.processor->cpu.run_kernel(self_.lane, after + exit_, activity());
  if (kernel_.engine_.unwinding()) return false;
  record_return();
  return true;
}

Failure<KernelError> SystemCallPath::fail(
    KernelError error, Cycles after,
    std::array<std::uint64_t, trace::kMaximumArguments> arguments) {
  if (kernel_.engine_.unwinding()) return Failure(KernelError::killed);
  ++kernel_.state_.count_of(call_).failures;
  record(arguments, {.result = result_of(error)});
  const bool on_connection = call_ == SystemCall::write || call_ == SystemCall::wakeup;
  if (on_connection && kernel_.state_.config.has(Defect::lock_kept_on_error)) {
    self_.held_locks.clear();  // forgotten, not released
    self_.processor->cpu.run_kernel(self_.lane, after + kernel_.state_.cost.system_call_exit,
                                    activity());
    return Failure(error);
  }
  return Failure(leave(after) ? error : KernelError::killed);
}

bool SystemCallPath::ends_instead() {
  if (!kernel_.engine_.unwinding() && !kernel_.must_end(self_)) return false;
  kernel_.release_all(self_);
  return end_if_killed();
}

bool SystemCallPath::block(RunState state, Cycles after, Reason why) {
  kernel_.release_all(self_);
  self_.state = state;
  kernel_.note_change();
  self_.resume_cost = exit_;
  self_.resume_activity = activity();
  kernel_.state_.scheduler.leave_cpu(self_, after, activity(), why);
  if (!kernel_.engine_.unwinding()) {
    self_.wait.state = WaitState::kNone;
    kernel_.note_change();
  }
  return !end_if_killed();
}

}  // namespace ipcsim::kernel
