// SPDX-License-Identifier: BSD-2-Clause
#include "tests/support/kernel_fixture.h"

#include <algorithm>
#include <cstddef>

#include <doctest/doctest.h>

#include "kernel_model/abi/descriptor_number.h"
#include "kernel_model/machine/shipped_cost_models.h"
#include "sim/base/check.h"
#include "sim/engine/schedule_chooser.h"
#include "sim/trace/record_formatter.h"

namespace ipcsim::test {
namespace {

constexpr std::size_t kShownLines = 120;

class AtLeast final : public kernel::AwaitCondition {
 public:
  AtLeast(const unsigned& value, unsigned bound) : value_(value), bound_(bound) {}
  bool holds() const override { return value_ >= bound_; }

 private:
  const unsigned& value_;
  unsigned bound_;
};

std::string_view name_of(engine::RunEnd end) {
  switch (end) {
    case engine::RunEnd::kRunning:
      return "running";
    case engine::RunEnd::kFinished:
      return "finished";
    case engine::RunEnd::kFinding:
      return "finding";
    case engine::RunEnd::kLimit:
      return "limit";
  }
  return "?";
}

kernel::SystemConfig config_of(const Setup& setup, const machine::CostModel& cost) {
  kernel::SystemConfig config;
  config.cpus = setup.cpus;
  config.memory_pages = setup.memory_pages;
  config.slice = setup.slice;
  config.cost = &cost;
  config.limits.steps = setup.steps;
  config.paranoid = setup.paranoid;
  if (!setup.record) config.recorded = 0;
  for (const auto& [policy, value] : setup.policies) {
    SIM_CHECK(config.kernel.set_policy(policy, value), "a test names an unknown policy");
  }
  for (const auto& [name, value] : setup.limits) {
    SIM_CHECK(config.kernel.set_limit(name, value), "a test names an unknown limit");
  }
  for (const std::string_view name : setup.defects) {
    SIM_CHECK(config.kernel.set_defect(name), "a test names an unknown defect");
  }
  return config;
}

}  // namespace

machine::CostModel cost_model(std::string_view name) {
  for (const machine::ShippedCostModel& shipped : machine::shipped_cost_models()) {
    if (shipped.name != name) continue;
    auto model = machine::parse_cost_model(shipped.text);
    SIM_CHECK(model.ok(), "a shipped cost model does not parse");
    return *model;
  }
  check_failed("name", __FILE__, __LINE__, "no cost model of this name is shipped");
}

RunTrace::RunTrace(const kernel::System& system) {
  const trace::Names names = system.names();
  const trace::RecordFormatter formatter(kernel::System::vocabulary(), names);
  for (const trace::Record& record : system.recorder().records()) {
    std::string& line = lines_.emplace_back();
    formatter.append_line(line, record);
    const auto event = trace::read_line(line);
    SIM_CHECK(event.ok(), "a line of the trace cannot be read back");
    events_.push_back(*event);
  }
}

std::vector<trace::EventLine> RunTrace::named(std::string_view name) const {
  std::vector<trace::EventLine> found;
  std::copy_if(events_.begin(), events_.end(), std::back_inserter(found),
               [name](const trace::EventLine& event) { return event.name == name; });
  return found;
}

std::vector<trace::EventLine> RunTrace::of(std::string_view lane, std::string_view name) const {
  std::vector<trace::EventLine> found = named(name);
  std::erase_if(found, [lane](const trace::EventLine& event) { return event.lane != lane; });
  return found;
}

std::string RunTrace::argument(const trace::EventLine& event, std::string_view key) {
  for (const trace::ArgumentText& argument : event.arguments()) {
    if (argument.key == key) return std::string(argument.value);
  }
  return "-";
}

std::string RunTrace::text() const {
  std::string text;
  for (const std::string& line : lines_) text += line + '\n';
  return text;
}

void Machine::boot(const Setup& setup) {
  cost_ = cost_model(setup.cost);
  stage_ = 0;
  replay_ = setup.replay;
  if (setup.seed) {
    chooser_ = std::make_unique<engine::RandomChooser>(*setup.seed);
  } else if (replay_) {
    chooser_ = std::make_unique<engine::ScheduleChooser>(*replay_, system_.lanes());
  } else {
    chooser_ = std::make_unique<engine::ReferenceChooser>();
  }
  trace_.reset();
  system_.boot(config_of(setup, cost_), *chooser_);
  system_.engine().use_by_pass(setup.by_pass);
  names_.clear();
  programs_.clear();
}

TaskId Machine::task(std::string_view name, std::uint32_t uid, bool privileged) {
  return system_.add_task({keep(name), uid, privileged});
}

void Machine::memory(std::initializer_list<TaskId> tasks, std::uint64_t page, std::uint64_t pages) {
  REQUIRE(system_.add_memory({tasks.begin(), tasks.size()}, page, pages));
}

DeviceId Machine::device(const machine::DeviceDescription& description) {
  return system_.add_device(description);
}

ThreadId Machine::thread(TaskId task, std::string_view name, Code code, ThreadOptions options) {
  return system_.add_thread(task, spawned(name, std::move(code), options));
}

ThreadId Machine::server(TaskId task, std::string_view name, Scope scope, EndCode code,
                         ThreadOptions options) {
  return thread(
      task, name,
      [scope, code = std::move(code)](UserThread& self) {
        const auto port = offer(self, scope);
        if (port && poll(self, {*port})) code(self, *port);
      },
      options);
}

ThreadId Machine::client(TaskId task, std::string_view name, TaskId to, Scope scope, EndCode code,
                         ThreadOptions options) {
  return thread(
      task, name,
      [to, scope, code = std::move(code)](UserThread& self) {
        if (const auto fd = connect(self, to, scope)) code(self, *fd);
      },
      options);
}

kernel::ThreadDescription Machine::spawned(std::string_view name, Code code,
                                           ThreadOptions options) {
  kernel::ThreadDescription description;
  description.name = keep(name);
  description.program = &programs_.emplace_back(std::move(code));
  if (options.cpu) description.pinned = kernel::CpuId(*options.cpu);
  description.background = options.background;
  return description;
}

void Machine::kill_at(Cycle at, TaskId task) {
  kernel::Injection injection;
  injection.kind = kernel::InjectionKind::kKillTask;
  injection.task = task;
  injection.at = at;
  system_.add_injection(injection);
}

void Machine::kill_at(Cycle at, TaskId task, ThreadId thread) {
  kernel::Injection injection;
  injection.kind = kernel::InjectionKind::kKillThread;
  injection.task = task;
  injection.thread = thread;
  injection.at = at;
  system_.add_injection(injection);
}

void Machine::wake_spuriously_at(Cycle at, TaskId task) {
  kernel::Injection injection;
  injection.kind = kernel::InjectionKind::kSpuriousWakeup;
  injection.task = task;
  injection.at = at;
  system_.add_injection(injection);
}

const engine::RunOutcome& Machine::run() {
  trace_.reset();
  return system_.run();
}

const RunTrace& Machine::trace() {
  if (!trace_) trace_.emplace(system_);
  return *trace_;
}

std::string Machine::describe() {
  const engine::RunOutcome& outcome = system_.engine().outcome();
  std::string text = "the run ended with " + std::string(name_of(outcome.end)) + " at cycle " +
                     std::to_string(outcome.cycle) + ": " + outcome.finding.name + " " +
                     outcome.finding.message + outcome.limit + "\n";
  for (const std::string& detail : outcome.finding.details) text += "  " + detail + "\n";
  const std::string events = trace().text();
  std::size_t from = events.size();
  for (std::size_t line = 0; line <= kShownLines && from != std::string::npos && from > 0; ++line) {
    from = events.rfind('\n', from - 1);
  }
  return text + (from == std::string::npos ? events : events.substr(from));
}

void Machine::run_well() {
  if (run().end != engine::RunEnd::kFinished) FAIL_CHECK(describe());
}

void Machine::run_to_finding(std::string_view name) {
  const engine::RunOutcome& outcome = run();
  const bool found = outcome.end == engine::RunEnd::kFinding && outcome.finding.name == name;
  if (!found) FAIL_CHECK("expected the finding " << std::string(name) << "; " << describe());
}

std::vector<Cycles> Machine::accounts(unsigned cpu) const {
  std::vector<Cycles> accounts;
  for (const kernel::System::Account& account : system_.accounts(cpu)) {
    accounts.push_back(account.cycles);
  }
  return accounts;
}

Cycles Machine::account(unsigned cpu, std::string_view activity) const {
  for (const kernel::System::Account& account : system_.accounts(cpu)) {
    if (account.activity == activity) return account.cycles;
  }
  return 0;
}

void Machine::pass() {
  ++stage_;
  system_.note_change();
}

bool Machine::reach(UserThread& self, unsigned stage) {
  return self.await(AtLeast(stage_, stage)).ok();
}

void under_schedules(unsigned cpus, std::uint64_t schedules,
                     const std::function<void(const Setup&)>& test) {
  for (const std::string_view lock : {"big", "fine"}) {
    Setup setup;
    setup.cpus = cpus;
    setup.policies = {{"kernel_lock", lock}};
    test(setup);
    for (std::uint64_t seed = 1; seed <= schedules; ++seed) {
      setup.seed = seed;
      test(setup);
    }
  }
}

std::vector<std::byte> bytes(std::string_view text) {
  const auto view = std::as_bytes(std::span(text.data(), text.size()));
  return {view.begin(), view.end()};
}

std::string text(const kernel::Buffer& buffer) {
  std::string text(reinterpret_cast<const char*>(buffer.data()), buffer.size());
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

Call<Event> poll(UserThread& self, std::initializer_list<Descriptor> fds, Cycles timeout) {
  return self.poll(std::span(fds.begin(), fds.size()), timeout);
}

Call<std::uint64_t> load64(UserThread& self, std::uint64_t address) {
  std::uint64_t value = 0;
  const auto loaded = self.load(address, std::as_writable_bytes(std::span(&value, 1)));
  if (!loaded) return Failure(loaded.error());
  return value;
}

Call<Nothing> store64(UserThread& self, std::uint64_t address, std::uint64_t value) {
  return self.store(address, std::as_bytes(std::span(&value, 1)));
}

std::optional<Descriptor> offer(UserThread& self, Scope scope) {
  const auto port = self.new_port(scope);
  if (!port || !self.push_to_listen_queue(*port)) return std::nullopt;
  return *port;
}

std::optional<Descriptor> connect(UserThread& self, TaskId server, Scope scope) {
  constexpr Cycles kPause = 20;
  for (;;) {
    const auto fd = self.connect(server, scope);
    if (fd) return *fd;
    if (fd.error() != KernelError::refused || !self.sleep(kPause)) return std::nullopt;
  }
}

std::string shown(const Call<std::uint64_t>& value) {
  return value ? std::to_string(*value) : outcome(value);
}

std::string outcome(const Call<Event>& event) {
  if (!event) return std::string(kernel::name_of(event.error()));
  std::string text(kernel::name_of(event->kind));
  if (event->kind != EventKind::kTimedOut) text += " " + to_text(event->fd);
  return text;
}

std::string outcome(const Call<Descriptor>& fd) {
  return fd ? to_text(*fd) : std::string(kernel::name_of(fd.error()));
}

}  // namespace ipcsim::test
