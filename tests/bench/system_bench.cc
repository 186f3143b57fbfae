// SPDX-License-Identifier: BSD-2-Clause
// What runs of the whole model cost: C++ threads that use the kernel model as scenarios do.
#include <array>
#include <cstdint>
#include <cstdio>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>

#include "kernel_model/machine/shipped_cost_models.h"
#include "kernel_model/system.h"

namespace ipcsim::kernel {
namespace {

constexpr trace::KindMask kEverything = ~trace::KindMask{0};
constexpr trace::KindMask kNothing = 0;

machine::CostModel cost_model() {
  for (const machine::ShippedCostModel& shipped : machine::shipped_cost_models()) {
    if (shipped.name == "skylake_nokpti") return machine::parse_cost_model(shipped.text).value();
  }
  SIM_CHECK(false, "the default cost model is shipped");
}

// Answers every signal with one.
class Server final : public ThreadProgram {
 public:
  void run(UserThread& self) override {
    const Call<Descriptor> port = self.new_port(Scope::kThreadLocal);
    if (!port || !self.push_to_listen_queue(*port)) return;
    const std::array<Descriptor, 1> set{*port};
    for (;;) {
      const Call<Event> event = self.poll(set);
      if (!event || event->kind == EventKind::kClosed) return;
      if (event->kind == EventKind::kSignaled && !self.wakeup(*port)) return;
    }
  }
};

class Client final : public ThreadProgram {
 public:
  Client(const TaskId& server, std::int64_t rounds) : server_(server), rounds_(rounds) {}

  void run(UserThread& self) override {
    if (!self.compute(5000)) return;  // until the server is ready
    const Call<Descriptor> end = self.connect(server_, Scope::kThreadLocal);
    if (!end) return;
    const std::array<Descriptor, 1> set{*end};
    for (std::int64_t round = 0; round < rounds_; ++round) {
      if (!self.wakeup(*end) || !self.poll(set)) return;
    }
    static_cast<void>(self.close(*end));
  }

 private:
  const TaskId& server_;
  std::int64_t rounds_;
};

// Two tasks of one thread each, which exchange signals.
class Exchange {
 public:
  Exchange(unsigned cpus, trace::KindMask recorded, std::int64_t rounds)
      : client_(server_task_, rounds) {
    config_.cpus = cpus;
    config_.cost = &cost_;
    config_.recorded = recorded;
  }

  void run() {
    system_.boot(config_, reference_);
    server_task_ = system_.add_task({.name = "server"});
    const TaskId client_task = system_.add_task({.name = "client"});
    system_.add_thread(server_task_, {.name = "server.main", .program = &server_});
    system_.add_thread(client_task, {.name = "client.main", .program = &client_});
    const engine::RunOutcome& outcome = system_.run();
    SIM_CHECK(outcome.end == engine::RunEnd::kFinished, "the exchange comes to its end");
  }

  const System& system() const { return system_; }

