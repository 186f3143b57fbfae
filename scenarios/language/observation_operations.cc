// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/observation_operations.h"

namespace ipcsim::scenario::operation {
namespace {

// A subject in a register: its place, and above 32 bits which of the threads there.
Value subject(std::uint32_t place, std::uint32_t number) {
  return Value::integer(static_cast<std::int64_t>(std::uint64_t{number} << 32 | place));
}

const ScriptThread* find(const Execution& run, const Value& subject) {
  if (!subject.is_set()) return nullptr;
  const auto both = static_cast<std::uint64_t>(subject.integer());
  return run.interpreter.find_thread(static_cast<std::uint32_t>(both),
                                     static_cast<std::uint32_t>(both >> 32));
}

const PlaceFamily& family_of(const Execution& run, const Value& task, std::uint16_t family) {
  const Program& program = run.interpreter.program();
  return program.families[program.tasks[task.task().value()].first_family + family];
}

const Instruction* give(Execution& run, const Instruction* at, const Value& value) {
  run.r(at->a) = value;
  return at + 1;
}

// What `look` gives of the thread, which the kernel knows; unset when there is none yet.
template <class Function>
const Instruction* observe_thread(Execution& run, const Instruction* at, Function look) {
  const ScriptThread* const thread = find(run, run.r(at->b));
  if (thread == nullptr || !thread->id.valid()) return give(run, at, Value());
  return give(run, at, look(run.interpreter.system().observation(), thread->id));
}

template <class Function>
const Instruction* observe_task(Execution& run, const Instruction* at, Function look) {
  const Value& task = run.r(at->b);
  if (!task.is_set()) return give(run, at, Value());
  if (!task.is(ValueKind::kTask)) return fail_kind(run, at, task, ValueKind::kTask);
  return give(run, at, look(run.interpreter.system().observation(), task.task()));
}

template <class Id>
Value ended(const kernel::Observation& observation, Id id, EndedBy by) {
  const std::optional<kernel::EndCause> cause = observation.end_cause(id);
  if (!observation.ended(id) || !cause.has_value()) return Value::boolean(false);
  switch (by) {
    case EndedBy::kAny:
      return Value::boolean(true);
    case EndedBy::kExit:
      return Value::boolean(*cause == kernel::EndCause::kExit);
    case EndedBy::kKill:
      return Value::boolean(*cause == kernel::EndCause::kKill);
    case EndedBy::kUnhandledFault:
      return Value::boolean(*cause == kernel::EndCause::kUnhandledFault);
  }
  return Value();
}

Value count(std::size_t number) { return Value::integer(static_cast<std::int64_t>(number)); }

}  // namespace

const Instruction* task_of_group(Execution& run, const Instruction* at) {
  const Value& number = run.r(at->b);
  if (!number.is_set()) return give(run, at, Value());
  if (!number.is(ValueKind::kInteger)) return fail_kind(run, at, number, ValueKind::kInteger);
  const TaskReplicas& group = run.interpreter.program().groups[at->c];
  const std::int64_t last = group.first_number + std::int64_t{group.tasks} - 1;
  if (number.integer() < group.first_number || number.integer() > last) {
    return fail(run, at, {.kind = FailureKind::kNoReplica, .detail = at->c, .left = number});
  }
  const auto task =
      static_cast<std::uint32_t>(group.first_task + (number.integer() - group.first_number));
  return give(run, at, Value::task(kernel::TaskId(task)));
}

const Instruction* subject_of(Execution& run, const Instruction* at) {
  const Value& task = run.r(at->b);
  const Value number = run.r(at->a);
  if (!task.is_set()) return give(run, at, Value());
  if (!task.is(ValueKind::kTask)) return fail_kind(run, at, task, ValueKind::kTask);
  const PlaceFamily& family = family_of(run, task, at->c);
  if (!number.is_set()) return give(run, at, subject(family.first_place, 0));
  if (!number.is(ValueKind::kInteger)) return fail_kind(run, at, number, ValueKind::kInteger);
  const bool is_spawned = run.interpreter.program().places[family.first_place].on_spawn;
  const std::int64_t first = is_spawned ? 1 : family.first_number;
  const std::int64_t count = is_spawned ? std::int64_t{UINT32_MAX} : std::int64_t{family.places};
  if (number.integer() < first || number.integer() > first + count - 1) {
    return fail(run, at,
                {.kind = FailureKind::kNoThread, .detail = at->c, .left = number, .right = task});
  }
  const auto from_first = static_cast<std::uint32_t>(number.integer() - first);
  return give(run, at,
              is_spawned ? subject(family.first_place, from_first + 1)
                         : subject(family.first_place + from_first, 0));
}

const Instruction* spawned_count(Execution& run, const Instruction* at) {
  const Value& task = run.r(at->b);
  if (!task.is_set()) return give(run, at, Value());
  if (!task.is(ValueKind::kTask)) return fail_kind(run, at, task, ValueKind::kTask);
  return give(run, at, count(run.interpreter.threads_at(family_of(run, task, at->c).first_place)));
}

const Instruction* variable_of(Execution& run, const Instruction* at) {
  const ScriptThread* const thread = find(run, run.r(at->b));
  return give(run, at, thread == nullptr ? Value() : thread->stack[at->c]);
}

const Instruction* thread_ended(Execution& run, const Instruction* at) {
  return observe_thread(run, at,
                        [at](const kernel::Observation& observation, kernel::ThreadId thread) {
                          return ended(observation, thread, static_cast<EndedBy>(at->c));
                        });
}

const Instruction* thread_is(Execution& run, const Instruction* at) {
  return observe_thread(run, at,
                        [at](const kernel::Observation& observation, kernel::ThreadId thread) {
                          return Value::boolean(observation.run_state(thread) ==
                                                static_cast<kernel::RunState>(at->c));
                        });
}

const Instruction* thread_passed(Execution& run, const Instruction* at) {
  const ScriptThread* const thread = find(run, run.r(at->b));
  return give(run, at, thread == nullptr ? Value() : Value::boolean(thread->passed(at->c)));
}

const Instruction* end_signaled(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->c);
  if (!fd.is_set()) return give(run, at, Value());
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  return observe_thread(run, at,
                        [&fd](const kernel::Observation& observation, kernel::ThreadId thread) {
                          return Value::boolean(observation.signaled(thread, fd.descriptor()));
                        });
}

