// SPDX-License-Identifier: BSD-2-Clause
// Program: a scenario compiled. Immutable, and all that a run needs besides machine and kernel; one
// Program serves any number of runs at once. Everything is named by its index.
//
// The body of a thread declaration is compiled once, whatever the number of replicas: what differs
// between them (replica variables, template arguments) are values that stand in the frame's first
// registers when the thread starts (its bindings), before the arguments of `spawn`.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "kernel_model/abi/ids.h"
#include "scenarios/language/instruction.h"
#include "scenarios/language/judged_under.h"
#include "scenarios/language/value.h"
#include "sim/base/cycles.h"
#include "sim/trace/record.h"

namespace ipcsim::scenario {

// The body of a proc, or of a thread. A frame of it needs `registers`; with the frames of all procs
// that can be running in it at once, `stack` registers and `depth` frames.
struct Routine {
  std::string name;
  std::uint32_t entry = 0;  // index of its first instruction
  std::uint32_t registers = 0;
  std::uint32_t stack = 0;
  std::uint32_t depth = 1;
  std::uint32_t bindings = 0;
  std::uint32_t parameters = 0;
};

// Where threads run: one thread from the start, or any number that are spawned.
struct ThreadPlace {
  std::string name;  // "client[2].main"
  std::uint32_t routine = 0;
  std::uint32_t task = 0;
  std::uint32_t first_binding = 0;  // of Program::bindings; the routine knows how many
  kernel::CpuId cpu;                // the only one it may run on, or none
  bool background = false;
  bool on_spawn = false;
};

// The places that one thread declaration stands for in one task: its replicas in a row, or the one
// place where it is spawned. The thread with number n is at place first_place + n - first_number.
struct PlaceFamily {
  std::string name;  // "client[2].worker"
  std::uint32_t first_place = 0;
  std::uint32_t places = 1;
  std::int64_t first_number = 0;
};

struct TaskInstance {
  std::string name;  // "client[2]"
  std::uint32_t uid = 0;
  bool privileged = false;
  std::uint32_t first_family = 0;  // its families stand together
};

// The replicas of a task declaration: task first_task has number first_number, and so on.
struct TaskReplicas {
  std::string name;  // "client"
  std::uint32_t first_task = 0;
  std::uint32_t tasks = 1;
  std::int64_t first_number = 0;
};

// What a report says about the call or condition that an instruction judges: its text, and the
// terms whose values it shows.
struct Judgement {
  struct Term {
    std::string text;
    Register at = 0;
  };
  std::uint32_t instruction = 0;
  std::string text;
  std::vector<Term> terms;
};

enum class ExpectationKind : std::uint8_t { kAlways, kNever, kEventually, kFinally };

// A condition that belongs to no thread. Its code ends with condition_done, whose judgement it is.
struct Condition {
  std::uint32_t entry = 0;
  std::uint32_t done = 0;  // index of its condition_done
  std::uint32_t registers = 0;
};

// An expectation over the run.
struct Expectation {
  ExpectationKind kind = ExpectationKind::kAlways;
  Condition condition;
  std::optional<Cycles> within;                      // of kEventually
  JudgedUnder judged = JudgedUnder::kEverySchedule;  // the deadline alone, where there is one
};

// From when on a device acts.
struct DeviceStart {
  std::uint32_t device = 0;
  Condition condition;
};

struct Program {
  std::vector<Instruction> code;
  std::vector<trace::SourceLine> lines;  // of each instruction
  std::vector<Value> constants;
  std::deque<std::string> texts;  // the bytes of constants; a deque: they stay where they are
  std::vector<Routine> routines;
  std::vector<TaskInstance> tasks;  // by pid
  std::vector<TaskReplicas> groups;
  std::vector<PlaceFamily> families;
  std::vector<ThreadPlace> places;
  std::vector<Value> bindings;
  std::vector<std::string> marks;
  std::vector<std::string> files;     // as traces and messages name them, by SourceLine::file
  std::vector<Judgement> judgements;  // in ascending order of their instruction
  std::vector<Expectation> expectations;
  std::vector<DeviceStart> device_starts;  // in ascending order of the device
};

// Null when nothing is known about what the instruction judges.
const Judgement* judgement_of(const Program& program, std::uint32_t instruction);

// "hello.scn:12" of an instruction.
std::string place_of(const Program& program, std::uint32_t instruction);

// The code as text, an instruction a line: for tests and for people who debug the compiler.
std::string listing(const Program& program);

}  // namespace ipcsim::scenario
