// SPDX-License-Identifier: BSD-2-Clause
// What the engine costs without a kernel. The first figure, the raw switch of Boost.Context, is the
// one that stands still: the others are read as multiples of it, on whatever machine they were
// made.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/context/fiber.hpp>

#include "sim/base/random.h"
#include "sim/engine/engine.h"

namespace ipcsim::engine {
namespace {

// There and back are two switches.
void raw_switch(benchmark::State& state) {
  namespace context = boost::context;
  bool over = false;
  context::fiber other([&over](context::fiber&& back) {
    while (!over) back = std::move(back).resume();
    return std::move(back);
  });
  for (auto _ : state) other = std::move(other).resume();
  over = true;
  other = std::move(other).resume();
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(raw_switch);

struct Partner {
  FiberSet* fibers = nullptr;

  static void run(void* argument) {
    FiberSet& fibers = *static_cast<Partner*>(argument)->fibers;
    for (;;) fibers.switch_to(fibers.main());
  }
};

void fiber_switch(benchmark::State& state) {
  FiberSet fibers;
  Partner partner{&fibers};
  Fiber& other = fibers.start(&Partner::run, &partner);
  for (auto _ : state) fibers.switch_to(other);
  fibers.abandon_all();
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(fiber_switch);

// One flow started on a pooled stack, run up to its first switch, and given up.
void fiber_start_and_abandon(benchmark::State& state) {
  FiberSet fibers;
  Partner partner{&fibers};
  for (auto _ : state) {
    fibers.switch_to(fibers.start(&Partner::run, &partner));
    fibers.abandon_all();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fiber_start_and_abandon);

// The hold model: the number of pending entries stays the same.
void event_queue(benchmark::State& state) {
  constexpr Cycles kSpread = 2000;
  EventQueue<std::uint64_t> queue;
  Random random(1);
  std::vector<Cycles> spans(4096);
  for (Cycles& span : spans) span = 1 + random.below(kSpread);
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.push(random.below(kSpread), 0);
  std::size_t turn = 0;
  for (auto _ : state) {
    const Cycle at = queue.next_cycle();
    queue.push(at + spans[turn++ % spans.size()], queue.pop());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(event_queue)->Arg(2)->Arg(100)->Arg(10'000);

// Devices that do nothing but announce their next event.
class Ticker final : public EventHandler {
 public:
  Ticker(Engine& engine, trace::LaneId lane, Cycles period)
      : engine_(engine), lane_(lane), period_(period) {}
  void happen(std::uint64_t payload) override {
    engine_.schedule(engine_.now() + period_, lane_, *this, payload);
  }

 private:
  Engine& engine_;
  trace::LaneId lane_;
  Cycles period_;
};

constexpr std::uint64_t kStepsOfRun = 10'000;

void events(benchmark::State& state) {
  Engine engine;
  ReferenceChooser reference;
  Limits limits;
  limits.steps = kStepsOfRun;
  for (auto _ : state) {
    engine.reset(limits, reference, 1);
    std::vector<Ticker> tickers;
    tickers.reserve(static_cast<std::size_t>(state.range(0)));
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const auto period = static_cast<Cycles>(100 + i % 7);
      tickers.emplace_back(engine, engine.add_lane("device"), period);
      engine.schedule(period, trace::LaneId(0), tickers.back(), 0);
    }
    benchmark::DoNotOptimize(engine.run());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kStepsOfRun));
}
BENCHMARK(events)->Arg(1)->Arg(8)->Arg(100);

// CPUs that step in turn. With one, every step by-passes the queue; with more, every step is one
// change of the queue and one switch.
struct Walker {
  Engine* engine = nullptr;
  AgentId agent;
  trace::LaneId lane;

  static void run(void* argument) {
    const Walker& self = *static_cast<Walker*>(argument);
    for (;;) self.engine->step(self.agent, self.lane, self.engine->now() + 10);
  }
};

void agent_steps(benchmark::State& state) {
  Engine engine;
  ReferenceChooser reference;
  Limits limits;
  limits.steps = kStepsOfRun;
  const auto agents = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    engine.reset(limits, reference, agents);
    std::vector<Walker> walkers(agents);
    for (std::uint32_t i = 0; i < agents; ++i) {
      walkers[i] = {&engine, AgentId(i), engine.add_lane("cpu")};
      engine.start_agent(AgentId(i), walkers[i].lane, 0,
                         engine.fibers().start(&Walker::run, &walkers[i]));
    }
    benchmark::DoNotOptimize(engine.run());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kStepsOfRun));
}
BENCHMARK(agent_steps)->Arg(1)->Arg(2)->Arg(4)->Arg(64);

}  // namespace
}  // namespace ipcsim::engine

BENCHMARK_MAIN();
