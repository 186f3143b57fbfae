// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/scenario_devices.h"

#include <span>

namespace ipcsim::scenario {

namespace {

machine::DeviceKind kind_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kSource:
      return machine::DeviceKind::kSource;
    case DeviceKind::kSerial:
      return machine::DeviceKind::kSerial;
    case DeviceKind::kBlock:
      return machine::DeviceKind::kBlock;
    case DeviceKind::kTimer:
      return machine::DeviceKind::kTimer;
  }
  return machine::DeviceKind::kSource;
}

// Its name and its bytes stay where they are, in the scenario.
machine::DeviceDescription description_of(const CheckedDevice& device) {
  const bool is_level = device.trigger == DeviceTrigger::kLevel;
  return {.name = device.name,
          .kind = kind_of(device.kind),
          .pin = device.pin,
          .trigger = is_level ? machine::TriggerMode::kLevel : machine::TriggerMode::kEdge,
          .at = device.at.value_or(kNever),
          .every = device.every,
          .count = device.count,
          .burst = device.burst,
          .jitter_from = device.jitter_from,
          .jitter_to = device.jitter_to,
          .bytes = std::as_bytes(std::span(device.bytes)),
          .delay = device.delay};
}

}  // namespace

void ScenarioDevices::add(const CheckedScenario& scenario, Interpreter& interpreter) {
  const Program& program = interpreter.program();
  const std::vector<CheckedDevice>& devices = scenario.machine.devices;
  starts_.clear();
  auto start = program.device_starts.begin();
  for (std::uint32_t index = 0; index < devices.size(); ++index) {
    const kernel::AwaitCondition* after = nullptr;
    if (start != program.device_starts.end() && start->device == index) {
      ScriptThread& frame = interpreter.make_condition_frame(start->condition.registers);
      after =
          &starts_.emplace_back(interpreter, frame, program.code.data() + start->condition.entry);
      ++start;
    }
    interpreter.system().add_device(description_of(devices[index]), after);
  }
}

}  // namespace ipcsim::scenario
