// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/injections.h"

namespace ipcsim::kernel {

void Injections::add(const Injection& injection, trace::LaneId lane) {
  declared_.push_back({injection});
  if (injection.at == kNever) {
    ++open_;
  } else {
    ++kernel_.state().outside_events;
    kernel_.engine().schedule(injection.at, lane, *this, declared_.size() - 1);
  }
}

// Answer k is the k-th declared injection; one that is done, or has its cycle, is answered by
// nothing, so that a schedule's numbers stay what they are.
void Injections::offer() {
  engine::Engine& engine = kernel_.engine();
  if (!engine.asks(engine::ChoiceKind::kInject) || engine.stopped()) return;
  const std::uint64_t answer =
      engine.choose(engine::ChoiceKind::kInject, declared_.size() + 1, engine.current_step());
  if (answer == 0) return;
  const Declared& chosen = declared_[answer - 1];
  if (chosen.done || chosen.injection.at != kNever) return;
  --open_;
  happen(answer - 1);
}

void Injections::happen(std::uint64_t index) {
  Declared& declared = declared_[index];
  declared.done = true;
  const Injection& injection = declared.injection;
  KernelState& state = kernel_.state();
  if (injection.at != kNever) --state.outside_events;
  if (injection.kind == InjectionKind::kSpuriousInterrupt) {
    state.devices[injection.device.value()]->disturb();
    return;
  }
  if (state.tasks[injection.task].state != TaskState::kAlive) return;
  switch (injection.kind) {
    case InjectionKind::kKillTask:
      kernel_.kill_from_outside(injection.task);
      break;
    case InjectionKind::kKillThread:
      kernel_.kill_from_outside(injection.thread);
      break;
    case InjectionKind::kSpuriousWakeup:
      spurious_wakeup(injection.task);
      break;
    case InjectionKind::kSpuriousInterrupt:
      break;
    case InjectionKind::kExhaust:
      state.tasks[injection.task].exhausted |=
          static_cast<std::uint8_t>(1U << static_cast<unsigned>(injection.limit));
      break;
  }
  ++state.changes;
}

// The end that a thread of the task polls, if there is one, else the first that is connected.
void Injections::spurious_wakeup(TaskId task) {
  IpcState& ipc = kernel_.state().ipc;
  End* chosen = nullptr;
  for (End* const end : ipc.ends()) {
    if (end->task != task || end->state != EndState::kConnected) continue;
    if (ipc.poller_of(*end) != nullptr) {
      chosen = end;
      break;
    }
    if (chosen == nullptr) chosen = end;
  }
  if (chosen != nullptr) ipc.set_bit(*chosen, Bit::kSignaled, Reason::kSpurious, 0);
}

}  // namespace ipcsim::kernel
