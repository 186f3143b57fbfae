// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/interpreter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "scenarios/language/bytes_operations.h"
#include "scenarios/language/call_operations.h"
#include "scenarios/language/device_operations.h"
#include "scenarios/language/execution.h"
#include "scenarios/language/fault_operations.h"
#include "scenarios/language/judgement_operations.h"
#include "scenarios/language/memory_operations.h"
#include "scenarios/language/observation_operations.h"
#include "scenarios/language/table_operations.h"
#include "scenarios/language/value_operations.h"

namespace ipcsim::scenario {

std::string_view describe(LimitReached limit) {
  switch (limit) {
    case LimitReached::kInstructions:
      return "ran 1_000_000 instructions without a call";
    case LimitReached::kRun:
      return "its code ran for too many instructions in all";
    case LimitReached::kHeap:
      return "bytes and tables need more than 256 MiB";
    case LimitReached::kThreads:
      return "the variables of threads need more than 2 GiB";
    case LimitReached::kStopped:
      return "it was interrupted";
  }
  return "";
}

void ScriptThread::run(kernel::UserThread& self) {
  id = self.id();
  interpreter_->spin_watch().changed();
  interpreter_->execute(*this, self);
  interpreter_->spin_watch().changed();
}

template <class T>
T* Interpreter::make_array(std::size_t count) {
  if (count == 0) return nullptr;
  auto* const items = static_cast<T*>(arena_.allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_value_construct_n(items, count);
  return items;
}

void Interpreter::begin(const Program& program, const AllowedFindings& allowed,
                        const RunRules& rules) {
  program_ = &program;
  allowed_ = &allowed;
  rules_ = rules;
  instructions_left_ = rules.instructions;
  arena_.reset();
  heap_.reset();
  deadlines_.reset();
  threads_.clear();
  silenced_.clear();
  failed_ = false;
  limit_.reset();
  spin_watch_.begin();
  spinners_.clear();
  judged_changes_ = ~std::uint64_t{0};
  places_.assign(program.places.size(), PlaceState{});
  add_static_threads();
}

void Interpreter::add_static_threads() {
  for (const TaskInstance& task : program_->tasks) {
    system_.add_task({.name = task.name, .uid = task.uid, .privileged = task.privileged});
  }
  for (std::uint32_t index = 0; index < program_->places.size(); ++index) {
    const ThreadPlace& place = program_->places[index];
    if (place.on_spawn) continue;
    ScriptThread* const thread = make_thread(index);
    SIM_CHECK(thread != nullptr, "the compiler bounds what the threads of a program need");
    thread->name = place.name;
    thread->id = system_.add_thread(kernel::TaskId(place.task), {.name = thread->name,
                                                                 .program = thread,
                                                                 .pinned = place.cpu,
                                                                 .background = place.background});
    add_to_place(*thread);
  }
}

ScriptThread* Interpreter::make_thread(std::uint32_t place) {
  const ThreadPlace& described = program_->places[place];
  const Routine& routine = program_->routines[described.routine];
  const std::size_t bytes = routine.stack * sizeof(Value) + routine.depth * sizeof(ScriptFrame);
  if (arena_.used() + bytes > kMaximumThreadBytes) return nullptr;
  ScriptThread& thread = *arena_.make<ScriptThread>(*this);
  thread.place = place;
  thread.stack_size = routine.stack;
  thread.stack = make_array<Value>(routine.stack);
  thread.registers = thread.stack;
  thread.frames = make_array<ScriptFrame>(routine.depth);
  thread.withins = make_array<engine::EventHandle>(routine.depth);
  thread.marks = make_array<std::uint64_t>((program_->marks.size() + 63) / 64);
  thread.at = program_->code.data() + routine.entry;
  std::copy_n(program_->bindings.begin() + described.first_binding, routine.bindings,
              thread.registers);
  threads_.push_back(&thread);
  return &thread;
}

ScriptThread& Interpreter::make_condition_frame(std::uint32_t registers) {
  ScriptThread& frame = *arena_.make<ScriptThread>(*this);
  frame.stack_size = registers;
  frame.stack = make_array<Value>(registers);
  frame.registers = frame.stack;
  threads_.push_back(&frame);
  return frame;
}

void Interpreter::add_to_place(ScriptThread& thread) {
  PlaceState& place = places_[thread.place];
  if (place.count == place.capacity) {
    const std::uint32_t capacity = place.capacity == 0 ? 1 : place.capacity * 2;
    auto** const threads = make_array<ScriptThread*>(capacity);
    std::copy_n(place.threads, place.count, threads);
    place.threads = threads;
    place.capacity = capacity;
  }
  place.threads[place.count++] = &thread;
}

const ScriptThread* Interpreter::find_thread(std::uint32_t place, std::uint32_t number) const {
  const PlaceState& state = places_[place];
  const std::uint32_t position = number == 0 ? 0 : number - 1;
  return position < state.count ? state.threads[position] : nullptr;
}

ScriptThread* Interpreter::make_spawned(std::uint32_t place, const Instruction* at) {
  ScriptThread* const thread = make_thread(place);
  if (thread == nullptr) {
    reach_limit(LimitReached::kThreads, at);
    return nullptr;
  }
  add_to_place(*thread);
  thread->name = spawned_name(place, places_[place].count);
  return thread;
}

std::string_view Interpreter::spawned_name(std::uint32_t place, std::uint32_t number) {
  std::array<char, 16> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  const std::string_view base = program_->places[place].name;
  const std::size_t size = base.size() + text.size() + 2;
  char* const name = make_array<char>(size);
  char* next = std::ranges::copy(base, name).out;
  *next++ = '[';
  next = std::ranges::copy(text, next).out;
  *next = ']';
  return {name, size};
}

void Interpreter::forget_spawned(const ScriptThread& thread) {
  PlaceState& place = places_[thread.place];
  // Somebody else may have spawned there meanwhile: then the number stays unused.
  if (place.threads[place.count - 1] == &thread) --place.count;
}

kernel::TaskId Interpreter::task_of(const ScriptThread& thread) const {
  return kernel::TaskId(program_->places[thread.place].task);
}

std::span<kernel::Descriptor> Interpreter::poll_room(ScriptThread& thread, std::size_t count) {
  if (count > thread.poll_capacity) {
    const std::size_t capacity =
        std::max<std::size_t>(count, std::size_t{2} * thread.poll_capacity);
    thread.poll_set = make_array<kernel::Descriptor>(capacity);
    thread.poll_capacity = static_cast<std::uint32_t>(capacity);
  }
  return {thread.poll_set, count};
}

std::span<std::byte> Interpreter::bytes_room(ScriptThread& thread, std::size_t count) {
  if (count > thread.bytes_capacity) {
    const std::size_t capacity =
        std::max<std::size_t>(count, std::size_t{2} * thread.bytes_capacity);
    thread.bytes = make_array<std::byte>(capacity);
    thread.bytes_capacity = static_cast<std::uint32_t>(capacity);
  }
  return {thread.bytes, count};
}

void Interpreter::step_through(Execution& run, const Instruction* at) {
  while (at != nullptr) {
    if (run.budget == 0) [[unlikely]] {
      run.renew_budget();
      const LimitReached at_zero = is_stopped() ? LimitReached::kStopped : LimitReached::kRun;
      reach_limit(run.budget == 0 ? at_zero : LimitReached::kInstructions, at);
      return;
    }
    --run.budget;
    switch (at->opcode) {
#define OPCODE(name, meaning)      \
  case Opcode::k_##name:           \
    at = operation::name(run, at); \
    break;
#include "scenarios/language/opcodes.def"
#undef OPCODE
    }
  }
}

void Interpreter::execute(ScriptThread& thread, kernel::UserThread& self) {
  const std::uint64_t granted = grant(kMaximumInstructions);
  Execution run{*this, thread, &self, granted, granted};
  step_through(run, thread.at);
  count_instructions(run.granted - run.budget);
  while (thread.within_count > 0) {
    const engine::EventHandle handle = thread.withins[--thread.within_count];
    if (handle.valid()) deadlines_.cancel(handle);
  }
}

Value Interpreter::evaluate(ScriptThread& frame, const Instruction* begin) {
  // A condition may walk over many replicas: it is bounded by the run alone.
  const std::uint64_t granted = grant(rules_.instructions);
  Execution run{*this, frame, nullptr, granted, granted};
  step_through(run, begin);
  count_instructions(run.granted - run.budget);
  return run.result;
}

Interpreter::Then Interpreter::fail(ScriptFailure failure, const ScriptThread& frame) {
  failure.cycle = system_.now();
  const Judgement* const judgement = judgement_of(*program_, failure.instruction);
  if (judgement != nullptr) {
    for (const Judgement::Term& term : judgement->terms) {
      if (failure.term_count == ScriptFailure::kMaximumTerms) break;
      failure.terms[failure.term_count++] = frame.registers[term.at];
    }
  }
  const std::string_view name = finding_name(failure.kind);
  if (allowed_->allows(name, failure.task)) {
    if (silenced_.size() < kMaximumSilenced) silenced_.push_back(failure);
    return Then::kGoOn;
  }
  if (failed_) return Then::kStop;
  failed_ = true;
  failure_ = failure;
  // The words are added after the run: nothing is formatted on a fiber.
  engine::Finding finding;
  finding.name = name;
  finding.source = program_->lines[failure.instruction];
  finding.cycle = failure.cycle;
  if (failure.thread.valid()) finding.lanes.push_back(system_.lane_of(failure.thread));
  system_.fail(std::move(finding));
  return Then::kStop;
}

// Everybody who could change anything goes round as well, waits for others or has ended; and no
// timer, device or interrupt will do it.
void Interpreter::judge_spinning() {
  if (judged_changes_ == spin_watch_.changes() || !system_.only_threads_act()) return;
  const ScriptThread* first = nullptr;
  spinners_.clear();
  for (const ScriptThread* const other : threads_) {
    if (other->frames == nullptr || !other->id.valid()) continue;
    const kernel::RunState state = system_.observation().run_state(other->id);
    const bool acts = state == kernel::RunState::kReady || state == kernel::RunState::kRunning;
    if (acts && !spin_watch_.spins(*other)) return;
    if (!acts) continue;
    if (first == nullptr) first = other;
    spinners_.push_back({other->id, index_of(other->round.at)});
  }
  judged_changes_ = spin_watch_.changes();
  ScriptFailure failure;
  failure.kind = FailureKind::kLivelock;
  failure.instruction = spinners_.front().instruction;
  failure.thread = first->id;
  failure.task = task_of(*first);
  static_cast<void>(fail(failure, *first));
}

void Interpreter::reach_limit(LimitReached limit, const Instruction* at) {
  if (!limit_.has_value()) limit_ = Limit{limit, index_of(at)};
  system_.reach_limit(std::string(describe(limit)));
}

bool Interpreter::collect(const Instruction* at) {
  std::size_t variables = 0;
  heap_.begin_collection();
  for (ScriptThread* const thread : threads_) {
    for (Value& value : thread->all_registers()) heap_.keep(value);
    variables += thread->stack_size;
  }
  for (ScriptFailure& failure : silenced_) {
    heap_.keep(failure.left);
    heap_.keep(failure.right);
    for (Value& term : failure.terms) heap_.keep(term);
  }
  heap_.end_collection(variables);
  if (heap_.live() <= kMaximumHeapBytes) return true;
  reach_limit(LimitReached::kHeap, at);
  return false;
}

}  // namespace ipcsim::scenario