 private:
  const machine::CostModel cost_ = cost_model();
  SystemConfig config_;
  engine::ReferenceChooser reference_;
  System system_;
  TaskId server_task_;
  Server server_;
  Client client_;
};

benchmark::Counter per(double amount) {
  return {amount, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert};
}

// Two wakeups and two polls a round trip. A run has a thousand round trips, so that its records
// stay in the nearer caches and booting does not count.
void round_trip(benchmark::State& state, trace::KindMask recorded) {
  constexpr std::int64_t kRounds = 1000;
  Exchange exchange(static_cast<unsigned>(state.range(0)), recorded, kRounds);
  for (auto _ : state) exchange.run();
  const System& system = exchange.system();
  state.counters["round_trip"] = per(static_cast<double>(kRounds));
  state.counters["step"] = per(static_cast<double>(system.steps()));
  state.counters["cycles"] = benchmark::Counter(static_cast<double>(system.now()),
                                                benchmark::Counter::kIsIterationInvariantRate);
  state.counters["events"] = static_cast<double>(system.recorder().records().size()) / kRounds;
}
BENCHMARK_CAPTURE(round_trip, traced, kEverything)->Arg(1)->Arg(2)->Arg(4);
BENCHMARK_CAPTURE(round_trip, untraced, kNothing)->Arg(1)->Arg(2)->Arg(4);

// A scenario of about 50 recorded events, started anew and executed again: boot, tasks, run.
void restart(benchmark::State& state, trace::KindMask recorded) {
  constexpr std::int64_t kRounds = 2;
  Exchange exchange(1, recorded, kRounds);
  for (auto _ : state) exchange.run();
  const System& system = exchange.system();
  state.SetItemsProcessed(state.iterations());
  state.counters["events"] = static_cast<double>(system.recorder().records().size());
  state.counters["steps"] = static_cast<double>(system.steps());
}
BENCHMARK_CAPTURE(restart, traced, kEverything);
BENCHMARK_CAPTURE(restart, untraced, kNothing);

// What a restart costs before anything has happened.
void boot(benchmark::State& state) {
  const machine::CostModel cost = cost_model();
  SystemConfig config;
  config.cost = &cost;
  config.cpus = static_cast<unsigned>(state.range(0));
  engine::ReferenceChooser reference;
  System system;
  for (auto _ : state) system.boot(config, reference);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(boot)->Arg(1)->Arg(2)->Arg(64);

class Sleeper final : public ThreadProgram {
 public:
  explicit Sleeper(std::uint64_t sleeps) : sleeps_(sleeps) {}

  void run(UserThread& self) override {
    constexpr Cycles kLongest = 2'000'000;
    std::uint64_t bits = self.id().value() + 1;
    for (std::uint64_t i = 0; i < sleeps_; ++i) {
      bits = bits * 6364136223846793005U + 1442695040888963407U;
      if (!self.sleep(1 + (bits >> 33) % kLongest)) return;
    }
  }
  bool abandonable() const override { return true; }

 private:
  std::uint64_t sleeps_;
};

void add_sleepers(System& system, Sleeper& program, std::int64_t threads) {
  const TaskId task = system.add_task({.name = "sleepers"});
  for (std::int64_t i = 0; i < threads; ++i) {
    system.add_thread(task, {.name = "sleepers.one", .program = &program});
  }
}

// Ten thousand threads sleep a hundred times each.
void sleeps(benchmark::State& state) {
  constexpr std::int64_t kThreads = 10'000;
  constexpr std::int64_t kSleeps = 100;
  const machine::CostModel cost = cost_model();
  SystemConfig config;
  config.cost = &cost;
  config.cpus = static_cast<unsigned>(state.range(0));
  config.recorded = kNothing;
  engine::ReferenceChooser reference;
  System system;
  Sleeper program(kSleeps);
  for (auto _ : state) {
    system.boot(config, reference);
    add_sleepers(system, program, kThreads);
    SIM_CHECK(system.run().end == engine::RunEnd::kFinished, "all sleeps come to their end");
  }
  state.SetItemsProcessed(state.iterations() * kThreads * kSleeps);
}
BENCHMARK(sleeps)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

// Pages of this process that are in memory, in bytes.
double resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  long total = 0;
  long resident = 0;
  if (file == nullptr || std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Memory of a thread that sleeps, stack and all, while so many do.
void sleeping_threads(benchmark::State& state) {
  const machine::CostModel cost = cost_model();
  SystemConfig config;
  config.cost = &cost;
  config.recorded = kNothing;
  config.limits.cycles = 4'000'000'000;  // all sleep, none has come back
  engine::ReferenceChooser reference;
  class LongSleeper final : public ThreadProgram {
   public:
    void run(UserThread& self) override { static_cast<void>(self.sleep(1'000'000'000'000)); }
    bool abandonable() const override { return true; }
  } program;
  double bytes = 0;
  for (auto _ : state) {
    const double before = resident_bytes();
    System system;
    system.boot(config, reference);
    const TaskId task = system.add_task({.name = "sleepers"});
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      system.add_thread(task, {.name = "sleepers.one", .program = &program});
    }
    benchmark::DoNotOptimize(system.run());
    bytes = (resident_bytes() - before) / static_cast<double>(state.range(0));
  }
  state.counters["bytes_a_thread"] = bytes;
}
BENCHMARK(sleeping_threads)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ipcsim::kernel

BENCHMARK_MAIN();
