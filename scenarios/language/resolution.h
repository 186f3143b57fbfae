// SPDX-License-Identifier: BSD-2-Clause
// Resolution: what a name in an expression means. The checker notes it beside the tree, by the
// place of the expression (no two expressions of a tree have the same range); trees stay as they
// were parsed. An expression without a resolution (an operator, a literal) means what it says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/state/observation.h"
#include "scenarios/language/built_in.h"
#include "scenarios/language/constant_value.h"
#include "scenarios/language/expression.h"
#include "scenarios/language/kinds.h"
#include "sim/base/strong_id.h"

namespace ipcsim::scenario {

using GroupIndex = StrongId<struct GroupTag>;  // of CheckedScenario::groups
using BodyIndex = StrongId<struct BodyTag>;    // of CheckedScenario::bodies
using MarkIndex = StrongId<struct MarkTag>;    // of CheckedScenario::marks

// How a body ends: a thread stops, a proc gives its caller a value.
enum class BodyKind : std::uint8_t { kThread, kProc };

// A variable of the body the expression stands in: its slot.
struct LocalVariable {
  std::uint32_t slot = 0;
};

// A replica variable or template parameter: its place among the bindings of a thread.
struct BindingUse {
  std::uint32_t binding = 0;
};

// A task by name. Of a replicated group `index` says which; it is not yet known to be in range.
struct TaskUse {
  GroupIndex group;
  const Expression* index = nullptr;  // null when the group is not replicated
};

// A thread declaration of the body's own task, in `spawn(THREAD, …)`: its family.
struct ThreadUse {
  std::uint32_t family = 0;
};

// A device by name, where a call takes one.
struct DeviceUse {
  kernel::DeviceId device;
};

// A bare `closed` or `refused`, to be compared with an event's `.kind`.
struct KindUse {
  Kind kind;
};

// Of an event or of a page fault; `kTask` is of both.
enum class Field : std::uint8_t {
  kKind,
  kFd,
  kTask,
  kUid,
  kSequence,
  kRecord,
  kTid,
  kAddress,
  kPage,
  kAccess,
  kCode,
};

// The thing before a dot or bracket is not evaluated by itself when the whole has one of these.

enum class TermKind : std::uint8_t {
  kVariable,          // T.t.x
  kSignaled,          // T.t.fd.signaled: `slot` holds the descriptor
  kClosed,            // T.t.fd.closed
  kConnections,       // T.connections
  kPorts,             // T.ports
  kListenQueue,       // T.listen_queue
  kWaitingConnects,   // T.waiting_connects
  kFrames,            // T.frames
  kFaultQueue,        // fault_queue; of no task
  kTaskEnded,         // T ended [by …]
  kThreadEnded,       // T.t ended
  kRunState,          // T.t is polling
  kPassed,            // T.t passed MARK
  kDeviceMasked,      // DEVICE.masked
  kDeviceInterrupts,  // DEVICE.interrupts
  kDeviceEvents,      // DEVICE.events
};

// One of several tasks or threads of a name: by a number, or `[*]`.
struct Selector {
  enum class Kind : std::uint8_t { kOnly, kIndexed, kAll };
  Kind kind = Kind::kOnly;
  const Expression* index = nullptr;  // of kIndexed; not yet known to be in range
};

// What a condition sees of the run. Stands for the whole expression: the path, and what follows it
// (`ended`, `is polling`, `passed`).
struct Term {
  TermKind kind = TermKind::kVariable;
  GroupIndex group;
  Selector task;
  std::optional<std::uint32_t> binding;  // the task is this binding's value; then `task` is kOnly

  // Of a term about a thread.
  std::uint32_t family = 0;  // of the task
  Selector thread;         // of an on_spawn thread: always an index, from 1 in spawn order, or all
  std::uint32_t slot = 0;  // of kVariable, kSignaled, kClosed: in the thread's body

  EndReason reason = EndReason::kAny;                 // of kTaskEnded, kThreadEnded
  kernel::RunState state = kernel::RunState::kReady;  // of kRunState
  MarkIndex mark;                                     // of kPassed
  kernel::DeviceId device;                            // of a term about a device
};

struct ProcCall {
  BodyIndex body;
};

using Resolution = std::variant<LocalVariable, BindingUse, ConstantValue, TaskUse, ThreadUse,
                                DeviceUse, kernel::Scope, kernel::PageAccess, KindUse, Field, Term,
                                ProcCall, kernel::SystemCall, BuiltIn>;

class Resolutions {
 public:
  void set(const Expression& expression, Resolution resolution) {
    by_place_.insert_or_assign(expression.range, std::move(resolution));
  }

  // Null when there is nothing to resolve.
  const Resolution* find(const Expression& expression) const {
    const auto entry = by_place_.find(expression.range);
    return entry == by_place_.end() ? nullptr : &entry->second;
  }

  template <class T>
  const T* find_as(const Expression& expression) const {
    const Resolution* resolution = find(expression);
    return resolution == nullptr ? nullptr : std::get_if<T>(resolution);
  }

 private:
  std::map<SourceRange, Resolution> by_place_;
};

}  // namespace ipcsim::scenario
