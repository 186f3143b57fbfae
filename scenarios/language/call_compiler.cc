// SPDX-License-Identifier: BSD-2-Clause
// The part of ExpressionCompiler that compiles calls.
#include <utility>

#include "scenarios/language/expression_compiler.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/printer.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {
namespace {

// The instruction of a call whose arguments, if any, are values in registers.
Opcode code_of(kernel::SystemCall call) {
  switch (call) {
#define SYSTEM_CALL(name, arguments, meaning) \
  case kernel::SystemCall::name:              \
    return Opcode::k_##name;
#include "kernel_model/abi/system_calls.def"
#undef SYSTEM_CALL
  }
  return Opcode::k_yield;
}

// The instruction of a function, and the constant it takes as its last operand.
struct FunctionCode {
  Opcode opcode;
  std::uint32_t width = 0;
};

FunctionCode code_of(BuiltIn function) {
  switch (function) {
    case BuiltIn::le8:
      return {Opcode::k_to_bytes, 1};
    case BuiltIn::le16:
      return {Opcode::k_to_bytes, 2};
    case BuiltIn::le32:
      return {Opcode::k_to_bytes, 4};
    case BuiltIn::le64:
      return {Opcode::k_to_bytes, 8};
    case BuiltIn::get8:
      return {Opcode::k_get_bytes_8};
    case BuiltIn::get16:
      return {Opcode::k_get_bytes_16};
    case BuiltIn::get32:
      return {Opcode::k_get_bytes_32};
    case BuiltIn::get64:
      return {Opcode::k_get_bytes_64};
    case BuiltIn::part:
      return {Opcode::k_part};
    case BuiltIn::len:
      return {Opcode::k_length};
    case BuiltIn::number:
      return {Opcode::k_number_of};
    case BuiltIn::descriptor:
      return {Opcode::k_descriptor_of};
    case BuiltIn::random:
      return {Opcode::k_random};
    case BuiltIn::load8:
    case BuiltIn::load16:
    case BuiltIn::load32:
    case BuiltIn::load64:
      return {Opcode::k_load_number, static_cast<std::uint32_t>(width_of(function))};
    case BuiltIn::load:
      return {Opcode::k_load_bytes};
    case BuiltIn::store8:
    case BuiltIn::store16:
    case BuiltIn::store32:
    case BuiltIn::store64:
      return {Opcode::k_store_number, static_cast<std::uint32_t>(width_of(function))};
    case BuiltIn::store:
      return {Opcode::k_store_bytes};
    case BuiltIn::exchange64:
      return {Opcode::k_exchange};
    case BuiltIn::compare_exchange64:
      return {Opcode::k_compare_exchange};
    case BuiltIn::fetch_add64:
      return {Opcode::k_fetch_add};
    case BuiltIn::fence:
      return {Opcode::k_fence};
    case BuiltIn::read_tsc:
      return {Opcode::k_read_tsc};
  }
  return {Opcode::k_length};
}

}  // namespace

bool ExpressionCompiler::can_fail(const Expression& expression) const {
  return expression.as<CallExpression>() != nullptr &&
         body_.resolutions.find_as<BuiltIn>(expression) == nullptr;
}

void ExpressionCompiler::require_ok(const Expression& call, Register result) {
  if (!can_fail(call)) return;
  code_.judge(code_.emit(Opcode::k_require_ok, result), print(call));
}

void ExpressionCompiler::call_into(const Expression& expression, const Expression* timeout,
                                   Register target) {
  const TemporaryScope scope(code_);
  const auto& node = *expression.as<CallExpression>();
  const Resolution* const resolution = body_.resolutions.find(expression);
  SIM_CHECK(resolution != nullptr, "the checker resolves every call");
  // Of what is inside a call a report shows nothing but the call's own result.
  std::vector<Judgement::Term>* const terms = std::exchange(terms_, nullptr);
  if (const auto* proc = std::get_if<ProcCall>(resolution)) {
    proc_call_into(proc->body, node.arguments, target);
  } else if (const auto* call = std::get_if<kernel::SystemCall>(resolution)) {
    system_call_into(*call, node.arguments, timeout, target);
  } else {
    built_in_into(std::get<BuiltIn>(*resolution), node.arguments, target);
  }
  terms_ = terms;
}

void ExpressionCompiler::system_call_into(kernel::SystemCall call,
                                          const std::vector<ExpressionPtr>& arguments,
                                          const Expression* timeout, Register target) {
  switch (call) {
    case kernel::SystemCall::poll:
      poll_into(arguments, timeout, target);
      return;
    case kernel::SystemCall::poll_all: {
      const Register duration = code_.allocate();
      timeout == nullptr ? code_.load(duration, Value()) : value_into(*timeout, duration);
      code_.emit(Opcode::k_poll_all, target, duration);
      return;
    }
    case kernel::SystemCall::spawn:
      spawn_into(arguments, target);
      return;
    case kernel::SystemCall::connect:
    case kernel::SystemCall::new_port:
    case kernel::SystemCall::open_fault_socket:
      scope_call_into(call, arguments, target);
      return;
    case kernel::SystemCall::open_interrupt_socket:
    case kernel::SystemCall::device_read:
    case kernel::SystemCall::device_write:
      device_call_into(call, arguments, target);
      return;
    case kernel::SystemCall::map:
    case kernel::SystemCall::protect:
    case kernel::SystemCall::unmap:
      code_.emit(code_of(call), target, in_a_row(arguments));
      return;
    default: {
      Register operands[2] = {};
      for (std::size_t index = 0; index < arguments.size(); ++index) {
        operands[index] = value(*arguments[index]);
      }
      code_.emit(code_of(call), target, operands[0], operands[1]);
      return;
    }
  }
}

