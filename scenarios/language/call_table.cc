// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/call_table.h"

#include "sim/base/check.h"

namespace ipcsim::scenario {

namespace {

using enum ArgumentKind;
using enum MoreArguments;

struct ArgumentKinds {
  constexpr ArgumentKinds(std::initializer_list<ArgumentKind> listed) {
    for (const ArgumentKind kind : listed) kinds[count++] = kind;
  }
  std::array<ArgumentKind, 4> kinds{};
  std::size_t count = 0;
};

constexpr CallSignature signature(std::string_view name, ArgumentKinds arguments,
                                  std::size_t required, MoreArguments more, StaticKind gives) {
  return {name, arguments.kinds, arguments.count, required, more, gives};
}

constexpr std::size_t all_of(ArgumentKinds arguments) { return arguments.count; }

#define LISTED(...) \
  ArgumentKinds { __VA_ARGS__ }

struct SystemCallSignature {
  kernel::SystemCall call;
  CallSignature signature;
};

constexpr auto kCalls = std::to_array<SystemCallSignature>({
#define CALL(name, required, arguments, more, gives) \
  {kernel::SystemCall::name, signature(#name, LISTED arguments, required, more, StaticKind::gives)},
#include "scenarios/language/calls.def"
#undef CALL
});

constexpr auto kBuiltIns = std::to_array<CallSignature>({
#define BUILT_IN(name, arguments, gives, meaning) \
  signature(#name, LISTED arguments, all_of(LISTED arguments), kNoMore, StaticKind::gives),
#include "scenarios/language/built_ins.def"
#undef BUILT_IN
});
#undef LISTED

struct CallError {
  kernel::SystemCall call;
  kernel::KernelError error;
};

constexpr auto kErrors = std::to_array<CallError>({
#define CALL_ERROR(call, error) {kernel::SystemCall::call, kernel::KernelError::error},
#include "kernel_model/abi/call_errors.def"
#undef CALL_ERROR
});

}  // namespace

std::string_view describe(ArgumentKind kind) {
  switch (kind) {
    case kInteger:
      return "an integer";
    case kBytes:
      return "bytes";
    case kTask:
      return "a task";
    case kDescriptor:
      return "a descriptor";
    case kScope:
      return "`full_task` or `thread_local`";
    case kPollable:
      return "a descriptor or a table of descriptors";
    case kThread:
      return "a thread of this task";
    case kAccess:
      return "`read` or `write`";
    case kDevice:
      return "a device";
    case kAny:
      return "a value";
  }
  return "";
}

std::optional<kernel::SystemCall> find_system_call(std::string_view name) {
  for (const SystemCallSignature& entry : kCalls) {
    if (entry.signature.name == name) return entry.call;
  }
  return std::nullopt;
}

const CallSignature& signature_of(kernel::SystemCall call) {
  for (const SystemCallSignature& entry : kCalls) {
    if (entry.call == call) return entry.signature;
  }
  SIM_CHECK(false, "a call that is a statement has no signature");
  return kCalls.front().signature;
}

const CallSignature& signature_of(BuiltIn function) {
  return kBuiltIns[static_cast<std::size_t>(function)];
}

std::string_view name_of(BuiltIn function) { return signature_of(function).name; }

std::optional<BuiltIn> find_built_in(std::string_view name) {
  for (std::size_t index = 0; index < kBuiltIns.size(); ++index) {
    if (kBuiltIns[index].name == name) return static_cast<BuiltIn>(index);
  }
  return std::nullopt;
}

bool can_give(kernel::SystemCall call, kernel::KernelError error) {
  for (const CallError& entry : kErrors) {
    if (entry.call == call && entry.error == error) return true;
  }
  return false;
}

std::vector<std::string_view> errors_of(kernel::SystemCall call) {
  std::vector<std::string_view> names;
  for (const CallError& entry : kErrors) {
    if (entry.call == call) names.push_back(kernel::name_of(entry.error));
  }
  return names;
}

std::vector<std::string_view> callable_names() {
  std::vector<std::string_view> names;
  for (const SystemCallSignature& entry : kCalls) names.push_back(entry.signature.name);
  for (const CallSignature& entry : kBuiltIns) names.push_back(entry.name);
  return names;
}

}  // namespace ipcsim::scenario
