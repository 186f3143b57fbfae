// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/device_operations.h"

#include "scenarios/language/call_exchange.h"

namespace ipcsim::scenario::operation {
namespace {

kernel::DeviceId device_in(const Instruction* at) { return kernel::DeviceId(at->b); }

// What a register holds has 64 bits, the highest of which is a sign here.
Value register_value(std::uint64_t bits) { return Value::integer(static_cast<std::int64_t>(bits)); }

const Instruction* observe_device(Execution& run, const Instruction* at, const Value& seen) {
  run.r(at->a) = seen;
  return at + 1;
}

const kernel::Observation& observation_of(const Execution& run) {
  return run.interpreter.system().observation();
}

}  // namespace

const Instruction* open_interrupt_socket(Execution& run, const Instruction* at) {
  const bool is_local = run.r(at->c).integer() == 0;
  const auto scope = is_local ? kernel::Scope::kThreadLocal : kernel::Scope::kFullTask;
  return leave(run, at, enter(run, at).open_interrupt_socket(device_in(at), scope),
               [](kernel::Descriptor fd) { return Value::descriptor(fd); });
}

const Instruction* ack_interrupt(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->b);
  const Value& sequence = run.r(at->c);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  if (!sequence.is(ValueKind::kInteger)) return fail_kind(run, at, sequence, ValueKind::kInteger);
  return leave(run, at, enter(run, at).ack_interrupt(fd.descriptor(), sequence.integer()));
}

const Instruction* device_read(Execution& run, const Instruction* at) {
  const Value& number = run.r(at->c);
  if (!number.is(ValueKind::kInteger)) return fail_kind(run, at, number, ValueKind::kInteger);
  return leave(run, at, enter(run, at).device_read(device_in(at), number.integer()),
               register_value);
}

const Instruction* device_write(Execution& run, const Instruction* at) {
  const Value& number = run.r(at->c);
  const Value& value = run.r(static_cast<std::uint16_t>(at->c + 1));
  for (const Value& operand : {number, value}) {
    if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
  }
  const auto bits = static_cast<std::uint64_t>(value.integer());
  return leave(run, at, enter(run, at).device_write(device_in(at), number.integer(), bits));
}

const Instruction* read_tsc(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).read_tsc(), register_value);
}

const Instruction* device_masked(Execution& run, const Instruction* at) {
  return observe_device(run, at, Value::boolean(observation_of(run).masked(device_in(at))));
}

const Instruction* device_interrupts(Execution& run, const Instruction* at) {
  return observe_device(run, at, register_value(observation_of(run).interrupts(device_in(at))));
}

const Instruction* device_events(Execution& run, const Instruction* at) {
  return observe_device(run, at, register_value(observation_of(run).events(device_in(at))));
}

}  // namespace ipcsim::scenario::operation
