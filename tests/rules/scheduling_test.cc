// SPDX-License-Identifier: BSD-2-Clause
// Which thread runs where and when: the run queue, pins, slices, idle CPUs, interrupts.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// The threads in the order in which CPUs turned to them, idle ones left out.
Log switched_to(const RunTrace& trace) {
  Log order;
  for (const auto& event : trace.named("switch")) {
    const std::string to = RunTrace::argument(event, "to");
    if (!to.starts_with("cpu")) order.push_back(to);
  }
  return order;
}

// User code of so many cycles, and a step behind it: only then they have passed.
bool work(UserThread& self, Cycles span) { return self.compute(span) && self.random(1); }

TEST_CASE("the run queue is first in, first out, and starts in file order") {
  Machine machine;
  const TaskId task = machine.task("task");
  for (const std::string_view name : {"t.a", "t.b", "t.c"}) {
    machine.thread(task, name, [](UserThread& self) {
      CHECK(self.yield());
      CHECK(self.yield());
    });
  }
  machine.run_well();
  const Log expected = {"t.a", "t.b", "t.c", "t.a", "t.b", "t.c", "t.a", "t.b", "t.c"};
  CHECK(switched_to(machine.trace()) == expected);
}

TEST_CASE("a thread that yields to nobody goes on at once") {
  Machine machine;
  machine.thread(machine.task("task"), "t.a", [](UserThread& self) { CHECK(self.yield()); });
  machine.run_well();
  CHECK(switched_to(machine.trace()) == Log{"t.a"});
}