void ExpressionCompiler::poll_into(const std::vector<ExpressionPtr>& arguments,
                                   const Expression* timeout, Register target) {
  const auto count = static_cast<std::uint32_t>(arguments.size());
  const Register first = code_.allocate(1 + count);
  timeout == nullptr ? code_.load(first, Value()) : value_into(*timeout, first);
  for (std::uint32_t index = 0; index < count; ++index) {
    value_into(*arguments[index], static_cast<Register>(first + 1 + index));
  }
  code_.emit(Opcode::k_poll, target, first, count);
}

void ExpressionCompiler::spawn_into(const std::vector<ExpressionPtr>& arguments, Register target) {
  const auto* const thread = body_.resolutions.find_as<ThreadUse>(*arguments.front());
  SIM_CHECK(thread != nullptr, "what is spawned is a thread of the task");
  const auto count = static_cast<std::uint32_t>(arguments.size() - 1);
  const Register first = code_.allocate(1 + count);
  for (std::uint32_t index = 0; index < count; ++index) {
    value_into(*arguments[index + 1], static_cast<Register>(first + 1 + index));
  }
  code_.emit(Opcode::k_spawn, first, thread->family, count);
  code_.move(target, first);
}

// The scope stands last, and may be left out.
void ExpressionCompiler::scope_call_into(kernel::SystemCall call,
                                         const std::vector<ExpressionPtr>& arguments,
                                         Register target) {
  const std::size_t others = call == kernel::SystemCall::connect ? 1 : 0;
  const Register server = others == 0 ? Register{0} : value(*arguments.front());
  const Register scope = optional(arguments, others, value_of(kernel::Scope::kThreadLocal));
  if (others == 0) {
    code_.emit(code_of(call), target, scope);
  } else {
    code_.emit(Opcode::k_connect, target, server, scope);
  }
}

// An argument that may be left out.
Register ExpressionCompiler::optional(const std::vector<ExpressionPtr>& arguments,
                                      std::size_t place, const Value& otherwise) {
  if (arguments.size() > place) return value(*arguments[place]);
  const Register at = code_.allocate();
  code_.load(at, otherwise);
  return at;
}

// The device, which stands first, is no value.
void ExpressionCompiler::device_call_into(kernel::SystemCall call,
                                          const std::vector<ExpressionPtr>& arguments,
                                          Register target) {
  const auto* const device = body_.resolutions.find_as<DeviceUse>(*arguments.front());
  SIM_CHECK(device != nullptr, "the checker knows every device");
  Register second = 0;
  if (call == kernel::SystemCall::open_interrupt_socket) {
    second = optional(arguments, 1, value_of(kernel::Scope::kThreadLocal));
  } else if (call == kernel::SystemCall::device_read) {
    second = optional(arguments, 1, Value::integer(0));
  } else {
    second = code_.allocate(2);
    value_into(*arguments[1], second);
    value_into(*arguments[2], static_cast<Register>(second + 1));
  }
  code_.emit(code_of(call), target, device->device.value(), second);
}

void ExpressionCompiler::proc_call_into(BodyIndex callee,
                                        const std::vector<ExpressionPtr>& arguments,
                                        Register target) {
  // The callee's frame begins with its arguments and covers all temporaries behind them. It needs a
  // register for the result even without arguments.
  const auto count = static_cast<std::uint32_t>(arguments.size());
  const Register base = code_.allocate(count == 0 ? 1 : count);
  for (std::uint32_t index = 0; index < count; ++index) {
    value_into(*arguments[index], static_cast<Register>(base + index));
  }
  code_.emit_number(Opcode::k_call_proc, base, callee.value());
  call_sites_.push_back({callee, base});
  code_.move(target, base);
}

void ExpressionCompiler::built_in_into(BuiltIn function,
                                       const std::vector<ExpressionPtr>& arguments,
                                       Register target) {
  if (function == BuiltIn::part) {
    part_into(arguments, target);
    return;
  }
  const FunctionCode code = code_of(function);
  if (code.opcode == Opcode::k_store_number || code.opcode == Opcode::k_compare_exchange) {
    code_.emit(code.opcode, target, in_a_row(arguments), code.width);
    return;
  }
  const Register first = arguments.empty() ? Register{0} : value(*arguments.front());
  const std::uint32_t second =
      arguments.size() > 1 ? std::uint32_t{value(*arguments[1])} : code.width;
  code_.emit(code.opcode, target, first, second);
}

// The arguments in registers one behind the other; gives the first.
Register ExpressionCompiler::in_a_row(const std::vector<ExpressionPtr>& arguments) {
  const auto count = static_cast<std::uint32_t>(arguments.size());
  const Register first = code_.allocate(count);
  for (std::uint32_t index = 0; index < count; ++index) {
    value_into(*arguments[index], static_cast<Register>(first + index));
  }
  return first;
}

void ExpressionCompiler::part_into(const std::vector<ExpressionPtr>& arguments, Register target) {
  const Register bytes = value(*arguments[0]);
  const Register range = code_.allocate(2);
  value_into(*arguments[1], range);
  value_into(*arguments[2], static_cast<Register>(range + 1));
  code_.emit(Opcode::k_part, target, bytes, range);
}

}  // namespace ipcsim::scenario
