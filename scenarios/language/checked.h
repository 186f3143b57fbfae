// SPDX-License-Identifier: BSD-2-Clause
// CheckedScenario: a scenario that has passed every check before running: its files, its tasks and
// threads one by one, its machine and policies. Immutable; it owns the trees that all pointers in
// it point into, and refers to nothing outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/machine/cost_model.h"
#include "scenarios/language/ast.h"
#include "scenarios/language/checked_expectations.h"
#include "scenarios/language/constant_value.h"
#include "scenarios/language/resolution.h"
#include "sim/base/cycles.h"

namespace ipcsim::scenario {

// Code: the body of a thread or proc, compiled once. A template's thread has one body for each
// combination of tasks that the template is used with, since what `T.t.x` means depends on it.
// A variable is known by its name alone: the same name in blocks beside each other is one slot.
struct CheckedBody {
  std::string name;  // "consumer.main", "share_region"
  const Block* block = nullptr;
  std::vector<std::string_view> bindings;   // replica variables and template parameters
  std::vector<std::string_view> variables;  // by slot; the parameters come first
  std::uint32_t parameters = 0;
  Resolutions resolutions;

  std::optional<std::uint32_t> slot_of(std::string_view variable) const;
};

// One thread of a family. An on_spawn family has exactly one, which every spawn starts anew.
struct CheckedThread {
  std::string name;                     // "main", "worker[2]"
  std::vector<ConstantValue> bindings;  // of the family's body, in its order
  std::optional<unsigned> cpu;
};

enum class ThreadStart : std::uint8_t { kAtBoot, kOnSpawn };
enum class RunWaits : std::uint8_t { kForItsEnd, kNot };  // kNot: `background`

// What one thread declaration stands for in one task.
struct ThreadFamily {
  const ThreadDeclaration* declaration = nullptr;
  BodyIndex body;
  ThreadStart start = ThreadStart::kAtBoot;
  RunWaits waits = RunWaits::kForItsEnd;  // of its task or itself
  std::optional<std::int64_t> first;      // the number of threads[0], when it is replicated
  std::vector<CheckedThread> threads;     // in order of their numbers
};

// Its place among the tasks is its pid: all exist from the start.
struct CheckedTask {
  std::string name;  // "client[2]"
  GroupIndex group;
  std::uint32_t uid = 0;
  bool privileged = false;
  std::vector<ThreadFamily> families;  // in the order of the declarations
};

// What one task declaration stands for: the tasks first_task .. first_task+count-1.
struct TaskGroup {
  std::string name;  // "client"
  const TaskDeclaration* declaration = nullptr;
  std::optional<std::int64_t> first;  // the number of the first task, when it is replicated
  std::uint32_t first_task = 0;
  std::uint32_t count = 1;
};

// Memory that exists from the start.
struct CheckedMemory {
  std::vector<kernel::TaskId> owners;  // all at the same address
  std::uint64_t address = 0;
  std::uint64_t pages = 0;
};

// A device; its place among all is its number.
struct CheckedDevice {
  std::string name;
  DeviceKind kind = DeviceKind::kSource;
  unsigned pin = 0;
  DeviceTrigger trigger = DeviceTrigger::kEdge;
  std::optional<Cycle> at;            // this and the next: at most one
  const Expression* after = nullptr;  // the condition from which on it acts; may be null
  Cycles every = 0;                   // 0: there is one time
  std::optional<std::uint64_t> count;
  std::uint64_t burst = 1;
  Cycles jitter_from = 0;
  Cycles jitter_to = 0;
  std::string bytes;
  Cycles delay = 0;
};

struct MachineConfiguration {
  unsigned cpus = 2;
  Cycles slice = 1'000'000;
  std::uint64_t memory_bytes = std::uint64_t{16'384} * 4096;
  std::int64_t clock_mhz = 0;  // 0: not set
  machine::CostModel cost;
  std::vector<CheckedDevice> devices;
};

struct Injection {
  enum class Kind : std::uint8_t {
    kKillTask,
    kKillThread,
    kSpuriousWakeup,
    kSpuriousInterrupt,
    kExhaust,
  };
  Kind kind = Kind::kKillTask;
  kernel::TaskId task;       // of all but kSpuriousInterrupt
  kernel::DeviceId device;   // of kSpuriousInterrupt
  std::uint32_t family = 0;  // of kKillThread: which thread of the task
  std::uint32_t thread = 0;
  kernel::LimitName limit = kernel::LimitName::connections;  // of kExhaust
  std::optional<Cycle> at;                                   // none: once, at any step, a choice
  SourceRange range;
};

struct CheckedScenario {
  std::vector<ScenarioFile> files;  // by FileIndex; imports come after the file that imports them

  MachineConfiguration machine;
  kernel::Configuration kernel;
  std::vector<std::pair<std::string, ConstantValue>> parameters;  // of the main file, or set

  std::vector<CheckedTask> tasks;  // in run-queue order, imports first
  std::vector<TaskGroup> groups;
  std::vector<CheckedBody> bodies;
  std::vector<std::string> marks;  // every mark there is, once

  CheckedExpectations expectations;
  std::vector<Injection> injections;
  std::vector<CheckedMemory> memories;            // but for what is empty
  const ScheduleDeclaration* schedule = nullptr;  // may be null

  std::optional<MarkIndex> find_mark(std::string_view name) const;
};

}  // namespace ipcsim::scenario
