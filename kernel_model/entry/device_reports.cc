// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/entry/device_reports.h"

#include "kernel_model/entry/user_thread.h"
#include "kernel_model/state/kernel_state.h"

namespace ipcsim::kernel {

void DeviceReports::emit(EventCode code, const machine::Device& device, std::uint64_t argument,
                         std::uint32_t flow) {
  tracer_.emit(EventGroup::kIrq, code, trace::kNoCpu, {}, {device.description().pin, argument},
               {.flow = flow});
  ++state_.changes;
}

std::uint32_t DeviceReports::rises(const machine::Device&) { return tracer_.new_flow(); }

// One wire has one outcome.
void DeviceReports::risen(const machine::Device& device, std::uint32_t flow,
                          const machine::Delivery& outcome) {
  std::uint64_t which = 0;
  while (outcome.count(static_cast<machine::Acceptance>(which)) == 0) ++which;
  const bool pending = machine::is_pending(static_cast<machine::Acceptance>(which));
  emit(EventCode::kWireRose, device, which, pending ? flow : 0);
}

void DeviceReports::fallen(const machine::Device& device) { emit(EventCode::kWireFell, device, 0); }

void DeviceReports::happened(const machine::Device& device, std::uint64_t number) {
  emit(EventCode::kDeviceActed, device, number);
}

void DeviceReports::put_out(const machine::Device& device, std::uint64_t value) {
  emit(EventCode::kDevicePutOut, device, value);
}

bool DeviceReports::may_access(std::uint64_t frame) const {
  return frame < state_.frames.known() &&
         state_.frames.is_data(FrameId(static_cast<std::uint32_t>(frame)));
}

// Somebody runs, will run, may be woken by an interrupt that is still to come, or awaits what
// devices do.
bool DeviceReports::is_heard() const {
  if (state_.outside_events > 0 || state_.interrupts.on_the_way() > 0) return true;
  if (state_.scheduler.run_queue().first() != nullptr) return true;
  for (const Processor* const processor : state_.scheduler.processors()) {
    if (processor->current != &processor->idle || processor->awake) return true;
    if (processor->cpu.interrupt_due() || processor->timers->next_cycle() != kNever) return true;
  }
  for (const InterruptLine* const line : state_.lines) {
    if (!line->masked && state_.devices[line->device.value()]->acts()) return true;
  }
  for (const Thread* const thread : state_.tasks.threads()) {
    if (thread->awaited != nullptr && thread->awaited->names_devices()) return true;
  }
  return false;
}

}  // namespace ipcsim::kernel
