// SPDX-License-Identifier: BSD-2-Clause
// The public C++ API: load a scenario file, run it under one schedule, get trace and verdict. All
// that the command line does goes through here and sim/trace. Nothing throws; broken input comes
// back as diagnostics, never as a crash.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/diagnostic.h"
#include "scenarios/language/diagnostic_renderer.h"
#include "scenarios/language/overrides.h"
#include "sim/base/cycles.h"

namespace ipcsim::kernel {
class IpcFactory;
}

namespace ipcsim::scenario {

// A scenario that has passed every check and can be run any number of times. Immutable.
class Scenario;

struct Loaded {
  std::shared_ptr<const Scenario> scenario;  // null when there is an error among the diagnostics
  Diagnostics diagnostics;                   // errors and warnings, in order of place
};

// Reads `path` and its imports. Never throws; unreadable files are diagnostics too.
Loaded load(const std::string& path, const Overrides& overrides);

// The same for text that is in memory (editors, fuzzing); imports are read relative to `path`.
Loaded load_text(std::string text, const std::string& path, const Overrides& overrides);

enum class Schedule { kReference, kRandomWalk, kGiven };

struct RunOptions {
  Schedule schedule = Schedule::kReference;
  std::uint64_t seed = 0;                   // of kRandomWalk
  std::string schedule_text;                // of kGiven: what a finding printed
  std::vector<std::string> recorded_kinds;  // `--trace`; empty: everything
  bool paranoid = false;                    // check every invariant after every step
  bool record = true;                       // false: no trace is kept
  std::optional<Cycle> until;               // stop there; the verdict is then kLimit
  std::string tool;                         // the program's version, for the head of the trace
  kernel::IpcFactory* ipc = nullptr;        // a kernel of one's own: see kernel_model/system.h
  const volatile int* stop = nullptr;       // a signal handler may set it: stop soon, kLimit
};

enum class Verdict {
  kPassed,  // it ended and every expectation held
  kFailed,  // a finding, or an expectation failed
  kLimit,   // a limit was reached: no verdict
};

// A finding by one of the names of the language page: "deadlock", "lost_wakeup", ...
struct Finding {
  std::string name;
  std::string message;               // one line
  std::string place;                 // "hello.scn:12", or empty
  std::vector<std::string> details;  // further lines: a wait-for graph, the values compared
  std::vector<std::string> threads;  // "task.thread" of each thread in it
  Cycle cycle = 0;
  bool silenced = false;  // by `allow`
};

// Where the cycles of one CPU went. They add up to the end cycle.
struct CpuAccount {
  std::vector<std::pair<std::string, Cycles>> activities;  // "user", "poll", "switch", "idle", ...
};

// The calls of one kind that came back to user code, over all threads.
struct CallFigures {
  std::string call;  // "wakeup"
  std::uint64_t returns = 0;
  std::uint64_t failures = 0;  // those of them that gave an error
  Cycles cycles = 0;           // from the kernel's entry to the return, with all waiting
};

struct RunReport {
  Verdict verdict = Verdict::kPassed;
  std::vector<Finding> findings;
  bool expected_finding = false;  // the file expects this finding, so the verdict is kPassed
  std::string limit;              // which limit, of kLimit
  Cycle end = 0;                  // the cycle at which the run ended
  std::uint64_t steps = 0;
  std::uint64_t events = 0;  // records in the trace
  std::vector<CpuAccount> cpus;
  std::uint64_t context_switches = 0;
  std::uint64_t wakeups = 0;
  std::uint64_t failed_calls = 0;
  std::uint64_t ipc_bytes = 0;     // of kernel memory, that ends and connections took at one time
  std::uint64_t buffer_bytes = 0;  // copied by `write` and `read`
  std::uint64_t shared_bytes_loaded = 0;  // of pages whose frame is mapped more than once
  std::uint64_t shared_bytes_stored = 0;
  std::uint64_t frames_mapped = 0;  // by `map`
  std::uint64_t shootdowns = 0;     // that asked another CPU
  std::vector<CallFigures> calls;   // of the calls that came back, in the order of the call table
  std::string schedule;             // as text; empty for the reference schedule
  std::string schedule_error;       // of kGiven: the text does not fit this scenario
  std::string schedule_advice;      // with it: what to do about it; may be empty
  std::string trace;                // the native text form; empty when not recorded
  std::uint64_t fingerprint = 0;    // of the recorded events
};

RunReport run(const Scenario& scenario, const RunOptions& options);

// What a loaded scenario says about itself.
struct Summary {
  std::string name;          // "hello.scn"
  std::uint64_t digest = 0;  // of the canonical text and its imports
  std::vector<std::pair<std::string, std::string>> parameters;  // resolved values
  std::string cost_model;
  std::uint64_t cost_model_digest = 0;  // of its numbers
  // What brings each `expect_finding … with … by run` into force that is not in force: under it the
  // run passes when it finds that, and fails otherwise.
  std::vector<Overrides> variants;
  std::vector<Overrides> fuzz_variants;  // the same of those `by fuzz`
};
Summary summary(const Scenario& scenario);

// The one canonical layout of a file's text. Null when it does not parse.
struct Formatted {
  std::optional<std::string> text;
  Diagnostics diagnostics;
};
Formatted format(std::string text, const std::string& path);

// The kinds of events that RunOptions::recorded_kinds may name.
std::vector<std::string_view> event_kinds();

// What a word of the language, of a trace or of a message means. One word may mean several things.
struct Explanation {
  std::string_view kind;   // "finding", "policy", "error of a system call", ...
  std::string word;        // "deadlock", "kernel_lock", "E0101", ...
  std::string_view title;  // one line
  std::string text;        // several lines, with an example; ends without a line end
};

// Everything that can be explained, by kind.
std::vector<Explanation> explanations();

}  // namespace ipcsim::scenario
