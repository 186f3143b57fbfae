// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/fault_operations.h"

#include "scenarios/language/call_exchange.h"
#include "scenarios/language/resolution.h"

namespace ipcsim::scenario::operation {
namespace {

// A call with the socket and the number of a fault.
template <class Function>
const Instruction* answer(Execution& run, const Instruction* at, Function call) {
  const Value& fd = run.r(at->b);
  const Value& record = run.r(at->c);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  if (!record.is(ValueKind::kInteger)) return fail_kind(run, at, record, ValueKind::kInteger);
  return leave(run, at, call(enter(run, at), fd.descriptor(), record.integer()));
}

Value field_of(const kernel::PageFault& fault, Field field) {
  switch (field) {
    case Field::kRecord:
      return Value::integer(fault.record);
    case Field::kTid:
      return Value::integer(fault.thread.value());
    case Field::kAddress:
      return Value::integer(static_cast<std::int64_t>(fault.address));
    case Field::kPage:
      return Value::integer(static_cast<std::int64_t>(fault.page));
    case Field::kAccess:
      return Value::kind_value(Value::code_of(fault.access));
    default:
      return Value::integer(fault.code);
  }
}

}  // namespace

const Instruction* open_fault_socket(Execution& run, const Instruction* at) {
  const kernel::Scope scope =
      run.r(at->b).integer() == 0 ? kernel::Scope::kThreadLocal : kernel::Scope::kFullTask;
  return leave(run, at, enter(run, at).open_fault_socket(scope),
               [](kernel::Descriptor fd) { return Value::descriptor(fd); });
}

const Instruction* take_fault(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->b);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  const kernel::Call<kernel::PageFault> result = enter(run, at).take_fault(fd.descriptor());
  const Instruction* const next = leave(run, at, result, [&run](const kernel::PageFault& fault) {
    return run.interpreter.heap().make_fault(fault);
  });
  return next != nullptr && run.interpreter.collect_if_worth_it(at) ? next : nullptr;
}

const Instruction* resume_fault(Execution& run, const Instruction* at) {
  return answer(run, at, [](kernel::UserThread& self, kernel::Descriptor fd, std::int64_t record) {
    return self.resume_fault(fd, record);
  });
}

const Instruction* refuse_fault(Execution& run, const Instruction* at) {
  return answer(run, at, [](kernel::UserThread& self, kernel::Descriptor fd, std::int64_t record) {
    return self.refuse_fault(fd, record);
  });
}

const Instruction* fault_field(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && !operand.is(ValueKind::kFault)) {
    return fail_kind(run, at, operand, ValueKind::kFault);
  }
  run.r(at->a) = operand.is_set() ? field_of(operand.fault(), static_cast<Field>(at->c)) : Value();
  return at + 1;
}

}  // namespace ipcsim::scenario::operation
