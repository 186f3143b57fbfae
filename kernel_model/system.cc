// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/system.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "kernel_model/entry/injections.h"
#include "kernel_model/entry/kernel.h"
#include "kernel_model/state/invariants.h"
#include "kernel_model/state/standstill.h"
#include "sim/base/check.h"

namespace ipcsim::kernel {
namespace {

constexpr unsigned kMaximumCpus = 64;

constexpr std::array<std::string_view, kMaximumCpus> kCpuNames = {
    "cpu0",  "cpu1",  "cpu2",  "cpu3",  "cpu4",  "cpu5",  "cpu6",  "cpu7",  "cpu8",  "cpu9",
    "cpu10", "cpu11", "cpu12", "cpu13", "cpu14", "cpu15", "cpu16", "cpu17", "cpu18", "cpu19",
    "cpu20", "cpu21", "cpu22", "cpu23", "cpu24", "cpu25", "cpu26", "cpu27", "cpu28", "cpu29",
    "cpu30", "cpu31", "cpu32", "cpu33", "cpu34", "cpu35", "cpu36", "cpu37", "cpu38", "cpu39",
    "cpu40", "cpu41", "cpu42", "cpu43", "cpu44", "cpu45", "cpu46", "cpu47", "cpu48", "cpu49",
    "cpu50", "cpu51", "cpu52", "cpu53", "cpu54", "cpu55", "cpu56", "cpu57", "cpu58", "cpu59",
    "cpu60", "cpu61", "cpu62", "cpu63"};

std::string_view activity_name(std::size_t activity) {
  constexpr std::array<std::string_view, machine::kFirstCall> kNames = {
      "user", "idle", "switch", "interrupt", "spin", "held", "fault"};
  if (activity < kNames.size()) return kNames[activity];
  return name_of(static_cast<SystemCall>(activity - machine::kFirstCall));
}
static_assert(machine::kFirstCall + kSystemCalls <= machine::kActivities);

std::string device_name(const KernelState& state, unsigned pin) {
  for (const machine::Device* const device : state.devices) {
    if (device->description().pin == pin) return std::string(device->description().name);
  }
  return fmt::format("pin{}", pin);
}

}  // namespace

// Everything of a run, and what stands between the engine and the layers above.
struct System::Parts final : engine::StepObserver {
  // A device that acts by itself once a condition holds.
  struct ToStart {
    DeviceId device;
    const AwaitCondition* after;
  };

  Arena arena;
  trace::Recorder recorder;
  engine::Engine engine;
  std::vector<engine::EventQueue<ThreadId>> timers;
  Tracer tracer{engine, recorder};
  SystemConfig config;
  std::optional<KernelState> state;
  std::optional<Kernel> kernel;
  std::unique_ptr<OwnIpc> own_ipc;
  std::optional<Injections> injections;
  std::optional<Observation> observation;
  trace::LaneId injection_lane;  // of those that have their cycle
  engine::StepObserver* observer = nullptr;
  bool each_change = false;
  bool failed_invariant = false;
  std::vector<ToStart> to_start;
  std::uint64_t seen_changes = 0;
  std::uint64_t noted_changes = 0;

