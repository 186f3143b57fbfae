// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/runner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kernel_model/abi/vocabulary.h"
#include "scenarios/language/failure_text.h"
#include "scenarios/language/units.h"
#include "sim/engine/schedule.h"
#include "sim/trace/fingerprint.h"
#include "sim/trace/kinds.h"
#include "sim/trace/text_writer.h"

namespace ipcsim::scenario {
namespace {

// The clock never gets near its end: a thread that sleeps longer is no deadlock.
constexpr Cycle kLastCycle = Cycle{1} << 62;

kernel::InjectionKind kind_of(Injection::Kind kind) {
  switch (kind) {
    case Injection::Kind::kKillTask:
      return kernel::InjectionKind::kKillTask;
    case Injection::Kind::kKillThread:
      return kernel::InjectionKind::kKillThread;
    case Injection::Kind::kSpuriousWakeup:
      return kernel::InjectionKind::kSpuriousWakeup;
    case Injection::Kind::kSpuriousInterrupt:
      return kernel::InjectionKind::kSpuriousInterrupt;
    case Injection::Kind::kExhaust:
      return kernel::InjectionKind::kExhaust;
  }
  return kernel::InjectionKind::kKillTask;
}

}  // namespace

Runner::Runner(const Scenario& scenario)
    : scenario_(scenario),
      interpreter_(system_),
      expectations_(interpreter_),
      judge_(scenario, system_) {}

Verdict Runner::run(engine::Chooser& chooser, const RunSettings& settings) {
  const MachineConfiguration& machine = scenario_.checked().machine;
  kernel::SystemConfig config;
  config.cpus = machine.cpus;
  config.slice = machine.slice;
  config.cost = &machine.cost;
  config.memory_pages = machine.memory_bytes / kPageBytes;
  config.kernel = scenario_.checked().kernel;
  config.recorded = settings.recorded;
  config.paranoid = settings.paranoid;
  config.filter = &judge_;
  config.ipc = settings.ipc;
  config.limits.cycles = std::min(settings.until.value_or(kLastCycle), kLastCycle);
  config.limits.steps = settings.steps;
  recorded_ = settings.recorded;

  system_.boot(config, chooser);
  system_.engine().use_by_pass(settings.by_pass == ByPass::kOn);
  judge_.begin();
  RunRules rules = settings.rules;
  // Who is asked nothing takes the reference schedule.
  rules.by_run = rules.by_run || chooser.asked() == engine::kNoChoices;
  interpreter_.begin(scenario_.program(), judge_, rules);
  expectations_.begin();
  devices_.add(scenario_.checked(), interpreter_);
  add_memories();
  add_injections();
  outcome_ = &system_.run();
  if (outcome_->end == engine::RunEnd::kFinished) expectations_.end();
  if (outcome_->end == engine::RunEnd::kLimit) return Verdict::kLimit;
  const bool found = outcome_->end == engine::RunEnd::kFinding || interpreter_.failure() != nullptr;
  return found ? Verdict::kFailed : Verdict::kPassed;
}

void Runner::add_memories() {
  for (const CheckedMemory& memory : scenario_.checked().memories) {
    if (system_.add_memory(memory.owners, memory.address, memory.pages)) continue;
    system_.reach_limit("physical memory: the machine has less than the scenario declares");
    return;
  }
}

void Runner::add_injections() {
  const Program& program = scenario_.program();
  for (const Injection& declared : scenario_.checked().injections) {
    kernel::Injection injection;
    injection.kind = kind_of(declared.kind);
    injection.task = declared.task;
    injection.device = declared.device;
    injection.limit = declared.limit;
    injection.at = declared.at.value_or(kNever);
    if (declared.kind == Injection::Kind::kKillThread) {
      const TaskInstance& task = program.tasks[declared.task.value()];
      const PlaceFamily& family = program.families[task.first_family + declared.family];
      injection.thread = interpreter_.find_thread(family.first_place + declared.thread, 0)->id;
    }
    system_.add_injection(injection);
  }
}

Finding Runner::words_of(const engine::Finding& finding) const {
  Finding words;
  words.name = finding.name;
  words.message = finding.message;
  words.details = finding.details;
  words.cycle = finding.cycle;
  if (finding.source.line != 0) {
    words.place = fmt::format("{}:{}", scenario_.program().files[finding.source.file],
                              static_cast<unsigned>(finding.source.line));
  }
  for (const trace::LaneId lane : finding.lanes) {
    words.threads.emplace_back(system_.lanes().lane_name(lane));
  }
  return words;
}

Finding Runner::words_of(const ScriptFailure& failure) const {
  FailureText text = text_of(scenario_.program(), failure);
  Finding words;
  words.name = finding_name(failure.kind);
  words.message = std::move(text.message);
  words.details = std::move(text.details);
  words.place = place_of(scenario_.program(), failure.instruction);
  words.cycle = failure.cycle;
  const auto name_of_thread = [this](kernel::ThreadId thread) {
    return std::string(system_.lanes().lane_name(system_.lane_of(thread)));
  };
  if (failure.kind == FailureKind::kLivelock) {
    for (const Interpreter::Spinner& spinner : interpreter_.spinners()) {
      words.threads.push_back(name_of_thread(spinner.thread));
      words.details.push_back(fmt::format("{} goes round from {} on", words.threads.back(),
                                          place_of(scenario_.program(), spinner.instruction)));
    }
  } else if (failure.thread.valid()) {
    words.threads.push_back(name_of_thread(failure.thread));
  }
  return words;
}

std::vector<Finding> Runner::findings() const {
  std::vector<Finding> all;
  for (const engine::Finding& finding : judge_.silenced()) all.push_back(words_of(finding));
  for (const ScriptFailure& failure : interpreter_.silenced()) all.push_back(words_of(failure));
  for (Finding& finding : all) finding.silenced = true;
  std::ranges::stable_sort(all, {}, &Finding::cycle);
  if (interpreter_.failure() != nullptr) {
    all.push_back(words_of(*interpreter_.failure()));
  } else if (outcome_->end == engine::RunEnd::kFinding) {
    all.push_back(words_of(outcome_->finding));
  }
  return all;
}

std::string Runner::limit_text() const {
  const std::optional<Interpreter::Limit>& limit = interpreter_.limit();
  if (!limit.has_value()) return outcome_->limit;
  return fmt::format("{} at {}", describe(limit->reached),
                     place_of(scenario_.program(), limit->instruction));
}

RunReport Runner::report() const {
  RunReport report;
  report.findings = findings();
  if (outcome_->end == engine::RunEnd::kLimit) {
    report.verdict = Verdict::kLimit;
    report.limit = limit_text();
  } else if (!report.findings.empty() && !report.findings.back().silenced) {
    report.expected_finding = is_expected(scenario_, report.findings.back());
    report.verdict = report.expected_finding ? Verdict::kPassed : Verdict::kFailed;
  }
  report.end = outcome_->cycle;
  report.steps = system_.steps();
  report.events = system_.recorder().records().size();
  for (unsigned cpu = 0; cpu < scenario_.checked().machine.cpus; ++cpu) {
    CpuAccount account;
    for (const kernel::System::Account& part : system_.accounts(cpu)) {
      account.activities.emplace_back(part.activity, part.cycles);
    }
    report.cpus.push_back(std::move(account));
  }
  const kernel::System::Counters counters = system_.counters();
  report.context_switches = counters.context_switches;
  report.wakeups = counters.wakeups;
  report.failed_calls = counters.failed_calls;
  report.ipc_bytes = counters.ipc_bytes;
  for (std::size_t index = 0; index < kernel::kSystemCalls; ++index) {
    const auto call = static_cast<kernel::SystemCall>(index);
    const kernel::CallCount& count = system_.count_of(call);
    if (count.returns == 0) continue;
    report.calls.push_back(
        {std::string(name_of(call)), count.returns, count.failures, count.cycles});
  }
  report.buffer_bytes = counters.traffic.buffer_bytes;
  report.shared_bytes_loaded = counters.traffic.shared_bytes_loaded;
  report.shared_bytes_stored = counters.traffic.shared_bytes_stored;
  report.frames_mapped = counters.traffic.frames_mapped;
  report.shootdowns = counters.traffic.shootdowns;
  report.fingerprint = trace::fingerprint(system_.recorder());
  return report;
}

std::string Runner::schedule_text() const {
  engine::Schedule schedule{scenario_.name(), scenario_.digest(), system_.deviations()};
  return schedule.deviations.empty() ? "" : engine::to_text(schedule);
}

std::string Runner::trace_text(trace::TraceHeader header) const {
  const CheckedScenario& checked = scenario_.checked();
  header.scenario = scenario_.name();
  header.scenario_digest = scenario_.digest();
  for (const auto& [name, value] : checked.parameters) {
    header.parameters.emplace_back(name, text_of(value));
  }
  const kernel::Configuration defaults;
  for (std::size_t index = 0; index < kernel::policies().size(); ++index) {
    const auto policy = static_cast<kernel::Policy>(index);
    const std::string_view value = checked.kernel.value_of(policy);
    if (value != defaults.value_of(policy)) {
      header.policies.emplace_back(kernel::policies()[index].name, value);
    }
  }
  for (std::size_t index = 0; index < kernel::defects().size(); ++index) {
    if (checked.kernel.has(static_cast<kernel::Defect>(index))) {
      header.defects.emplace_back(kernel::defects()[index].name);
    }
  }
  header.cost_model = checked.machine.cost.name;
  header.cost_model_digest = machine::digest_of(checked.machine.cost);
  header.recorded = trace::recorded_kinds(kernel::System::vocabulary(), recorded_);
  trace::Names names = system_.names();
  for (const std::string& file : scenario_.program().files) names.add_file(file);
  for (const std::string& mark : scenario_.program().marks) names.add(kernel::kMarkNames, mark);
  return trace::write_text(header, system_.recorder().records(), kernel::System::vocabulary(),
                           names);
}

}  // namespace ipcsim::scenario
