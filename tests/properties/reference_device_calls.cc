// SPDX-License-Identifier: BSD-2-Clause
// Devices, their wires, the interrupts that come of them, and what the calls of drivers give.
#include <bit>

#include "kernel_model/abi/interrupt_vectors.h"
#include "tests/properties/reference_errors.h"
#include "tests/properties/reference_kernel.h"

namespace ipcsim::test {

using kernel::EventCode;
using kernel::EventKind;
using kernel::KernelError;
using kernel::kNoResult;
using kernel::PolicyValue;
using kernel::Reason;
using kernel::result_of;
using kernel::SystemCall;

// --- Devices by themselves.

ReferenceKernel::Problem ReferenceKernel::catch_up(Cycle now) {
  for (auto& [pin, peripheral] : peripherals_) {
    if (!peripheral.device.catch_up(now)) return "a timer has not run out";
  }
  return std::nullopt;
}

ReferenceKernel::Problem ReferenceKernel::replay_wire(const trace::Record& record) {
  const auto code = static_cast<EventCode>(record.event);
  const auto [pin, number, none, nothing] = record.arguments;
  ReferenceDevice& device = peripherals_.at(pin).device;
  const bool by_itself = record.lane.value() < first_lane_;
  if (!by_itself) {  // the call that does it is recorded next
    wires_.push_back({code, {pin, number}, Reason::kNone});
    return std::nullopt;
  }
  if (code == EventCode::kDeviceActed) {
    if (!device.happen(number, record.cycle)) return "an event of a device comes otherwise";
  } else if (code == EventCode::kDevicePutOut) {
    if (!device.put_out(number, record.cycle)) return "a device puts out something else";
  } else if (device.in_doubt()) {
    return move_as_seen(record);
  } else if (!device.run_out(record.cycle)) {
    return "a wire moves for no reason";
  }
  move_wire(pin);
  if (code != EventCode::kWireRose && code != EventCode::kWireFell) return std::nullopt;
  return expected_.empty() ? Problem("a wire moves that should not") : replay_due(record);
}

// What a device in doubt does; the line is in none.
ReferenceKernel::Problem ReferenceKernel::move_as_seen(const trace::Record& record) {
  ReferenceLine& line = peripherals_.at(record.arguments[0]).line;
  if (static_cast<EventCode>(record.event) == EventCode::kWireFell) {
    line.fall();
  } else if (static_cast<std::uint64_t>(line.rise()) != record.arguments[1]) {
    return "a wire rises with another outcome";
  }
  return std::nullopt;
}

// The wire does what its device wants.
void ReferenceKernel::move_wire(std::uint64_t pin) {
  ReferenceDevice& device = peripherals_.at(pin).device;
  ReferenceLine& line = peripherals_.at(pin).line;
  const auto rise = [this, pin, &line] {
    const auto outcome = static_cast<std::uint64_t>(line.rise());
    expected_.push_back({EventCode::kWireRose, {pin, outcome}, Reason::kNone});
  };
  const auto fall = [this, pin, &line] {
    line.fall();
    expected_.push_back({EventCode::kWireFell, {pin}, Reason::kNone});
  };
  if (!line.is_level()) {
    while (device.take_edge()) {
      rise();
      fall();
    }
  } else if (device.wants() != line.is_high()) {
    device.wants() ? rise() : fall();
  }
}

// --- Interrupts.

ReferenceKernel::Problem ReferenceKernel::take_interrupt(const trace::Record& record) {
  const auto vector = static_cast<std::uint8_t>(record.arguments[1]);
  if (!kernel::is_device_vector(vector)) return std::nullopt;
  const unsigned pin = kernel::pin_of_vector(vector);
  if (!peripherals_.at(pin).line.taken(record.cpu)) return "an interrupt that nobody asked for";
  interrupted_[record.cpu] = pin;
  return std::nullopt;
}

// The one that its CPU has taken has its effect, all in this step, and ends.
ReferenceKernel::Problem ReferenceKernel::begin_interrupt(const trace::Record& record) {
  if (record.cpu >= interrupted_.size() || !interrupted_[record.cpu]) {
    return "a line changes without an interrupt";
  }
  const std::uint64_t pin = *std::exchange(interrupted_[record.cpu], std::nullopt);
  ReferenceLine& line = peripherals_.at(pin).line;
  change_line(pin, line.interrupt());
  expected_.push_back({EventCode::kInterruptEnded,
                       {kernel::vector_of_pin(static_cast<unsigned>(pin))},
                       Reason::kNone});
  line.ended();
  return std::nullopt;
}

void ReferenceKernel::change_line(std::uint64_t pin, const ReferenceLine::Change& change) {
  const auto tell = [this, pin](bool so, EventCode code) {
    if (so) expected_.push_back({code, {pin}, Reason::kNone});
  };
  tell(change.latches, EventCode::kEdgeLatched);
  tell(change.masks, EventCode::kLineMasked);
  tell(change.unmasks, EventCode::kLineUnmasked);
  if (!change.signals) return;
  const ReferenceLine& line = peripherals_.at(pin).line;
  end_at(line.driver()).sequence = line.sequence();
  expected_.push_back({EventCode::kDriverSignaled,
                       {pin, line.sequence(), lane_of_poller(line.driver())},
                       Reason::kNone});
  set_bit(line.driver(), &End::signaled, Reason::kSignal);
}

// --- Drivers.

std::optional<std::uint64_t> ReferenceKernel::driven_by(int end) const {
  for (const auto& [pin, peripheral] : peripherals_) {
    if (end >= 0 && peripheral.line.driver() == end) return pin;
  }
  return std::nullopt;
}

// A poll is back in user code.
void ReferenceKernel::note_brought(unsigned thread) {
  const Thread& self = threads_[thread];
  if (self.outcomes.empty()) return;
  const CallOutcome& last = self.outcomes.back();
  const bool polled = last.call == SystemCall::poll || last.call == SystemCall::poll_all;
  if (!polled || last.result != result_of(EventKind::kSignaled)) return;
  if (const auto pin = driven_by(self.heard)) peripherals_.at(*pin).line.brought(last.number);
}

// Its socket is closed. Others may open the line at once, or, when its task is on its way out, at
// the very end.
void ReferenceKernel::lose_driver(int end, std::uint64_t pin) {
  ReferenceLine& line = peripherals_.at(pin).line;
  const unsigned task = end_at(end).task;
  change_line(pin, line.close());
  if (!could_be_dying(task)) {
    line.release();
  } else if (!tasks_[task].dying) {
    line.doubt_holder();
  }
}

void ReferenceKernel::release_lines(unsigned task) {
  for (auto& [pin, peripheral] : peripherals_) {
    if (peripheral.line.holder() == task) peripheral.line.release();
  }
}

ReferenceKernel::Problem ReferenceKernel::open_interrupt_socket(unsigned thread,
                                                                const trace::Record& record) {
  const auto [pin, number, scope, none] = record.arguments;
  const bool local = scope == static_cast<std::uint64_t>(kernel::Scope::kThreadLocal);
  const unsigned own = threads_[thread].task;
  ReferenceLine& line = peripherals_.at(pin).line;
  std::set<std::uint16_t> possible;
  for (const bool held : {line.holder().has_value(), line.holder() && line.holds_for_certain()}) {
    ReferenceErrors errors;
    errors.add_if(!local && world_.config.is(PolicyValue::ipc_scope_thread_local_only),
                  KernelError::unsupported);
    errors.add_if(!tasks_[own].privileged, KernelError::not_privileged);
    errors.add_if(held, KernelError::busy);
    possible.insert(errors.result());
  }
  CallOutcome expected{.call = SystemCall::open_interrupt_socket, .bytes = {}};
  if (record.result == kNoResult && possible.contains(kNoResult)) {
    if (tasks_[own].dying) return "a dying task got a socket";
    const int end = make_end(thread, local);
    end_at(end).state = State::kKernelSocket;
    expected.fd = end_at(end).fd;
    if (descriptor(number) != expected.fd) return "the socket got a wrong number";
    change_line(pin, line.open(own, end, threads_[thread].cpu.value_or(0)));
  }
  return gave_one_of(thread, expected, possible, record.result);
}

ReferenceKernel::Problem ReferenceKernel::ack_interrupt(unsigned thread,
                                                        const trace::Record& record) {
  const auto [fd, sequence, none, nothing] = record.arguments;
  const int end = find(threads_[thread], descriptor(fd));
  const auto pin = driven_by(end);
  ReferenceErrors errors = errors_of_socket(thread, end, pin.has_value());
  errors.add_if(pin && !peripherals_.at(*pin).line.may_acknowledge(sequence), KernelError::stale);
  if (!errors.any()) change_line(*pin, peripherals_.at(*pin).line.acknowledge());
  return gave(thread, {.call = SystemCall::ack_interrupt, .result = errors.result(), .bytes = {}},
              record.result);
}

// device_read and device_write. Of a value that a device refuses only who may write is told.
ReferenceKernel::Problem ReferenceKernel::access_device(unsigned thread,
                                                        const trace::Record& record) {
  const auto [pin, number, value, none] = record.arguments;
  const auto call = static_cast<SystemCall>(record.event);
  ReferenceDevice& device = peripherals_.at(pin).device;
  ReferenceErrors errors;
  errors.add_if(number >= device.registers(), KernelError::bad_argument);
  errors.add_if(!tasks_[threads_[thread].task].privileged, KernelError::not_privileged);
  CallOutcome expected{.call = call, .bytes = {}};
  if (!errors.any() && call == SystemCall::device_write) {
    const bool takes = device.write(static_cast<unsigned>(number), value, record.cycle);
    const bool refused = record.result == result_of(KernelError::bad_argument);
    errors.add_if(device.in_doubt() ? refused : !takes, KernelError::bad_argument);
  } else if (!errors.any()) {
    expected.number = device.read(static_cast<unsigned>(number), record.cycle);
    if (device.in_doubt()) expected.number = value;
    if (expected.number != value) {
      return "the device gives " + std::to_string(value) + ", not " +
             std::to_string(expected.number);
    }
  }
  expected.result = errors.result();
  if (Problem problem = wires_moved(pin)) return problem;
  return gave(thread, expected, record.result);
}

// What the call has done to the wire stands before it in the trace.
ReferenceKernel::Problem ReferenceKernel::wires_moved(std::uint64_t pin) {
  auto& [device, line] = peripherals_.at(pin);
  if (device.in_doubt()) {
    if (!wires_.empty()) line.fall();  // a call lets it fall or nothing
    wires_.clear();
    return std::nullopt;
  }
  move_wire(pin);
  const auto same = [](const Due& due, const Due& seen) {
    return due.code == seen.code && due.arguments == seen.arguments;
  };
  if (!std::equal(expected_.begin(), expected_.end(), wires_.begin(), wires_.end(), same)) {
    return "the call does something else to the wire";
  }
  expected_.clear();
  wires_.clear();
  return std::nullopt;
}

}  // namespace ipcsim::test
