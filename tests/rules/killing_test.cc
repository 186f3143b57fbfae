// SPDX-License-Identifier: BSD-2-Clause
// Killing: a task or a thread may be ended wherever it is: never run yet, preempted, in user code,
// inside a call, spinning for a lock, blocked. It ends, nothing of it is left, the others go on.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::test {
namespace {

enum class Way { kKill, kExitTask, kInjectTask, kInjectThread };

constexpr std::size_t kNobody = ~std::size_t{0};
constexpr Cycle kAllOver = 2'000;  // whoever was left alive on purpose is killed then
constexpr int kPatience = 10;      // times as long, where a schedule holds CPUs back

// Threads of one task, one for each thing that a thread can be doing.
class Victims {
 public:
  // With `pins`, every other thread is bound to one of so many CPUs.
  Victims(Machine& machine, TaskId peer, TaskId absent, std::optional<unsigned> pins)
      : machine_(machine),
        peer_(peer),
        absent_(absent),
        pins_(pins),
        task_(machine.task("victim")) {
    add("computes", [](UserThread& self) {
      while (self.compute(2'000'000)) {
      }
    });
    add("chooses", [](UserThread& self) {
      while (self.random(3)) {
      }
    });
    add("polls", [](UserThread& self) {
      const auto port = self.new_port(kLocal);
      if (port) static_cast<void>(poll(self, {*port}));
    });
    add("polls_all", [](UserThread& self) {
      while (self.poll_all()) {
      }
    });
    add("times_out", [](UserThread& self) {
      const auto port = self.new_port(kLocal);
      while (port && poll(self, {*port}, 90)) {
      }
    });
    add("sleeps", [](UserThread& self) { static_cast<void>(self.sleep(kNever)); });
    add("dozes", [](UserThread& self) {
      while (self.sleep(70)) {
      }
    });
    add("awaits", [this](UserThread& self) { static_cast<void>(machine_.reach(self, 1'000)); });
    add("connects", [this](UserThread& self) { static_cast<void>(self.connect(absent_, kFull)); });
    add("calls", [this](UserThread& self) { call_on_and_on(self); });
    add("rings", [this](UserThread& self) { ring(self); });
    add("rings_too", [this](UserThread& self) { ring(self); });
    add("spawns", [this](UserThread& self) { spawn_some(self); });
  }

  TaskId task() const { return task_; }
  const std::vector<ThreadId>& threads() const { return threads_; }

  // One more, that ends its own task at a cycle.
  void add_exiting(Cycle at) {
    add("exits", [at](UserThread& self) {
      if (self.sleep(at)) static_cast<void>(self.exit_task());
    });
  }

 private:
  void add(std::string_view name, Machine::Code code) {
    ThreadOptions options;
    const auto number = static_cast<unsigned>(threads_.size());
    if (pins_ && number % 2 == 0) options.cpu = number / 2 % *pins_;
    threads_.push_back(
        machine_.thread(task_, "victim." + std::string(name), std::move(code), options));
  }

  // Every call that does not block, again and again.
  void call_on_and_on(UserThread& self) {
    const auto fd = connect(self, peer_, kLocal);
    for (;;) {
      const auto port = self.new_port(kFull);
      if (!fd || !port) return;
      if (!self.push_to_listen_queue(*port)) return;
      if (!self.write(*fd, bytes("news")) || !self.read(*fd) || !self.wakeup(*fd)) return;
      if (!poll(self, {*fd}, 0) || !self.yield()) return;
      if (!self.block_uid(9) || !self.unblock_uid(9) || !self.close(*port)) return;
    }
  }

  // Two threads on one connection: one often spins for its lock.
  void ring(UserThread& self) {
    if (!ringing_) {
      ringing_ = true;
      bell_ = connect(self, peer_, kFull);
    }
    while (!bell_) {
      if (!self.sleep(10)) return;
    }
    while (self.wakeup(*bell_)) {
    }
  }

  void spawn_some(UserThread& self) {
    for (int times = 0; times < 6; ++times) {
      const auto thread = self.spawn(machine_.spawned("victim.spawned", [](UserThread& spawned) {
        if (spawned.new_port(kLocal)) static_cast<void>(spawned.sleep(200));
      }));
      if (!thread || !self.sleep(60)) return;
    }
    static_cast<void>(self.sleep(kNever));
  }

  Machine& machine_;
  TaskId peer_;
  TaskId absent_;
  std::optional<unsigned> pins_;
  TaskId task_;
  std::vector<ThreadId> threads_;
  bool ringing_ = false;
  std::optional<Descriptor> bell_;
};

// Others, whom the victims' end must not hurt.
class Bystanders {
 public:
  explicit Bystanders(Machine& machine)
      : machine_(machine), peer_(machine.task("peer")), absent_(machine.task("absent")) {
    machine.thread(absent_, "absent.main",
                   [](UserThread& self) { static_cast<void>(self.poll_all()); },
                   {.background = true});
    const TaskId echo = machine.task("echo");
    machine.server(echo, "echo.main", kLocal, [](UserThread& self, Descriptor fd) {
      for (int rounds = 0; rounds < kRounds; ++rounds) {
        if (outcome(poll(self, {fd})) != "signaled -1" || !self.wakeup(fd)) return;
      }
      CHECK(outcome(poll(self, {fd})) == "closed -1");
    });
    machine.client(machine.task("caller"), "caller.main", echo, kLocal,
                   [this](UserThread& self, Descriptor fd) {
                     for (int rounds = 0; rounds < kRounds; ++rounds) {
                       if (!self.wakeup(fd) || outcome(poll(self, {fd})) != "signaled -1") return;
                       ++rounds_;
                     }
                   });
  }

  TaskId peer() const { return peer_; }
  TaskId absent() const { return absent_; }

  // The peer of the victims' connections: whatever was opened to it is closed in the end.
  void serve(TaskId victim) {
    machine_.thread(peer_, "peer.main", [this, victim](UserThread& self) {
      for (int ports = 0; ports < 3; ++ports) CHECK(offer(self, kFull));
      int opened = 0;
      int closed = 0;
      for (;;) {
        const bool over = machine_.observation().ended(victim);
        const auto event = self.poll_all(over ? 0 : 300);
        if (!event) return;
        if (event->kind == EventKind::kOpened) ++opened;
        if (event->kind == EventKind::kClosed) {
          ++closed;
          CHECK(self.close(event->fd));
        }
        if (event->kind == EventKind::kSignaled) static_cast<void>(self.wakeup(event->fd));
        if (over && event->kind == EventKind::kTimedOut) break;
      }
      CHECK(opened == closed);
      served_ = true;
    });
  }

  void check() const {
    CHECK(rounds_ == kRounds);
    CHECK(served_);
  }

 private:
  static constexpr int kRounds = 8;
  Machine& machine_;
  TaskId peer_;
  TaskId absent_;
  int rounds_ = 0;
  bool served_ = false;
};

// All threads of the victim have ended, each once, then the task, and nothing came after that.
void check_ended(Machine& machine, const Victims& victims, kernel::EndCause cause) {
  const kernel::Observation& seen = machine.observation();
  CHECK(seen.ended(victims.task()));
  CHECK(seen.end_cause(victims.task()) == cause);
  CHECK(seen.connections(victims.task()) == 0);
  CHECK(seen.ports(victims.task()) == 0);
  CHECK(seen.listen_queue(victims.task()) == 0);
  CHECK(seen.waiting_connects(victims.task()) == 0);
  std::size_t ended = 0;
  std::size_t spawned = 0;
  std::size_t task_ended = 0;
  std::size_t late = 0;
  for (const auto& event : machine.trace().events()) {
    if (!event.lane.starts_with("victim.")) continue;
    if (event.name == "spawn" && event.result != "limit") ++spawned;
    if (event.name == "task_ended") {
      ++task_ended;
    } else if (event.name == "thread_ended") {
      ++ended;
    } else if (task_ended > 0 && event.name != "switch") {
      ++late;
    }
  }
  CHECK(task_ended == 1);
  CHECK(late == 0);
  CHECK(ended == victims.threads().size() + spawned);
  for (const ThreadId thread : victims.threads()) CHECK(seen.ended(thread));
}

// The victim is ended at `at` this way; of its threads only `alone`, if that is given. The cycle
// also decides whether idle CPUs are told by tick, and whether threads are pinned.
void end_it(const Setup& given, Way way, Cycle at, std::size_t alone = kNobody) {
  Setup setup = given;
  setup.slice = 150;
  if (at % 2 == 0) setup.policies.emplace_back("wake", "tick");
  setup.policies.emplace_back("listen_empty", "block");
  setup.limits.emplace_back("threads", 40);
  Machine machine(setup);
  Bystanders bystanders(machine);
  const auto pins = at % 3 == 0 ? std::optional(setup.cpus) : std::nullopt;
  Victims victims(machine, bystanders.peer(), bystanders.absent(), pins);
  bystanders.serve(victims.task());
  const bool exits = way == Way::kExitTask;
  if (exits) victims.add_exiting(at);
  if (way == Way::kInjectTask) machine.kill_at(at, victims.task());
  if (way == Way::kInjectThread) {
    machine.kill_at(at, victims.task(), victims.threads()[alone]);
  }
  if (way == Way::kKill || way == Way::kInjectThread) {
    const bool later = way == Way::kInjectThread;
    machine.thread(machine.task("killer", 0, true), "killer.main", [&, later](UserThread& self) {
      if (!self.sleep(later ? kAllOver : at)) return;
      for (int turn = 1; later && turn < kPatience; ++turn) {
        if (machine.observation().ended(victims.threads()[alone])) break;
        if (!self.sleep(kAllOver)) return;
      }
      for (std::size_t index = 0; later && index < victims.threads().size(); ++index) {
        const ThreadId thread = victims.threads()[index];
        CHECK(machine.observation().ended(thread) == (index == alone));
      }
      CHECK(self.kill(victims.task()));
    });
  }
  CAPTURE(at);
  CAPTURE(alone);
  CAPTURE(static_cast<int>(way));
  CAPTURE(setup.cpus);
  CAPTURE(setup.seed.value_or(0));
  machine.run_well();
  check_ended(machine, victims, exits ? kernel::EndCause::kExit : kernel::EndCause::kKill);
  bystanders.check();
}

constexpr std::array<Way, 3> kWays = {Way::kKill, Way::kExitTask, Way::kInjectTask};
constexpr std::size_t kVictims = 13;

TEST_CASE("a task ends at whatever cycle it is killed, and nothing of it is left") {
  for (const std::string_view lock : {"big", "fine"}) {
    for (const unsigned cpus : {1U, 2U, 4U}) {
      for (const Way way : kWays) {
        const Setup setup{.cpus = cpus, .policies = {{"kernel_lock", lock}}};
        for (Cycle at = 1; at < 500; at += tries(166U, 41U)) end_it(setup, way, at);
        end_it(setup, way, 1'500);
      }
    }
  }
}

TEST_CASE("a task that is killed ends under every schedule") {
  for (const Way way : kWays) {
    Cycle at = 0;
    under_schedules(3, tries(8U, 30U),
                    [&](const Setup& setup) { end_it(setup, way, 1 + 37 * ++at % 900); });
  }
}

TEST_CASE("a thread that is killed alone ends, whatever it does, and its task goes on") {
  for (std::size_t alone = 0; alone < kVictims; ++alone) {
    for (const std::string_view lock : {"big", "fine"}) {
      for (const unsigned cpus : {1U, 2U}) {
        const Setup setup{.cpus = cpus, .policies = {{"kernel_lock", lock}}};
        for (const Cycle at : {111U, 348U, 777U}) {
          end_it(setup, Way::kInjectThread, at, alone);
        }
      }
    }
  }
}

TEST_CASE("a thread that is killed alone ends under every schedule") {
  Cycle at = 0;
  under_schedules(2, tries(12U, 50U), [&](const Setup& setup) {
    ++at;
    end_it(setup, Way::kInjectThread, 1 + 53 * at % 1'200, at % kVictims);
  });
}

// A thread that is killed in user code, on another CPU than the killer, with the timer far away.
TEST_CASE("a thread in user code dies at the interrupt that the kill sends") {
  for (const bool injected : {false, true}) {
    Machine machine({.cpus = 2, .slice = 900'000});
    const TaskId victim = machine.task("victim");
    machine.thread(victim, "victim.main",
                   [](UserThread& self) { CHECK_FALSE(self.compute(2'000'000)); }, {.cpu = 1});
    machine.thread(machine.task("killer", 0, true), "killer.main",
                   [&](UserThread& self) {
                     if (!self.sleep(1'000)) return;
                     if (!injected) CHECK(self.kill(victim));
                     if (self.sleep(200)) CHECK(machine.observation().ended(victim));
                   },
                   {.cpu = 0});
    if (injected) machine.kill_at(1'000, victim);
    machine.run_well();
    CHECK(machine.system().now() < 1'500);
  }
}

// The interrupt takes its time; meanwhile the victim comes to calls, or waits inside one.
TEST_CASE("a dying task gets no new call, port, thread or connection") {
  using Kind = std::function<bool(UserThread&, Machine&, TaskId)>;
  const Kind kinds[] = {
      [](UserThread& self, Machine&, TaskId) { return self.new_port(kLocal).ok(); },
      [](UserThread& self, Machine&, TaskId peer) { return self.connect(peer, kFull).ok(); },
      [](UserThread& self, Machine& machine, TaskId) {
        return self.spawn(machine.spawned("victim.spawned", [](UserThread&) {})).ok();
      },
  };
  constexpr Cycles kLongestCall = 700;
  int inside = 0;
  for (const std::string_view lock : {"big", "fine"}) {
    for (const Kind& kind : kinds) {
      for (Cycles later = 0; later < 700; later += tries(92U, 23U)) {
        Machine machine({.cpus = 3, .cost = "skylake_nokpti", .policies = {{"kernel_lock", lock}}});
        const TaskId peer = machine.task("peer");
        machine.thread(peer, "peer.main",
                       [](UserThread& self) {
                         for (int ports = 0; ports < 20; ++ports) CHECK(offer(self, kFull));
                         CHECK(self.sleep(40'000));
                       },
                       {.cpu = 2});
        const TaskId victim = machine.task("victim");
        machine.thread(victim, "victim.main",
                       [&](UserThread& self) {
                         if (!self.sleep(14'000)) return;
                         while (kind(self, machine, peer)) {
                         }
                       },
                       {.cpu = 0});
        machine.thread(machine.task("killer", 0, true), "killer.main",
                       [&](UserThread& self) {
                         if (self.compute(16'500 + later)) CHECK(self.kill(victim));
                       },
                       {.cpu = 1});
        machine.run_well();
        Cycle killed_at = kNever;
        for (const auto& event : machine.trace().events()) {
          if (event.name == "kill") killed_at = event.cycle;
          if (!event.lane.starts_with("victim.main") || event.cycle < killed_at) continue;
          const bool gets =
              event.name == "new_port" || event.name == "connect" || event.name == "spawn";
          CHECK_FALSE(gets);
          if (event.name == "return") ++inside;
          CHECK_FALSE((event.name == "return" && event.cycle > killed_at + kLongestCall));
        }
      }
    }
  }
  // Some were on their way out of a call when they were killed.
  CHECK(inside > 0);
}

// Between the kill and its interrupt the victim comes to a call, which must not take effect any
// more. Nobody else wants the locks of that call, so one that had begun is over soon.
TEST_CASE("a call that begins after the kill does not take effect") {
  constexpr Cycles kEntryToCommit = 95 + 40;
  int before = 0;
  for (Cycles more = 0; more < 500; more += tries(68U, 17U)) {
    Machine machine({.cpus = 2, .cost = "skylake_nokpti", .policies = {{"kernel_lock", "fine"}}});
    const TaskId victim = machine.task("victim");
    machine.thread(victim, "victim.main",
                   [](UserThread& self) {
                     const auto port = self.new_port(kFull);
                     while (port && self.compute(300) && self.read(*port)) {
                     }
                   },
                   {.cpu = 0});
    machine.thread(machine.task("killer", 0, true), "killer.main",
                   [&](UserThread& self) {
                     if (self.compute(3'000 + more)) CHECK(self.kill(victim));
                   },
                   {.cpu = 1});
    machine.run_well();
    Cycle killed_at = kNever;
    for (const auto& event : machine.trace().events()) {
      if (event.name == "kill") killed_at = event.cycle;
      if (event.name == "read" && killed_at == kNever) ++before;
      CHECK_FALSE((event.name == "read" && event.cycle > ipcsim::later(killed_at, kEntryToCommit)));
    }
  }
  CHECK(before > 0);
}

}  // namespace
}  // namespace ipcsim::test