const Instruction* end_closed(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->c);
  if (!fd.is_set()) return give(run, at, Value());
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  return observe_thread(run, at,
                        [&fd](const kernel::Observation& observation, kernel::ThreadId thread) {
                          return Value::boolean(observation.closed(thread, fd.descriptor()));
                        });
}

const Instruction* task_ended(Execution& run, const Instruction* at) {
  return observe_task(run, at, [at](const kernel::Observation& observation, kernel::TaskId task) {
    return ended(observation, task, static_cast<EndedBy>(at->c));
  });
}

const Instruction* connections_of(Execution& run, const Instruction* at) {
  return observe_task(run, at, [](const kernel::Observation& observation, kernel::TaskId task) {
    return count(observation.connections(task));
  });
}

const Instruction* ports_of(Execution& run, const Instruction* at) {
  return observe_task(run, at, [](const kernel::Observation& observation, kernel::TaskId task) {
    return count(observation.ports(task));
  });
}

const Instruction* frames_of(Execution& run, const Instruction* at) {
  return observe_task(run, at, [](const kernel::Observation& observation, kernel::TaskId task) {
    return count(observation.frames(task));
  });
}

const Instruction* fault_queue(Execution& run, const Instruction* at) {
  return give(run, at, count(run.interpreter.system().observation().fault_queue()));
}

const Instruction* listen_queue_of(Execution& run, const Instruction* at) {
  return observe_task(run, at, [](const kernel::Observation& observation, kernel::TaskId task) {
    return count(observation.listen_queue(task));
  });
}

const Instruction* waiting_connects_of(Execution& run, const Instruction* at) {
  return observe_task(run, at, [](const kernel::Observation& observation, kernel::TaskId task) {
    return count(observation.waiting_connects(task));
  });
}

}  // namespace ipcsim::scenario::operation
