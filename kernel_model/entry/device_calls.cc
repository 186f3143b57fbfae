// SPDX-License-Identifier: BSD-2-Clause
// The calls of drivers: interrupt sockets, acknowledgements, registers of devices; and the
// time-stamp counter, which user code reads without the kernel.
#include <algorithm>

#include "kernel_model/entry/system_call_path.h"

namespace ipcsim::kernel {

Call<Descriptor> Kernel::open_interrupt_socket(Thread& self, DeviceId device, Scope scope) {
  SystemCallPath path(*this, self, SystemCall::open_interrupt_socket);
  const machine::CostModel& cost = state_.cost;
  Task& task = task_of(self);
  InterruptLine& line = *state_.lines[device.value()];
  // The locks of whoever polls for all ends: what is latched already is news at once.
  End coming;
  coming.scope = scope;
  coming.task = self.task;
  coming.thread = self.id;
  if (!path.lock(task.descriptor_lock) || !path.lock(line.lock) || !lock_for_wakes(path, coming) ||
      !path.commit(cost.open_interrupt_before) || path.ends_instead()) {
    return Failure(KernelError::killed);
  }
  std::optional<KernelError> error;
  if (!offers(scope) || state_.own_ipc != nullptr) {
    error = KernelError::unsupported;
  } else if (!task.privileged) {
    error = KernelError::not_privileged;
  } else if (line.holder.valid()) {
    error = KernelError::busy;
  }
  const auto scope_argument = static_cast<std::uint64_t>(scope);
  End* const socket = error ? nullptr : state_.ipc.make_kernel_socket(self, scope);
  if (socket == nullptr) {
    return path.fail(error.value_or(KernelError::limit), cost.open_interrupt_after,
                     {line.pin, kNoDescriptor, scope_argument});
  }
  const Descriptor fd = socket->fd;
  path.record({line.pin, argument(fd), scope_argument});
  line.holder = task.id;
  line.driver = socket->id;
  line.cpu = self.pinned.valid() ? static_cast<std::uint16_t>(self.pinned.value()) : 0;
  write_redirection(line);
  if (!state_.config.has(Defect::line_stays_masked) || !line.left_unanswered) {
    let_line_go_on(self, line);
  }
  if (!path.leave(cost.open_interrupt_after)) return Failure(KernelError::killed);
  return fd;
}

// The driver is ready for the next: an edge that is latched, or what a level asks for still.
void Kernel::let_line_go_on(Thread& self, InterruptLine& line) {
  const std::uint16_t cpu = self.processor->cpu.number();
  const bool again = line.latched;
  line.latched = false;
  set_masked(line, false, cpu, self.source);
  if (again) signal_driver(line, cpu, self.source);
}

Call<Nothing> Kernel::ack_interrupt(Thread& self, Descriptor fd, std::int64_t sequence) {
  SystemCallPath path(*this, self, SystemCall::ack_interrupt);
  const machine::CostModel& cost = state_.cost;
  if (!lock_descriptors(path, self, fd)) return Failure(KernelError::killed);
  const auto find = [this, &self, fd] {
    const End* const end = state_.ipc.find(self, fd);
    return end == nullptr ? nullptr : line_of(*end);
  };
  InterruptLine* line = find();
  if (line != nullptr &&
      (!path.lock(line->lock) || !lock_for_wakes(path, state_.ipc[line->driver]))) {
    return Failure(KernelError::killed);
  }
  if (!path.commit(cost.ack_interrupt_before)) return Failure(KernelError::killed);
  line = find();
  const auto named = static_cast<std::uint64_t>(sequence);
  std::optional<KernelError> error;
  const bool other_end = line == nullptr && state_.ipc.find(self, fd) != nullptr;
  if (other_end) {
    error = KernelError::bad_argument;
  } else if (!task_of(self).privileged) {
    error = KernelError::not_privileged;
  } else if (line == nullptr) {
    error = KernelError::bad_descriptor;
  } else if (line->unanswered == 0 || line->sequence != named) {
    error = KernelError::stale;
  }
  if (error) return path.fail(*error, cost.ack_interrupt_after, {argument(fd), named});
  path.record({argument(fd), named});
  line->unanswered = 0;
  let_line_go_on(self, *line);
  if (!path.leave(cost.ack_interrupt_after)) return Failure(KernelError::killed);
  return Nothing{};
}

// Why a register cannot be accessed.
std::optional<KernelError> Kernel::register_error(const Thread& self, const machine::Device& device,
                                                  std::int64_t number) const {
  if (number < 0 || number >= std::int64_t{device.registers()}) return KernelError::bad_argument;
  if (!state_.tasks[self.task].privileged) return KernelError::not_privileged;
  return std::nullopt;
}

Call<std::uint64_t> Kernel::device_read(Thread& self, DeviceId device, std::int64_t number) {
  SystemCallPath path(*this, self, SystemCall::device_read);
  const machine::CostModel& cost = state_.cost;
  machine::Device& target = *state_.devices[device.value()];
  const unsigned pin = target.description().pin;
  if (!path.commit(cost.device_before)) return Failure(KernelError::killed);
  const auto named = static_cast<std::uint64_t>(number);
  if (const auto error = register_error(self, target, number)) {
    return path.fail(*error, cost.device_after, {pin, named, 0});
  }
  const std::uint64_t value = target.read(static_cast<unsigned>(number));
  path.record({pin, named, value});
  if (!path.leave(cost.device_after)) return Failure(KernelError::killed);
  return value;
}

Call<Nothing> Kernel::device_write(Thread& self, DeviceId device, std::int64_t number,
                                   std::uint64_t value) {
  SystemCallPath path(*this, self, SystemCall::device_write);
  const machine::CostModel& cost = state_.cost;
  machine::Device& target = *state_.devices[device.value()];
  const unsigned pin = target.description().pin;
  if (!path.commit(cost.device_before)) return Failure(KernelError::killed);
  const auto named = static_cast<std::uint64_t>(number);
  std::optional<KernelError> error = register_error(self, target, number);
  if (!error && !target.write(static_cast<unsigned>(number), value)) {
    error = KernelError::bad_argument;
  }
  if (error) return path.fail(*error, cost.device_after, {pin, named, value});
  path.record({pin, named, value});
  if (!path.leave(cost.device_after)) return Failure(KernelError::killed);
  return Nothing{};
}

Call<Cycle> Kernel::read_tsc(Thread& self) {
  const Cycles cost = std::max<Cycles>(state_.cost.read_tsc, 1);
  if (!pass_user_time(self, cost, machine::kUserCode)) return Failure(KernelError::killed);
  return engine_.now();
}

}  // namespace ipcsim::kernel