TEST_CASE("a woken thread joins the tail and does not preempt") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log;
  machine.thread(task, "t.sleeper", [&](UserThread& self) {
    const auto port = offer(self, kFull);
    if (!port || !poll(self, {*port}) || !poll(self, {*port})) return;
    log.emplace_back("woken");
  });
  machine.thread(task, "t.waker", [&](UserThread& self) {
    const auto fd = connect(self, task, kLocal);
    if (!fd || !self.yield()) return;  // the sleeper polls again
    // Whoever is spawned now stands in the queue before the sleeper.
    CHECK(
        self.spawn(machine.spawned("t.before", [&](UserThread&) { log.emplace_back("before"); })));
    CHECK(self.wakeup(*fd));
    CHECK(
        self.spawn(machine.spawned("t.behind", [&](UserThread&) { log.emplace_back("behind"); })));
    CHECK(work(self, 500));
    log.emplace_back("waker goes on");
    CHECK(self.sleep(5'000));
  });
  machine.run_well();
  CHECK(log == Log{"waker goes on", "before", "woken", "behind"});
}

TEST_CASE("a thread with a pin runs there and nowhere else, under every schedule") {
  under_schedules(3, 30, [](const Setup& given) {
    Setup setup = given;
    setup.slice = 60;
    Machine machine(setup);
    const TaskId task = machine.task("task");
    for (unsigned cpu = 0; cpu < 3; ++cpu) {
      const std::string name = "t.on" + std::to_string(cpu);
      for (int twice = 0; twice < 2; ++twice) {
        machine.thread(task, name,
                       [](UserThread& self) {
                         for (int times = 0; times < 4; ++times) {
                           CHECK(work(self, 70));
                           CHECK(self.sleep(30));
                         }
                       },
                       {.cpu = cpu});
      }
    }
    machine.thread(task, "t.free", [](UserThread& self) {
      for (int times = 0; times < 20; ++times) CHECK(self.yield());
    });
    machine.run_well();
    bool elsewhere = false;
    for (const auto& event : machine.trace().events()) {
      if (event.cpu == trace::kNoCpu || !event.lane.starts_with("t.on")) continue;
      elsewhere = elsewhere || event.lane != "t.on" + std::to_string(event.cpu);
    }
    CHECK_FALSE(elsewhere);
  });
}

TEST_CASE("a pinned thread waits for its CPU although others are idle") {
  Machine machine({.cpus = 3});
  const TaskId task = machine.task("task");
  machine.thread(task, "t.busy", [](UserThread& self) { CHECK(self.compute(4'000)); }, {.cpu = 1});
  Cycle began = 0;
  machine.thread(task, "t.waits", [&](UserThread& self) { began = self.now(); }, {.cpu = 1});
  machine.run_well();
  CHECK(began >= 4'000);
}

TEST_CASE("the timer ends a slice when somebody else is ready, and only then") {
  constexpr Cycles kSlice = 1'000;
  for (const int threads : {1, 2, 3}) {
    Machine machine({.cost = "skylake_nokpti", .slice = kSlice});
    const TaskId task = machine.task("task");
    for (int number = 0; number < threads; ++number) {
      machine.thread(task, "t." + std::to_string(number),
                     [](UserThread& self) { CHECK(work(self, 10'500)); });
    }
    machine.run_well();
    Log order;
    for (const auto& event : machine.trace().named("switch")) {
      if (event.why == "slice") order.push_back(RunTrace::argument(event, "to"));
    }
    CHECK((threads > 1) == !order.empty());
    if (threads == 3) {
      REQUIRE(order.size() > 6);
      CHECK(Log(order.begin(), order.begin() + 4) == Log{"t.1", "t.2", "t.0", "t.1"});
    }
    // Nobody is interrupted before its slice is over: a slice counts from the first user cycle.
    Cycle last = 0;
    for (const auto& event : machine.trace().named("taken")) {
      CHECK(event.cycle >= last + kSlice);
      last = event.cycle;
    }
    CHECK(machine.account(0, "user") == static_cast<Cycles>(threads) * 10'501);
  }
}

// CPUs 0 .. 3; the waker on CPU `from`. To which CPU the wake-up interrupt goes; "-" for none.
std::string told(unsigned from, const std::vector<unsigned>& busy, std::optional<unsigned> pin) {
  Machine machine({.cpus = 4});
  const TaskId task = machine.task("task");
  for (const unsigned cpu : busy) {
    machine.thread(task, "t.busy" + std::to_string(cpu),
                   [](UserThread& self) { CHECK(self.compute(9'000)); }, {.cpu = cpu});
  }
  machine.thread(task, "t.waker",
                 [&](UserThread& self) {
                   if (!self.sleep(2'000)) return;
                   machine.pass();
                   CHECK(self.compute(500));
                 },
                 {.cpu = from});
  ThreadOptions options;
  if (pin) options.cpu = *pin;
  machine.thread(
      task, "t.woken", [&](UserThread& self) { machine.reach(self, 1); }, options);
  machine.run_well();
  const auto sent = machine.trace().named("sent");
  if (sent.empty()) return "-";
  CHECK(sent.size() == 1);
  return RunTrace::argument(sent.front(), "target");
}

TEST_CASE("the lowest-numbered idle CPU that may run a woken thread is told") {
  CHECK(told(3, {}, {}) == "cpu0");
  CHECK(told(0, {}, {}) == "cpu1");
  CHECK(told(3, {0}, {}) == "cpu1");
  CHECK(told(3, {0, 1}, {}) == "cpu2");
  CHECK(told(1, {0, 2, 3}, {}) == "-");
  CHECK(told(3, {}, 2) == "cpu2");
  CHECK(told(3, {}, 3) == "-");
  CHECK(told(3, {2}, 2) == "-");
}

TEST_CASE("several threads that become ready at once are told to as many CPUs") {
  Machine machine({.cpus = 4});
  const TaskId task = machine.task("task");
  machine.thread(task, "t.waker",
                 [&](UserThread& self) {
                   if (!self.sleep(1'000)) return;
                   machine.pass();
                   CHECK(self.compute(3'000));
                 },
                 {.cpu = 3});
  Log began;
  for (int number = 0; number < 3; ++number) {
    machine.thread(task, "t.woken" + std::to_string(number), [&](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      CHECK(self.now() < 1'100);
      CHECK(self.compute(500));
    });
  }
  machine.run_well();
  Log targets;
  for (const auto& event : machine.trace().named("sent")) {
    targets.push_back(RunTrace::argument(event, "target"));
  }
  CHECK(targets == Log{"cpu0", "cpu1", "cpu2"});
}

TEST_CASE("a preempted thread goes to an idle CPU when who comes next is pinned to this one") {
  for (const bool yields : {false, true}) {
    Machine machine({.cpus = 2, .slice = 1'000});
    const TaskId task = machine.task("task");
    Cycle done = 0;
    machine.thread(task, "t.free", [&](UserThread& self) {
      CHECK(work(self, 2'000));
      if (yields) CHECK(self.yield());
      CHECK(work(self, 2'000));
      done = self.now();
    });
    // Keeps the other CPU until the two threads of CPU 0 are in the queue.
    machine.thread(task, "t.other", [](UserThread& self) { CHECK(self.compute(300)); }, {.cpu = 1});
    machine.thread(task, "t.pinned", [](UserThread& self) { CHECK(self.compute(20'000)); },
                   {.cpu = 0});
    machine.run_well();
    CHECK(done < 5'000);
  }
}

TEST_CASE("wake tick: an idle CPU notices at its next tick, and nobody sends it an interrupt") {
  constexpr Cycles kSlice = 1'000;
  for (const std::string_view wake : {"ipi", "tick"}) {
    Machine machine({.cpus = 2, .slice = kSlice, .policies = {{"wake", wake}}});
    const TaskId task = machine.task("task");
    Cycle woken = 0;
    machine.thread(task, "t.waker",
                   [&](UserThread& self) {
                     CHECK(work(self, 3'300));
                     machine.pass();
                     CHECK(self.compute(5'000));
                   },
                   {.cpu = 0});
    machine.thread(task, "t.woken",
                   [&](UserThread& self) {
                     if (machine.reach(self, 1)) woken = self.now();
                   },
                   {.cpu = 1});
    machine.run_well();
    const bool by_tick = wake == "tick";
    CHECK(machine.trace().named("sent").size() == (by_tick ? 0 : 1));
    // Its ticks count from when it became idle, a few cycles after the start.
    if (by_tick) {
      CHECK(woken >= 4'000);
      CHECK(woken < 4'050);
    } else {
      CHECK(woken < 3'350);
    }
  }
}

// The accounts of user code show it as well: interrupts land in user code and halt alone.
TEST_CASE("interrupts are off from the entry of a call to its exit") {
  for (const std::string_view lock : {"big", "fine"}) {
    for (Cycles after = 1'000; after < 2'500; after += 7) {
      Machine machine(
          {.cost = "skylake_nokpti", .slice = 700, .policies = {{"kernel_lock", lock}}});
      const TaskId task = machine.task("task");
      machine.thread(task, "t.sleeps", [after](UserThread& self) { CHECK(self.sleep(after)); });
      machine.thread(task, "t.calls", [](UserThread& self) {
        for (int times = 0; times < 8; ++times) {
          CHECK(self.compute(60));
          CHECK(self.new_port(kLocal));
        }
      });
      machine.run_well();
      bool inside = false;
      bool interrupted = false;
      for (const auto& event : machine.trace().events()) {
        if (event.lane != "t.calls") continue;
        if (event.name == "new_port") inside = true;
        if (event.name == "return") inside = false;
        interrupted = interrupted || (inside && (event.name == "taken" || event.name == "switch"));
      }
      CHECK_FALSE(interrupted);
      for (const auto& event : machine.trace().of("t.calls", "return")) {
        CHECK(RunTrace::argument(event, "cycles") == "532");
      }
    }
  }
}

TEST_CASE("kernel locks are first come, first served") {
  for (const std::string_view lock : {"big", "fine"}) {
    Machine machine({.cpus = 4, .cost = "skylake_nokpti", .policies = {{"kernel_lock", lock}}});
    const TaskId task = machine.task("task");
    // All want the descriptor table of the task; they come in this order while CPU 3 has it.
    const std::map<unsigned, Cycles> comes = {{3, 1'000}, {1, 1'010}, {0, 1'020}, {2, 1'030}};
    for (const auto& [cpu, at] : comes) {
      machine.thread(task, "t.on" + std::to_string(cpu),
                     [at = at](UserThread& self) {
                       CHECK(self.compute(at));
                       CHECK(self.new_port(kFull));
                     },
                     {.cpu = cpu});
    }
    machine.run_well();
    Log order;
    for (const auto& event : machine.trace().named("new_port")) order.emplace_back(event.lane);
    CHECK(order == Log{"t.on3", "t.on1", "t.on0", "t.on2"});
    for (const unsigned cpu : {0U, 1U, 2U}) CHECK(machine.account(cpu, "spin") > 0);
  }
}

TEST_CASE("fine locks: calls on different objects do not wait for each other; big: they do") {
  const auto spun = [](std::string_view lock) {
    Machine machine({.cpus = 2, .cost = "skylake_nokpti", .policies = {{"kernel_lock", lock}}});
    for (unsigned cpu = 0; cpu < 2; ++cpu) {
      const std::string name = "task" + std::to_string(cpu);
      machine.thread(machine.task(name), name + ".main",
                     [](UserThread& self) {
                       for (int times = 0; times < 10; ++times) CHECK(self.new_port(kFull));
                     },
                     {.cpu = cpu});
    }
    machine.run_well();
    return machine.account(0, "spin") + machine.account(1, "spin");
  };
  CHECK(spun("big") > 3'000);
  CHECK(spun("fine") < 600);  // the task table, when they end
}

TEST_CASE("fine locks: threads of one task do not wait for each other beyond the look-up") {
  Machine machine({.cpus = 2, .cost = "skylake_nokpti", .policies = {{"kernel_lock", "fine"}}});
  const TaskId task = machine.task("task");
  const TaskId peer = machine.task("peer");
  machine.thread(peer, "peer.main", [](UserThread& self) {
    for (int ports = 0; ports < 2; ++ports) CHECK(offer(self, kFull));
    CHECK(self.sleep(100'000));
  });
  Cycles spun = 0;
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    machine.client(task, "task.on" + std::to_string(cpu), peer, kFull,
                   [&](UserThread& self, Descriptor fd) {
                     machine.pass();
                     if (!machine.reach(self, 2)) return;
                     const Cycles before = machine.account(0, "spin") + machine.account(1, "spin");
                     for (int times = 0; times < 20; ++times) CHECK(self.wakeup(fd));
                     spun = machine.account(0, "spin") + machine.account(1, "spin") - before;
                     CHECK(self.sleep(50'000));
                   },
                   {.cpu = cpu});
  }
  machine.run_well();
  // A wakeup takes 241 cycles, the look-up 20: at most that and a hand-over is waited for.
  CHECK(spun < 20 * 70);
}

// What every call of a program gave and whom it woke, without the cycles.
Log story(std::string_view lock, std::string_view buffer) {
  Machine machine({.cost = "skylake_nokpti",
                   .policies = {{"kernel_lock", lock}, {"buffer", buffer}},
                   .limits = {{"connections", 3}}});
  const TaskId server = machine.task("server");
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (const Scope scope : {kFull, kLocal, kFull, kFull}) CHECK(offer(self, scope));
    CHECK(self.block_uid(8));
    for (int times = 0; times < 12; ++times) {
      const auto event =
          times % 3 == 0 ? poll(self, {{-1}, {0}, {1}}, 2'000) : self.poll_all(3'000);
      if (!event) break;
      if (event->kind == EventKind::kTimedOut) continue;
      static_cast<void>(self.write(event->fd, bytes("reply")));
      static_cast<void>(self.wakeup(event->fd));
      if (event->kind == EventKind::kClosed) static_cast<void>(self.close(event->fd));
    }
  });
  for (const std::uint32_t uid : {7U, 8U}) {
    const std::string name = "client" + std::to_string(uid);
    machine.thread(machine.task(name, uid), name + ".main", [&](UserThread& self) {
      for (const Scope scope : {kLocal, kFull, kLocal, kLocal}) {
        const auto fd = self.connect(server, scope);
        if (!fd) continue;
        static_cast<void>(self.write(*fd, bytes("request")));
        static_cast<void>(self.wakeup(*fd));
        static_cast<void>(poll(self, {*fd}, 5'000));
        static_cast<void>(self.read(*fd));
      }
      static_cast<void>(self.close({-1}));
      static_cast<void>(self.close({-9}));
    });
  }
  machine.run_well();
  Log told;
  for (const auto& event : machine.trace().events()) {
    if (event.kind != "ipc" && event.kind != "thread" && event.name != "ready") continue;
    std::string line = std::string(event.lane) + " " + std::string(event.name);
    for (const auto& argument : event.arguments()) line += " " + std::string(argument.value);
    told.push_back(line + " " + std::string(event.result) + " " + std::string(event.why));
  }
  return told;
}

TEST_CASE("one CPU: big and fine locks give the same results, call by call") {
  for (const std::string_view buffer : {"shared", "duplex"}) {
    const Log big = story("big", buffer);
    CHECK(big.size() > 40);
    CHECK(big == story("fine", buffer));
  }
}

}  // namespace
}  // namespace ipcsim::test
