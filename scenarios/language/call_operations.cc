// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/call_operations.h"

#include <algorithm>
#include <array>

#include "scenarios/language/call_exchange.h"
#include "scenarios/language/script_condition.h"

namespace ipcsim::scenario::operation {
namespace {

Value descriptor_value(kernel::Descriptor fd) { return Value::descriptor(fd); }
Value event_value(const kernel::Event& event) { return Value::event(event); }
Value integer_value(std::int64_t number) { return Value::integer(number); }

// A call with one descriptor as its argument.
template <class Function>
const Instruction* call_on_end(Execution& run, const Instruction* at, Function call) {
  const Value& fd = run.r(at->b);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  return leave(run, at, call(enter(run, at), fd.descriptor()));
}

// A call with one integer as its argument.
template <class Function>
const Instruction* call_with_number(Execution& run, const Instruction* at, Function call) {
  const Value& number = run.r(at->b);
  if (!number.is(ValueKind::kInteger)) return fail_kind(run, at, number, ValueKind::kInteger);
  return leave(run, at, call(enter(run, at), number.integer()));
}

// The same for a span of time or a bound, which is not negative.
template <class Function>
const Instruction* call_with_span(Execution& run, const Instruction* at, Function call) {
  const Value& number = run.r(at->b);
  if (number.is(ValueKind::kInteger) && number.integer() < 0) {
    return fail(run, at, {.kind = FailureKind::kNegative, .left = number});
  }
  return call_with_number(run, at, call);
}

kernel::Scope scope_of(const Value& value) {
  return value.integer() == 0 ? kernel::Scope::kThreadLocal : kernel::Scope::kFullTask;
}

// A time-out as the kernel takes it; an unset one waits for ever.
bool is_timeout(const Value& value) {
  return !value.is_set() || (value.is(ValueKind::kInteger) && value.integer() >= 0);
}
Cycles timeout_of(const Value& value) {
  return value.is_set() ? static_cast<Cycles>(value.integer()) : kNever;
}
const Instruction* fail_timeout(Execution& run, const Instruction* at, const Value& value) {
  if (!value.is(ValueKind::kInteger)) return fail_kind(run, at, value, ValueKind::kInteger);
  return fail(run, at, {.kind = FailureKind::kNegative, .left = value});
}

// Collects the descriptors of a poll's arguments; stops at an argument that has none and gives it.
const Value* add_descriptors(const Value& argument, std::span<kernel::Descriptor> room,
                             std::size_t& count) {
  if (argument.is(ValueKind::kDescriptor)) {
    room[count++] = argument.descriptor();
    return nullptr;
  }
  if (!argument.is(ValueKind::kTable)) return &argument;
  for (const Table::Entry& entry : argument.table().entries()) {
    if (!entry.value.is(ValueKind::kDescriptor)) return &entry.value;
    room[count++] = entry.value.descriptor();
  }
  return nullptr;
}

std::size_t descriptors_in(const Value& argument) {
  return argument.is(ValueKind::kTable) ? argument.table().entries().size() : 1;
}

}  // namespace

const Instruction* call_proc(Execution& run, const Instruction* at) {
  const Program& program = run.interpreter.program();
  ScriptThread& thread = run.thread;
  thread.frames[thread.frame_count++] = {at + 1, thread.registers};
  thread.registers += at->a;
  return program.code.data() + program.routines[at->index()].entry;
}

const Instruction* return_value(Execution& run, const Instruction* at) {
  ScriptThread& thread = run.thread;
  thread.registers[0] = run.r(at->a);
  const ScriptFrame& frame = thread.frames[--thread.frame_count];
  thread.registers = frame.registers;
  return frame.return_to;
}

const Instruction* end_thread(Execution& run, const Instruction* at) {
  run.thread.at = at;
  return nullptr;
}

const Instruction* connect(Execution& run, const Instruction* at) {
  const Value& server = run.r(at->b);
  if (!server.is(ValueKind::kTask)) return fail_kind(run, at, server, ValueKind::kTask);
  return leave(run, at, enter(run, at).connect(server.task(), scope_of(run.r(at->c))),
               descriptor_value);
}

const Instruction* new_port(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).new_port(scope_of(run.r(at->b))), descriptor_value);
}

const Instruction* push_to_listen_queue(Execution& run, const Instruction* at) {
  return call_on_end(run, at, [](kernel::UserThread& self, kernel::Descriptor port) {
    return self.push_to_listen_queue(port);
  });
}

const Instruction* close(Execution& run, const Instruction* at) {
  return call_on_end(
      run, at, [](kernel::UserThread& self, kernel::Descriptor fd) { return self.close(fd); });
}

const Instruction* read(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->b);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  const kernel::Call<kernel::Buffer> result = enter(run, at).read(fd.descriptor());
  const Instruction* const next = leave(run, at, result, [&run](const kernel::Buffer& buffer) {
    return run.interpreter.heap().make_bytes(buffer);
  });
  return next != nullptr && run.interpreter.collect_if_worth_it(at) ? next : nullptr;
}

const Instruction* write(Execution& run, const Instruction* at) {
  const Value& fd = run.r(at->b);
  const Value& content = run.r(at->c);
  if (!fd.is(ValueKind::kDescriptor)) return fail_kind(run, at, fd, ValueKind::kDescriptor);
  if (!content.is(ValueKind::kBytes)) return fail_kind(run, at, content, ValueKind::kBytes);
  // The heap may be collected while the call waits. Of what is too long, one byte too many is
  // enough to be refused.
  std::array<std::byte, kernel::kBufferBytes + 1> copy{};
  const std::size_t count = std::min(content.bytes().size(), copy.size());
  std::ranges::copy(content.bytes().first(count), copy.begin());
  return leave(run, at, enter(run, at).write(fd.descriptor(), std::span(copy).first(count)));
}