  void step_ended() override;
  void deadline_reached() override {
    if (observer != nullptr) observer->deadline_reached();
  }
  bool wants_step_ends() const;
  void start_devices();
  void check_books();
  void end_with(engine::Finding finding);
  void judge_standstill();
  void report_unhandled_faults();
  void close_accounts();
  void unwind_threads();
};

void System::Parts::step_ended() {
  if (engine.unwinding()) return;
  if (config.paranoid) check_books();
  if (injections->open()) injections->offer();
  const std::uint64_t changes = state->changes + noted_changes;
  if (changes != seen_changes) {
    seen_changes = changes;
    if (kernel->somebody_awaits()) kernel->release_awaiting();
    if (!to_start.empty()) start_devices();
    if (each_change && observer != nullptr) observer->step_ended();
  }
  engine.tell_step_ends(wants_step_ends());
}

// A run is faster while nobody does.
bool System::Parts::wants_step_ends() const {
  return config.paranoid || injections->open() || kernel->somebody_awaits() || !to_start.empty() ||
         (each_change && observer != nullptr);
}

void System::Parts::start_devices() {
  std::erase_if(to_start, [this](const ToStart& waiting) {
    if (!waiting.after->holds()) return false;
    state->devices[waiting.device.value()]->start();
    return true;
  });
}

void System::Parts::check_books() {
  if (failed_invariant || engine.outcome().end == engine::RunEnd::kFinding) return;
  const std::optional<Violation> violation = check_invariants(*state);
  if (!violation) return;
  failed_invariant = true;
  engine::Finding finding;
  finding.name = violation->finding;
  finding.message = violation->message;
  finding.lanes.push_back(engine.current_step().lane);
  end_with(std::move(finding));
}

// Ends the run with a finding, unless that is silenced.
void System::Parts::end_with(engine::Finding finding) {
  finding.cycle = engine.now();
  if (config.filter != nullptr && config.filter->silences(finding)) return;
  engine::RunOutcome outcome;
  outcome.end = engine::RunEnd::kFinding;
  outcome.finding = std::move(finding);
  engine.fail(std::move(outcome));
  tracer.emit(EventGroup::kScenario, EventCode::kFinding, trace::kNoCpu, {}, {0});
}

// Nothing can happen any more, and the run has not ended.
void System::Parts::judge_standstill() {
  end_with(explain_standstill(*state));
  if (engine.stopped()) return;
  engine::RunOutcome outcome;
  outcome.end = engine::RunEnd::kFinished;
  engine.stop(std::move(outcome));
}

namespace {

std::string message_of(const KernelState& state, const UnhandledFault& fault) {
  const std::string_view task = state.tasks[state.tasks[fault.thread].task].name;
  const std::string access = fmt::format(
      "{} of {:#x}", fault.access == PageAccess::kWrite ? "write" : "read", fault.address);
  switch (fault.because) {
    case UnhandledBecause::kNobodyHandles:
      break;
    case UnhandledBecause::kOwnFault:
      return fmt::format("{} was ended: it handles page faults, and its own {} is one", task,
                         access);
    case UnhandledBecause::kTooMany:
      return fmt::format("{} was ended: with its {} more faults of it wait than the limit allows",
                         task, access);
    case UnhandledBecause::kRefused:
      return fmt::format("{} was ended: the memory daemon refused its {}", task, access);
    case UnhandledBecause::kDaemonEnded:
      return fmt::format("{} was ended: the memory daemon ended before it answered its {}", task,
                         access);
  }
  return fmt::format("{} was ended: nobody handles its {}", task, access);
}

}  // namespace

// A fault that nobody handled ends its task, not the run; but a run in which one happened does not
// pass, unless it was to happen.
void System::Parts::report_unhandled_faults() {
  for (const UnhandledFault& fault : state->unhandled_faults) {
    const Thread& thread = state->tasks[fault.thread];
    engine::Finding finding;
    finding.name = "unhandled_fault";
    finding.message = message_of(*state, fault);
    finding.lanes.push_back(thread.lane);
    finding.source = fault.source;
    end_with(std::move(finding));
    if (engine.outcome().end == engine::RunEnd::kFinding) return;
  }
}

void System::Parts::close_accounts() {
  for (Processor* const processor : state->scheduler.processors()) processor->cpu.settle();
}

// Threads whose stacks may own something are brought to their ends.
void System::Parts::unwind_threads() {
  for (Thread* const thread : state->tasks.threads()) {
    if (thread->fiber != nullptr && !thread->program->abandonable()) engine.unwind(*thread->fiber);
  }
}

System::System() : parts_(std::make_unique<Parts>()) {}
System::~System() = default;

void System::boot(const SystemConfig& config, engine::Chooser& chooser) {
  Parts& parts = *parts_;
  SIM_CHECK(config.cpus >= 1 && config.cpus <= kMaximumCpus, "a machine has 1 to 64 CPUs");
  SIM_CHECK(config.cost != nullptr, "a machine needs a cost model");
  parts.engine.reset(config.limits, chooser, config.cpus);
  parts.observation.reset();
  parts.injections.reset();
  parts.own_ipc.reset();
  parts.kernel.reset();
  parts.state.reset();
  parts.arena.reset();
  parts.recorder.start(config.recorded);
  parts.config = config;
  parts.observer = nullptr;
  parts.each_change = false;
  parts.failed_invariant = false;
  parts.to_start.clear();
  parts.seen_changes = 0;
  parts.noted_changes = 0;
  if (parts.timers.size() < config.cpus) parts.timers.resize(config.cpus);
  parts.state.emplace(parts.engine, parts.tracer, parts.arena, config.kernel, *config.cost,
                      parts.timers, config.slice, config.memory_pages);
  parts.kernel.emplace(parts.engine, parts.tracer, *parts.state);
  if (config.ipc != nullptr) {
    parts.own_ipc = config.ipc->make(*parts.kernel);
    parts.kernel->use(*parts.own_ipc);
  }
  parts.injections.emplace(*parts.kernel);
  parts.injection_lane = trace::LaneId::none();
  parts.observation.emplace(*parts.state);
  for (unsigned number = 0; number < config.cpus; ++number) {
    parts.state->scheduler.add_processor(CpuId(number), parts.engine.add_lane(kCpuNames[number]));
    if (config.kernel.has(Defect::flags_not_set)) {
      parts.state->scheduler.processor(CpuId(number)).mmu.leave_entries_unmarked();
    }
  }
}

TaskId System::add_task(const TaskDescription& task) {
  return parts_->kernel->add_task(task.name, task.uid, task.privileged);
}

ThreadId System::add_thread(TaskId task, const ThreadDescription& thread) {
  return parts_->kernel->add_thread(task, thread);
}

bool System::add_memory(std::span<const TaskId> tasks, std::uint64_t page, std::uint64_t pages) {
  Kernel& kernel = *parts_->kernel;
  for (std::uint64_t index = 0; index < pages; ++index) {
    const std::optional<FrameId> frame = kernel.add_frame();
    if (!frame) return false;
    for (const TaskId task : tasks) {
      if (!kernel.add_memory(task, page + index * machine::kPageBytes, *frame)) return false;
    }
  }
  return true;
}

DeviceId System::add_device(const machine::DeviceDescription& device, const AwaitCondition* after) {
  Parts& parts = *parts_;
  SIM_CHECK(device.pin < machine::IoApic::kPins, "an I/O APIC has 24 pins");
  for (const InterruptLine* const line : parts.state->lines) {
    SIM_CHECK(line->pin != device.pin, "every device has a pin of its own");
  }
  const DeviceId id = parts.kernel->add_device(device);
  if (after != nullptr) {
    parts.to_start.push_back({id, after});
  } else if (device.at != kNever) {
    parts.state->devices[id.value()]->start();
  }
  return id;
}

void System::add_injection(const Injection& injection) {
  Parts& parts = *parts_;
  const bool timed = injection.at != kNever;
  if (timed && !parts.injection_lane.valid()) {
    parts.injection_lane = parts.engine.add_lane("injection");
  }
  parts.injections->add(injection, parts.injection_lane);
}

void System::observe(engine::StepObserver* observer, bool each_change) {
  parts_->observer = observer;
  parts_->each_change = each_change;
  parts_->engine.tell_step_ends(true);
}

void System::set_deadline(Cycle at) { parts_->engine.set_deadline(at); }

const engine::RunOutcome& System::run() {
  Parts& parts = *parts_;
  parts.engine.observe(&parts);
  parts.engine.tell_step_ends(parts.wants_step_ends());
  parts.kernel->start_processors(parts.config.cpus);
  if (parts.state->foreground_threads == 0) {
    engine::RunOutcome outcome;
    outcome.end = engine::RunEnd::kFinished;
    parts.engine.stop(std::move(outcome));
  }
  parts.engine.run();
  if (!parts.engine.stopped()) parts.judge_standstill();
  if (parts.engine.outcome().end == engine::RunEnd::kFinished) parts.check_books();
  if (parts.engine.outcome().end == engine::RunEnd::kFinished) parts.report_unhandled_faults();
  parts.close_accounts();
  parts.unwind_threads();
  return parts.engine.outcome();
}

void System::fail(engine::Finding finding) { parts_->end_with(std::move(finding)); }

void System::reach_limit(std::string limit) {
  engine::RunOutcome outcome;
  outcome.end = engine::RunEnd::kLimit;
  outcome.limit = std::move(limit);
  parts_->engine.stop(std::move(outcome));
}

void System::note_change() { ++parts_->noted_changes; }

bool System::only_threads_act() const {
  const KernelState& state = *parts_->state;
  if (state.outside_events > 0 || state.interrupts.on_the_way() > 0) return false;
  const auto& processors = state.scheduler.processors();
  const bool sleeps = std::ranges::any_of(processors, [](const Processor* processor) {
    return processor->timers->next_cycle() != kNever;
  });
  const bool acts =
      std::ranges::any_of(state.devices, [](const auto* device) { return device->acts(); });
  return !sleeps && !acts;
}

Cycle System::now() const { return parts_->engine.now(); }
std::uint64_t System::steps() const { return parts_->engine.steps(); }
trace::LaneId System::lane_of(ThreadId thread) const { return parts_->state->tasks[thread].lane; }
const engine::LaneDirectory& System::lanes() const { return parts_->engine; }
std::vector<engine::Deviation> System::deviations() const { return parts_->engine.deviations(); }
engine::Engine& System::engine() { return parts_->engine; }
const Observation& System::observation() const { return *parts_->observation; }

const trace::Recorder& System::recorder() const { return parts_->recorder; }
trace::Recorder& System::recorder() { return parts_->recorder; }

trace::Names System::names() const {
  trace::Names names(parts_->recorder);
  for (std::uint32_t lane = 0; lane < parts_->engine.lanes(); ++lane) {
    names.add_lane(std::string(parts_->engine.lane_name(trace::LaneId(lane))));
  }
  for (const Task* const task : parts_->state->tasks.tasks()) {
    names.add(kTaskNames, std::string(task->name));
  }
  for (unsigned pin = 0; pin < machine::IoApic::kPins; ++pin) {
    names.add(kDeviceNames, device_name(*parts_->state, pin));
  }
  if (parts_->engine.outcome().end == engine::RunEnd::kFinding) {
    names.add(kFindingNames, parts_->engine.outcome().finding.name);
  }
  return names;
}

const trace::Vocabulary& System::vocabulary() { return kernel::vocabulary(); }

void System::record_mark(ThreadId thread, std::uint64_t name) {
  const Thread& marked = parts_->state->tasks[thread];
  parts_->tracer.emit(EventGroup::kScenario, EventCode::kMark,
                      marked.processor == nullptr ? trace::kNoCpu : marked.processor->cpu.number(),
                      marked.source, {name});
}

std::vector<System::Account> System::accounts(unsigned cpu) const {
  std::vector<Account> accounts;
  const machine::Cpu& of = parts_->state->scheduler.processor(CpuId(cpu)).cpu;
  for (std::size_t activity = 0; activity < machine::kFirstCall + kSystemCalls; ++activity) {
    const Cycles cycles = of.booked(static_cast<machine::Activity>(activity));
    if (cycles > 0) accounts.push_back({activity_name(activity), cycles});
  }
  return accounts;
}

System::Counters System::counters() const {
  const IpcState& ipc = parts_->state->ipc;
  Counters counters{parts_->state->scheduler.switches(), ipc.wakeups, 0, ipc.most_bytes,
                    parts_->state->traffic};
  for (const CallCount& count : parts_->state->calls) counters.failed_calls += count.failures;
  return counters;
}

const CallCount& System::count_of(SystemCall call) const {
  return parts_->state->calls[static_cast<std::size_t>(call)];
}

}  // namespace ipcsim::kernel
