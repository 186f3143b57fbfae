// SPDX-License-Identifier: BSD-2-Clause
// Runner: runs one scenario any number of times on one machine that it keeps. A run after the first
// allocates next to nothing, which is what searching through schedules needs; what is said about a
// run is put into words only when it is asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel_model/system.h"
#include "scenarios/findings.h"
#include "scenarios/language/expectations.h"
#include "scenarios/language/interpreter.h"
#include "scenarios/language/scenario_devices.h"
#include "scenarios/loaded_scenario.h"
#include "scenarios/scenario.h"
#include "sim/trace/header.h"

namespace ipcsim::scenario {

// Whether a step that comes next anyway may go past the queue. Changes no run.
enum class ByPass : std::uint8_t { kOff, kOn };

struct RunSettings {
  trace::KindMask recorded = 0;  // 0: no trace
  bool paranoid = false;
  ByPass by_pass = ByPass::kOn;
  std::optional<Cycle> until;
  std::uint64_t steps = engine::Limits().steps;  // at most
  RunRules rules;
  kernel::IpcFactory* ipc = nullptr;  // see kernel::SystemConfig
};

class Runner {
 public:
  // The scenario outlives the runner.
  explicit Runner(const Scenario& scenario);

  // One run. The outcome and everything below are about it until the next.
  Verdict run(engine::Chooser& chooser, const RunSettings& settings);

  // Everything about the run but the schedule and the trace.
  RunReport report() const;

  // What was found, silenced findings first; the last one is what ended the run.
  std::vector<Finding> findings() const;

  // How the run departed from the reference; empty text when it did not.
  std::string schedule_text() const;

  // The trace in the text form; `header` says what this runner does not know (tool, seed,
  // schedule).
  std::string trace_text(trace::TraceHeader header) const;

  const kernel::System& system() const { return system_; }
  const engine::RunOutcome& outcome() const { return *outcome_; }

 private:
  void add_memories();
  void add_injections();
  Finding words_of(const engine::Finding& finding) const;
  Finding words_of(const ScriptFailure& failure) const;
  std::string limit_text() const;

  const Scenario& scenario_;
  kernel::System system_;
  Interpreter interpreter_;
  Expectations expectations_;
  ScenarioDevices devices_;
  FindingJudge judge_;
  const engine::RunOutcome* outcome_ = nullptr;
  trace::KindMask recorded_ = 0;
};

}  // namespace ipcsim::scenario