const Instruction* wakeup(Execution& run, const Instruction* at) {
  return call_on_end(
      run, at, [](kernel::UserThread& self, kernel::Descriptor fd) { return self.wakeup(fd); });
}

const Instruction* poll(Execution& run, const Instruction* at) {
  const Value& timeout = run.r(at->b);
  if (!is_timeout(timeout)) return fail_timeout(run, at, timeout);
  const std::span<const Value> arguments(&run.r(static_cast<std::uint16_t>(at->b + 1)), at->c);
  std::size_t count = 0;
  for (const Value& argument : arguments) count += descriptors_in(argument);
  const std::span<kernel::Descriptor> set = run.interpreter.poll_room(run.thread, count);
  count = 0;
  for (const Value& argument : arguments) {
    const Value* const wrong = add_descriptors(argument, set, count);
    if (wrong != nullptr) return fail_kind(run, at, *wrong, ValueKind::kDescriptor);
  }
  return leave(run, at, enter(run, at).poll(set, timeout_of(timeout)), event_value);
}

const Instruction* poll_all(Execution& run, const Instruction* at) {
  const Value& timeout = run.r(at->b);
  if (!is_timeout(timeout)) return fail_timeout(run, at, timeout);
  return leave(run, at, enter(run, at).poll_all(timeout_of(timeout)), event_value);
}

const Instruction* block_uid(Execution& run, const Instruction* at) {
  return call_with_number(
      run, at, [](kernel::UserThread& self, std::int64_t uid) { return self.block_uid(uid); });
}

const Instruction* unblock_uid(Execution& run, const Instruction* at) {
  return call_with_number(
      run, at, [](kernel::UserThread& self, std::int64_t uid) { return self.unblock_uid(uid); });
}

const Instruction* spawn(Execution& run, const Instruction* at) {
  Interpreter& interpreter = run.interpreter;
  const Program& program = interpreter.program();
  const TaskInstance& task = program.tasks[interpreter.task_of(run.thread).value()];
  const std::uint32_t place = program.families[task.first_family + at->b].first_place;
  ScriptThread* const made = interpreter.make_spawned(place, at);
  if (made == nullptr) return nullptr;
  const std::uint32_t bindings = program.routines[program.places[place].routine].bindings;
  for (std::uint16_t index = 0; index < at->c; ++index) {
    made->registers[bindings + index] =
        interpreter.heap().copy_of(run.r(static_cast<std::uint16_t>(at->a + 1 + index)));
  }
  const kernel::Call<kernel::ThreadId> result =
      enter(run, at).spawn({.name = made->name,
                            .program = made,
                            .pinned = program.places[place].cpu,
                            .background = program.places[place].background});
  if (result.ok()) {
    made->id = result.value();
  } else {
    interpreter.forget_spawned(*made);
  }
  return leave(run, at, result,
               [](kernel::ThreadId thread) { return Value::integer(thread.value()); });
}

const Instruction* exit_thread(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).exit_thread());
}

const Instruction* exit_task(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).exit_task());
}

const Instruction* kill(Execution& run, const Instruction* at) {
  const Value& victim = run.r(at->b);
  if (!victim.is(ValueKind::kTask)) return fail_kind(run, at, victim, ValueKind::kTask);
  return leave(run, at, enter(run, at).kill(victim.task()));
}

const Instruction* sleep(Execution& run, const Instruction* at) {
  return call_with_span(run, at, [](kernel::UserThread& self, std::int64_t span) {
    return self.sleep(static_cast<Cycles>(span));
  });
}

const Instruction* yield(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).yield());
}

const Instruction* compute(Execution& run, const Instruction* at) {
  // No call: a loop that does nothing else would run for as long as the run may have cycles.
  const std::uint64_t before = run.budget;
  const Instruction* const next =
      call_with_span(run, at, [](kernel::UserThread& self, std::int64_t span) {
        return self.compute(static_cast<Cycles>(span));
      });
  run.granted = run.budget = std::min(run.budget, before);
  run.thread.has_computed = true;
  return next;
}

const Instruction* catch_up(Execution& run, const Instruction* at) {
  if (!run.thread.has_computed) return at + 1;
  return enter(run, at).catch_up().ok() ? at + 1 : nullptr;
}

const Instruction* random(Execution& run, const Instruction* at) {
  const Value& bound = run.r(at->b);
  if (!bound.is(ValueKind::kInteger)) return fail_kind(run, at, bound, ValueKind::kInteger);
  if (bound.integer() < 1) return fail(run, at, {.kind = FailureKind::kNegative, .left = bound});
  return leave(run, at, enter(run, at).random(bound.integer()), integer_value);
}

const Instruction* mark(Execution& run, const Instruction* at) {
  enter(run, at);
  run.thread.pass(at->b);
  run.interpreter.system().record_mark(run.thread.id, at->b);
  run.interpreter.system().note_change();
  return at + 1;
}

const Instruction* await(Execution& run, const Instruction* at) {
  // In the thread's own frame, which stands still while it waits.
  const ScriptCondition condition(run.interpreter, run.thread, at + 1);
  const Cycle before = run.self->now();
  const kernel::Call<Nothing> result = enter(run, at).await(condition);
  // One that need not wait takes no time: a loop of such would never end.
  if (run.self->now() != before) run.renew_budget();
  return result.ok() ? at + at->number() : nullptr;
}

}  // namespace ipcsim::scenario::operation
