// SPDX-License-Identifier: BSD-2-Clause
// Interpreter: runs a Program on a System. It puts the program's tasks and threads on the machine,
// executes their code, and evaluates conditions over the state. One Interpreter serves any number
// of runs, one after the other, and keeps its memory.
//
// What always holds: between two calls into the kernel everything that lives is in a register of
// some thread, so that the heap can be collected at any instruction; code on a fiber owns nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kernel_model/system.h"
#include "scenarios/language/deadlines.h"
#include "scenarios/language/program.h"
#include "scenarios/language/script_failure.h"
#include "scenarios/language/script_thread.h"
#include "scenarios/language/spin_watch.h"
#include "scenarios/language/value_heap.h"
#include "sim/base/arena.h"

namespace ipcsim::scenario {

// Decides which findings are silenced (`allow`); the task is none for what concerns no thread.
class AllowedFindings {
 public:
  virtual bool allows(std::string_view finding, kernel::TaskId task) const = 0;

 protected:
  ~AllowedFindings() = default;
};

enum class LimitReached : std::uint8_t {
  kInstructions,  // too many without a call
  kRun,           // too many of all threads and conditions together
  kHeap,          // the bytes and tables that variables refer to
  kThreads,       // the variables of threads
  kStopped,       // RunRules::stop
};
std::string_view describe(LimitReached limit);

struct Execution;

enum class CycleBounds : std::uint8_t { kJudged, kIgnored };

struct RunRules {
  CycleBounds cycle_bounds = CycleBounds::kJudged;
  bool by_run = false;  // what is said `by run` is judged: this schedule stands for the file
  std::uint64_t instructions = 10'000'000'000;  // of all threads and conditions together
  const volatile int* stop = nullptr;           // not 0 any more: the run ends, without a verdict
};

class Interpreter {
 public:
  // Instructions that a thread may execute without a call that takes simulated time.
  static constexpr std::uint64_t kMaximumInstructions = 1'000'000;
  static constexpr std::size_t kMaximumHeapBytes = std::size_t{256} << 20;
  static constexpr std::size_t kMaximumThreadBytes = std::size_t{2} << 30;
  static constexpr std::size_t kMaximumSilenced = 100;

  explicit Interpreter(kernel::System& system) : system_(system), deadlines_(system) {}
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  // Between System::boot and System::run: adds all tasks and threads. Both outlive the run.
  void begin(const Program& program, const AllowedFindings& allowed, const RunRules& rules);

  void execute(ScriptThread& thread, kernel::UserThread& self);

  // The value of the condition whose code begins at `begin`, evaluated in the running frame of
  // `frame`: true, false or unset (it cannot be judged yet).
  Value evaluate(ScriptThread& frame, const Instruction* begin);

  // Frames for conditions that belong to no thread.
  ScriptThread& make_condition_frame(std::uint32_t registers);

  // Notes why the run fails and ends it; says whether it goes on because the finding is allowed.
  // The terms of the judgement at failure.instruction are read from `frame`.
  enum class Then : std::uint8_t { kStop, kGoOn };
  Then fail(ScriptFailure failure, const ScriptThread& frame);
  const ScriptFailure* failure() const { return failed_ ? &failure_ : nullptr; }
  // Of a failure that is a livelock: who goes round, and where.
  struct Spinner {
    kernel::ThreadId thread;
    std::uint32_t instruction;
  };
  std::span<const Spinner> spinners() const { return spinners_; }
  std::span<const ScriptFailure> silenced() const { return silenced_; }

  // Ends the run without a verdict, because of code at an instruction.
  void reach_limit(LimitReached limit, const Instruction* at);
  struct Limit {
    LimitReached reached;
    std::uint32_t instruction;
  };
  const std::optional<Limit>& limit() const { return limit_; }

  // --- For the instructions.
  const Program& program() const { return *program_; }
  kernel::System& system() { return system_; }
  ValueHeap& heap() { return heap_; }
  SpinWatch& spin_watch() { return spin_watch_; }
  Deadlines& deadlines() { return deadlines_; }
  bool judges(JudgedUnder judged) const {
    return judged == JudgedUnder::kEverySchedule || rules_.by_run;
  }
  bool judges_deadline(JudgedUnder judged) const {
    return rules_.cycle_bounds == CycleBounds::kJudged && judges(judged);
  }

  // At most `most` of the instructions that the run has left; count_instructions() takes them away.
  std::uint64_t grant(std::uint64_t most) const {
    return is_stopped() ? 0 : std::min(most, instructions_left_);
  }
  bool is_stopped() const { return rules_.stop != nullptr && *rules_.stop != 0; }
  void count_instructions(std::uint64_t used) {
    instructions_left_ -= std::min(used, instructions_left_);
  }
  std::uint32_t index_of(const Instruction* at) const {
    return static_cast<std::uint32_t>(at - program_->code.data());
  }

  // The thread at a place; where threads are spawned, the `number`-th of them, from 1. Null when
  // there is none yet.
  const ScriptThread* find_thread(std::uint32_t place, std::uint32_t number) const;
  std::uint32_t threads_at(std::uint32_t place) const { return places_[place].count; }

  // A thread to be spawned at a place, its frame ready for arguments; null when there is no memory
  // for it: then the run has ended. forget_spawned() takes back the newest when the kernel refused.
  ScriptThread* make_spawned(std::uint32_t place, const Instruction* at);
  void forget_spawned(const ScriptThread& thread);

  // Room for a set of descriptors that a poll of this thread waits for.
  std::span<kernel::Descriptor> poll_room(ScriptThread& thread, std::size_t count);

  // Room for bytes on their way between a value and simulated memory.
  std::span<std::byte> bytes_room(ScriptThread& thread, std::size_t count);

  // To be called where all that lives is in registers. False: the run has ended, because what lives
  // needs too much memory.
  bool collect_if_worth_it(const Instruction* at) {
    return !heap_.wants_collection() || collect(at);
  }

  kernel::TaskId task_of(const ScriptThread& thread) const;

  // A thread jumps back to `to`: if it and all others can only go on like that, that is a livelock.
  void go_round(ScriptThread& thread, const Instruction* to) {
    if (spin_watch_.goes_round(thread, to)) judge_spinning();
  }

 private:
  struct PlaceState {
    ScriptThread** threads = nullptr;
    std::uint32_t count = 0;
    std::uint32_t capacity = 0;
  };

  void step_through(Execution& run, const Instruction* at);
  ScriptThread* make_thread(std::uint32_t place);
  void add_to_place(ScriptThread& thread);
  void add_static_threads();
  void judge_spinning();
  std::string_view spawned_name(std::uint32_t place, std::uint32_t number);
  bool collect(const Instruction* at);
  template <class T>
  T* make_array(std::size_t count);

  kernel::System& system_;
  Deadlines deadlines_;
  ValueHeap heap_;
  SpinWatch spin_watch_;
  std::uint64_t judged_changes_ = 0;  // a livelock was found at so many changes, and is allowed
  std::vector<Spinner> spinners_;
  Arena arena_;
  const Program* program_ = nullptr;
  const AllowedFindings* allowed_ = nullptr;
  RunRules rules_;
  std::uint64_t instructions_left_ = 0;
  std::vector<PlaceState> places_;
  std::vector<ScriptThread*> threads_;
  std::vector<ScriptFailure> silenced_;
  ScriptFailure failure_;
  bool failed_ = false;
  std::optional<Limit> limit_;
};

}  // namespace ipcsim::scenario
