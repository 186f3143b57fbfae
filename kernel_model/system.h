// SPDX-License-Identifier: BSD-2-Clause
// System: a booted machine with its kernel and its tasks; where C++ code that drives the model
// starts, and what the scenario interpreter stands on. One System serves any number of runs, one
// after the other: boot() forgets the run before and keeps its memory. Two Systems never touch.
//
//   System system;
//   system.boot(config, chooser);
//   TaskId task = system.add_task({.name = "hello"});
//   system.add_thread(task, {.name = "hello.main", .program = &program});
//   const engine::RunOutcome& outcome = system.run();
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/injection.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/entry/user_thread.h"
#include "kernel_model/machine/cost_model.h"
#include "kernel_model/machine/device.h"
#include "kernel_model/state/observation.h"
#include "kernel_model/state/traffic.h"
#include "sim/engine/chooser.h"
#include "sim/engine/engine.h"
#include "sim/engine/limits.h"
#include "sim/engine/run_outcome.h"
#include "sim/trace/names.h"
#include "sim/trace/recorder.h"
#include "sim/trace/vocabulary.h"

namespace ipcsim::kernel {

class IpcFactory;

// May silence findings: then the run goes on where it can, and ends as finished where it cannot.
class FindingFilter {
 public:
  virtual bool silences(const engine::Finding& finding) = 0;

 protected:
  ~FindingFilter() = default;
};

struct SystemConfig {
  unsigned cpus = 2;                         // 1 .. 64
  Cycles slice = 1'000'000;                  // cycles a thread runs before the timer ticks
  std::uint64_t memory_pages = 16'384;       // physical memory: pages of 4 KiB, 1 .. 2^24
  const machine::CostModel* cost = nullptr;  // outlives the run
  Configuration kernel;                      // policies, limits of a task, defects
  engine::Limits limits;
  trace::KindMask recorded = ~trace::KindMask{0};  // 0: no trace
  bool paranoid = false;                           // check every invariant after every step
  FindingFilter* filter = nullptr;                 // asked before a finding ends the run
  // Makes connections and polls in place of ours (kernel_model/ipc/ipc_calls.h); outlives the run.
  IpcFactory* ipc = nullptr;
};

struct TaskDescription {
  std::string_view name;  // borrowed; outlives the run
  std::uint32_t uid = 0;  // 0 .. kMaximumUid
  bool privileged = false;
};

class System {
 public:
  System();
  ~System();
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  // Prepares a run. `chooser` answers every choice and outlives the run.
  void boot(const SystemConfig& config, engine::Chooser& chooser);

  // Tasks and threads that exist from the start, in this order; only between boot and run.
  TaskId add_task(const TaskDescription& task);
  ThreadId add_thread(TaskId task, const ThreadDescription& thread);

  // Zeroed memory that these tasks share from the start, all at the same address; `page` is the
  // address of its first byte. Between boot and run. False when physical memory is too small.
  bool add_memory(std::span<const TaskId> tasks, std::uint64_t page, std::uint64_t pages);

  // A device on its own pin of the I/O APIC; in this order they are numbered. With `after` it acts
  // by itself from the step on in which that holds; it outlives the run. Between boot and run.
  DeviceId add_device(const machine::DeviceDescription& device,
                      const AwaitCondition* after = nullptr);

  // Lets something go wrong; only between boot and run, after the tasks and threads it names.
  void add_injection(const Injection& injection);

  // Who is told, between steps, that the deadline is reached and, if `each_change`, that something
  // has changed that a condition can name. It must not call into the kernel, but may end the run.
  void observe(engine::StepObserver* observer, bool each_change);
  // The observer is told when the clock passes `at` or would stand still before it; kNever: not.
  void set_deadline(Cycle at);

  // Runs to the end. The outcome stays valid until the next boot.
  const engine::RunOutcome& run();

  // Ends the run now (from an observer, or from a thread's code through its program): with a
  // finding, or as finished.
  void fail(engine::Finding finding);
  // Ends the run without a verdict: a limit of the layer above is reached.
  void reach_limit(std::string limit);

  // Something that a condition can name has changed outside the kernel (a variable, a mark).
  void note_change();

  // Whether nothing but the threads' own steps can change anything any more: no timer of a thread
  // is set, no device acts, no interrupt is on its way, no injection is to come.
  bool only_threads_act() const;

  Cycle now() const;
  std::uint64_t steps() const;
  trace::LaneId lane_of(ThreadId thread) const;
  const engine::LaneDirectory& lanes() const;         // stable over boots, for replaying choosers
  std::vector<engine::Deviation> deviations() const;  // of this run from the reference
  engine::Engine& engine();                           // for tests of the engine's own switches
  const Observation& observation() const;

  const trace::Recorder& recorder() const;
  trace::Recorder& recorder();
  trace::Names names() const;  // lanes and tasks of this run
  static const trace::Vocabulary& vocabulary();

  // Records that the running thread passed the mark that Names knows as kMarkNames `name`.
  void record_mark(ThreadId thread, std::uint64_t name);

  // Where every cycle of a CPU went; the accounts add up to the cycle at which the run ended.
  struct Account {
    std::string_view activity;
    Cycles cycles = 0;
  };
  std::vector<Account> accounts(unsigned cpu) const;

  struct Counters {
    std::uint64_t context_switches = 0;
    std::uint64_t wakeups = 0;
    std::uint64_t failed_calls = 0;
    std::size_t ipc_bytes = 0;  // of kernel memory, that ends and connections took at one time
    Traffic traffic;
  };
  Counters counters() const;
  // Of one kind of call, over all threads.
  const CallCount& count_of(SystemCall call) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ipcsim::kernel
