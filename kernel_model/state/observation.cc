// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/state/observation.h"

#include "kernel_model/state/kernel_state.h"

namespace ipcsim::kernel {

bool Observation::ended(TaskId task) const {
  return state_->tasks[task].state == TaskState::kEnded;
}

bool Observation::ended(ThreadId thread) const {
  return state_->tasks[thread].state == RunState::kEnded;
}

std::optional<EndCause> Observation::end_cause(TaskId task) const {
  if (!ended(task)) return std::nullopt;
  return state_->tasks[task].end_cause;
}

std::optional<EndCause> Observation::end_cause(ThreadId thread) const {
  if (!ended(thread)) return std::nullopt;
  return state_->tasks[thread].end_cause;
}

RunState Observation::run_state(ThreadId thread) const { return state_->tasks[thread].state; }

std::size_t Observation::connections(TaskId task) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->counts(task).connections;
  return state_->tasks[task].connections;
}

std::size_t Observation::ports(TaskId task) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->counts(task).ports;
  return state_->tasks[task].ports;
}

std::size_t Observation::listen_queue(TaskId task) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->counts(task).listen_queue;
  return state_->ipc.service_of(task).ports.size();
}

std::size_t Observation::waiting_connects(TaskId task) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->counts(task).waiting_connects;
  return state_->ipc.service_of(task).clients.size();
}

std::size_t Observation::frames(TaskId task) const { return state_->tasks[task].space.pages(); }

bool Observation::masked(DeviceId device) const { return state_->lines[device.value()]->masked; }

std::uint64_t Observation::interrupts(DeviceId device) const {
  return state_->lines[device.value()]->interrupts;
}

std::uint64_t Observation::events(DeviceId device) const {
  return state_->devices[device.value()]->happenings();
}
std::size_t Observation::fault_queue() const { return state_->faults.queued(); }

bool Observation::signaled(ThreadId thread, Descriptor fd) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->signaled(state_->tasks[thread], fd);
  const End* const end = state_->ipc.find(state_->tasks[thread], fd);
  return end != nullptr && end->readiness.signaled;
}

bool Observation::closed(ThreadId thread, Descriptor fd) const {
  if (state_->own_ipc != nullptr) return state_->own_ipc->closed(state_->tasks[thread], fd);
  const End* const end = state_->ipc.find(state_->tasks[thread], fd);
  return end != nullptr && end->readiness.closed;
}

}  // namespace ipcsim::kernel
