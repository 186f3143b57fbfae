// SPDX-License-Identifier: BSD-2-Clause
// Interrupts of devices: what the kernel does with a line, and with the driver that listens. The
// rules, and when a line is masked, are with InterruptLine.
#include "kernel_model/abi/interrupt_vectors.h"
#include "kernel_model/entry/system_call_path.h"
#include "kernel_model/machine/devices.h"

namespace ipcsim::kernel {
namespace {

// The I/O APIC's registers (82093AA 3.1, 3.2.4).
constexpr std::uint32_t kSelect = 0x00;
constexpr std::uint32_t kWindow = 0x10;
constexpr std::uint32_t kFirstEntry = 0x10;
constexpr std::uint32_t kLevelTriggered = 1U << 15;
constexpr std::uint32_t kMasked = 1U << 16;

}  // namespace

DeviceId Kernel::add_device(const machine::DeviceDescription& description) {
  const DeviceId id(static_cast<std::uint32_t>(state_.devices.size()));
  const machine::DeviceContext context{engine_, state_.interrupts, state_.memory, reports_};
  machine::Device& device =
      machine::make_device(state_.arena, context, description, engine_.add_lane(description.name));
  InterruptLine* const line =
      state_.arena.make<InterruptLine>(id, description.pin, description.trigger);
  line->masked = line->level();
  state_.devices.push_back(&device);
  state_.lines.push_back(line);
  write_redirection(*line);
  return id;
}

// Fixed, to one CPU by its id. The destination first: the low half may send at once.
void Kernel::write_redirection(const InterruptLine& line) {
  machine::IoApic& io_apic = state_.interrupts.io_apic();
  const bool level = line.level() && !state_.config.has(Defect::level_treated_as_edge);
  const std::uint32_t low =
      vector_of_pin(line.pin) | (level ? kLevelTriggered : 0) | (line.masked ? kMasked : 0);
  const std::uint32_t entry = kFirstEntry + 2 * line.pin;
  io_apic.write(kSelect, 4, entry + 1);
  io_apic.write(kWindow, 4, std::uint32_t{line.cpu} << 24);
  io_apic.write(kSelect, 4, entry);
  io_apic.write(kWindow, 4, low);
}

void Kernel::set_masked(InterruptLine& line, bool masked, std::uint16_t cpu,
                        trace::SourceLine source) {
  if (line.masked == masked) return;
  line.masked = masked;
  tracer_.emit(EventGroup::kIrq, masked ? EventCode::kLineMasked : EventCode::kLineUnmasked, cpu,
               source, {line.pin});
  write_redirection(line);
}

InterruptLine* Kernel::line_of(const End& end) {
  if (end.state != EndState::kKernelSocket) return nullptr;
  for (InterruptLine* const line : state_.lines) {
    if (line->driver == end.id) return line;
  }
  return nullptr;
}

// On the fiber of whoever is interrupted. The lock of the line, and those of the thread to be
// woken, are part of what the handler takes.
void Kernel::take_device_interrupt(Thread& self, std::uint8_t vector) {
  InterruptLine* line = nullptr;
  for (InterruptLine* const each : state_.lines) {
    if (each->pin == pin_of_vector(vector)) line = each;
  }
  const machine::CostModel& cost = state_.cost;
  SystemCallPath path = SystemCallPath::of_trap(*this, self, machine::kInterrupt,
                                                cost.interrupt_entry, cost.interrupt_exit);
  if (!path.lock(line->lock)) return;
  if (line->driver.valid() && !lock_for_wakes(path, state_.ipc[line->driver])) return;
  if (!path.commit(cost.interrupt_logic)) return;
  ++line->interrupts;
  const bool ends_first = state_.config.has(Defect::eoi_before_masking);
  if (ends_first) end_interrupt(self, vector);
  if (line->level()) {
    deal_with_level(self, *line);
  } else {
    deal_with_edge(self, *line);
  }
  if (!ends_first) end_interrupt(self, vector);
  note_change();
  release_all(self);
  leave_interrupt(self);
}

void Kernel::deal_with_level(Thread& self, InterruptLine& line) {
  const std::uint16_t cpu = self.processor->cpu.number();
  set_masked(line, true, cpu, self.source);
  if (line.driver.valid()) signal_driver(line, cpu, self.source);
}

// One at a time is told; the next is latched, and those behind it are lost in it.
void Kernel::deal_with_edge(Thread& self, InterruptLine& line) {
  const std::uint16_t cpu = self.processor->cpu.number();
  if (line.driver.valid() && line.unanswered == 0) {
    signal_driver(line, cpu, self.source);
    return;
  }
  if (!line.driver.valid() && state_.config.has(Defect::edge_lost_without_driver)) return;
  line.latched = true;
  tracer_.emit(EventGroup::kIrq, EventCode::kEdgeLatched, cpu, self.source, {line.pin});
  set_masked(line, true, cpu, self.source);
}

void Kernel::signal_driver(InterruptLine& line, std::uint16_t cpu, trace::SourceLine source) {
  End& driver = state_.ipc[line.driver];
  driver.sequence = line.tell();
  const std::uint32_t flow = tracer_.new_flow();
  const Thread* const woken = state_.ipc.poller_of(driver);
  tracer_.emit(EventGroup::kIrq, EventCode::kDriverSignaled, cpu, source,
               {line.pin, line.sequence, woken == nullptr ? kNoArgument : woken->lane.value()},
               {.flow = flow});
  state_.ipc.set_bit(driver, Bit::kSignaled, Reason::kSignal, flow);
}

// A poll has brought an event to user code: if it was of an interrupt, that cannot be lost any
// more when its driver ends.
void Kernel::note_brought(Thread& self, const Event& event) {
  if (event.kind != EventKind::kSignaled || event.sequence == 0) return;
  const End* const end = state_.ipc.find(self, event.fd);
  InterruptLine* const line = end == nullptr ? nullptr : line_of(*end);
  if (line != nullptr && line->sequence == event.sequence) line->brought = true;
}

// The socket of the line is being closed. An edge that the driver was told of, and has not heard
// of, is latched again.
void Kernel::leave_line(Thread& self, InterruptLine& line) {
  const std::uint16_t cpu = self.processor->cpu.number();
  const bool unheard = line.lose_driver();
  if (line.level()) {
    set_masked(line, true, cpu, self.source);
  } else if (unheard && !state_.config.has(Defect::edge_lost_with_driver)) {
    line.latched = true;
    tracer_.emit(EventGroup::kIrq, EventCode::kEdgeLatched, cpu, self.source, {line.pin});
    set_masked(line, true, cpu, self.source);
  }
  if (task_of(self).state == TaskState::kAlive) line.holder = TaskId::none();
}

// The last thing of a task that ends: others may open its lines.
void Kernel::release_lines(Task& task) {
  for (InterruptLine* const line : state_.lines) {
    if (line->holder == task.id) line->holder = TaskId::none();
  }
}

}  // namespace ipcsim::kernel
