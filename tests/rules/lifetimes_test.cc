// SPDX-License-Identifier: BSD-2-Clause
// How long ends, threads and tasks live, and in which order things go when one ends.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

TEST_CASE("thread-local ends close when their thread ends, full-task ends when their task ends") {
  for (const std::string_view lock : {"big", "fine"}) {
    Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
    const TaskId server = machine.task("server");
    const TaskId client = machine.task("client");
    Log log;
    machine.thread(server, "server.main", [&](UserThread& self) {
      const auto one = offer(self, kLocal);
      const auto two = offer(self, kLocal);
      machine.pass();
      if (!one || !two) return;
      CHECK(poll(self, {*one}));
      CHECK(poll(self, {*two}));
      machine.pass();
      log.push_back(outcome(poll(self, {*one, *two})));
      // The thread has ended by then, its task has not.
      if (!self.sleep(5'000)) return;
      log.push_back(outcome(poll(self, {*two}, 0)));
      machine.pass();
      log.push_back(outcome(poll(self, {*two})));
    });
    machine.thread(client, "client.one", [&](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      CHECK(self.connect(server, kLocal));
      CHECK(self.connect(server, kFull));
      machine.reach(self, 2);
    });
    machine.thread(client, "client.two", [&](UserThread& self) { machine.reach(self, 3); });
    machine.run_well();
    CHECK(log == Log{"closed -1", "timed_out", "closed -2"});
  }
}

TEST_CASE("a task ends with its last thread, whatever way each ends") {
  Machine machine;
  const TaskId task = machine.task("task");
  machine.thread(task, "task.one", [](UserThread&) {});
  machine.thread(task, "task.two", [](UserThread& self) {
    CHECK(self.sleep(1'000));
    CHECK(outcome(self.exit_thread()) == "killed");
    CHECK(outcome(self.exit_thread()) == "killed");
  });
  machine.thread(task, "task.three", [](UserThread& self) { CHECK(self.sleep(2'000)); });
  machine.run_well();
  const RunTrace& trace = machine.trace();
  Log order;
  for (const auto& event : trace.events()) {
    if (event.name == "thread_ended") order.emplace_back(event.lane);
    if (event.name == "task_ended") order.push_back("task by " + std::string(event.lane));
  }
  CHECK(order == Log{"task.one", "task.two", "task by task.three", "task.three"});
  CHECK(machine.observation().end_cause(task) == kernel::EndCause::kExit);
}

TEST_CASE("exit_task ends every thread of the task, wherever it is") {
  for (const unsigned cpus : {1U, 3U}) {
    Machine machine({.cpus = cpus, .slice = 500});
    const TaskId task = machine.task("task");
    Log log;
    machine.thread(task, "task.polling",
                   [&](UserThread& self) { log.push_back(outcome(self.poll_all())); });
    machine.thread(task, "task.sleeping",
                   [&](UserThread& self) { log.push_back(outcome(self.sleep(kNever))); });
    machine.thread(task, "task.computing", [&](UserThread& self) {
      while (self.compute(100) && self.yield()) {
      }
      log.emplace_back("killed");
    });
    machine.thread(task, "task.main", [&](UserThread& self) {
      CHECK(self.sleep(3'000));
      log.push_back(outcome(self.exit_task()));
    });
    machine.run_well();
    CHECK(log == Log(4, "killed"));
    CHECK(machine.observation().ended(task));
    CHECK(machine.system().now() < 6'000);
    CHECK(machine.trace().named("thread_ended").size() == 4);
  }
}

TEST_CASE("a task closes: ports and waiting clients, thread-local ends by thread, full-task ends") {
  for (const std::string_view lock : {"big", "fine"}) {
    Machine machine({.policies = {{"kernel_lock", lock}, {"listen_empty", "block"}}});
    const TaskId server = machine.task("server");
    const TaskId peer = machine.task("peer");
    const auto open = [&](UserThread& self) {
      for (const Scope scope : {kFull, kLocal, kLocal}) {
        CHECK(self.connect(peer, scope));
      }
    };
    machine.thread(server, "server.one", [&](UserThread& self) {
      open(self);
      machine.pass();
      CHECK_FALSE(self.poll_all());
    });
    machine.thread(server, "server.two", [&](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      open(self);
      machine.pass();
      CHECK(self.sleep(5'000));
      CHECK_FALSE(self.exit_task());
    });
    std::string refused;
    machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
      if (machine.reach(self, 2)) refused = outcome(self.connect(server, kLocal));
    });
    machine.thread(peer, "peer.main", [&](UserThread& self) {
      for (int ports = 0; ports < 6; ++ports) CHECK(offer(self, kFull));
      CHECK(self.sleep(20'000));
    });
    machine.run_well();
    CHECK(refused == "refused");
    Log order;
    bool exiting = false;
    for (const auto& event : machine.trace().events()) {
      exiting = exiting || event.name == "exit_task";
      if (!exiting || event.lane == "peer.main") continue;
      if (event.name == "ready") {
        order.push_back(RunTrace::argument(event, "thread") + " " + std::string(event.why));
      }
      if (event.name == "close") order.push_back("close " + RunTrace::argument(event, "fd"));
      if (event.name != "task_ended") continue;
      order.emplace_back("task_ended");
      break;
    }
    const Log expected = {"server.one killed", "client.main server_ended",
                          "close -1",          "close -2",
                          "close -1",          "close -2",
                          "close 0",           "close 1",
                          "task_ended"};
    CHECK(order == expected);
  }
}

TEST_CASE("the memory of a task goes after its connections") {
  for (const std::string_view lock : {"big", "fine"}) {
    Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
    const TaskId peer = machine.task("peer");
    const TaskId task = machine.task("task");
    constexpr std::uint64_t kPage = 0x10000;
    machine.memory({task}, kPage);
    machine.server(peer, "peer.main", kLocal, [](UserThread& self, Descriptor fd) {
      CHECK(outcome(poll(self, {fd})) == "closed -1");
    });
    // Both CPUs have the task's space loaded at its end, so one has to ask the other.
    machine.thread(task, "task.other",
                   [](UserThread& self) {
                     CHECK(store64(self, kPage, 1));
                     CHECK(outcome(self.poll_all()) == "killed");
                   },
                   {.cpu = 1});
    machine.client(task, "task.main", peer, kFull,
                   [](UserThread& self, Descriptor) {
                     CHECK(store64(self, kPage, 2));
                     CHECK(self.sleep(5'000));
                     CHECK(load64(self, kPage));
                     static_cast<void>(self.exit_task());
                   },
                   {.cpu = 0});
    machine.run_well();
    Log order;
    for (const auto& event : machine.trace().events()) {
      const bool of_task = event.lane.starts_with("task.");
      if (of_task &&
          (event.name == "close" || event.name == "shootdown" || event.name == "task_ended")) {
        order.emplace_back(event.name);
      }
    }
    CHECK(order == Log{"close", "shootdown", "task_ended"});
  }
}

TEST_CASE("the ports of a task that ends leave its queue before anything is closed") {
  Machine machine({.cpus = 2, .cost = "skylake_nokpti"});
  const TaskId server = machine.task("server");
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (int ports = 0; ports < 8; ++ports) CHECK(offer(self, kFull));
    machine.pass();
    CHECK(self.sleep(1'000));
  });
  // Whoever connects while the ends are closed one by one must not get one of the rest.
  Log results;
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    for (int times = 0; times < 40; ++times) {
      const auto fd = self.connect(server, kLocal);
      if (fd) {
        const auto event = poll(self, {*fd}, 200);
        results.push_back(outcome(event));
        CHECK(self.close(*fd));
      }
    }
  });
  machine.run_well();
  CHECK(results.size() <= 8);
}

TEST_CASE("closed is set before the waiter is woken: whoever wakes up finds it") {
  under_schedules(2, 40, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId server = machine.task("server");
    std::string heard;
    std::string read;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      heard = outcome(poll(self, {fd}));
      const auto buffer = self.read(fd);
      if (buffer) read = text(*buffer);
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     CHECK(self.write(fd, bytes("testament")));
                     // Ends without a word; its end is closed for it.
                   });
    machine.run_well();
    CHECK(heard == "closed -1");
    CHECK(read == "testament");
  });
}

TEST_CASE("an end does not outlive its task: both ends of a connection within one task go") {
  Machine machine;
  const TaskId task = machine.task("task");
  machine.thread(task, "task.main", [&](UserThread& self) {
    const auto port = offer(self, kFull);
    const auto client = self.connect(task, kLocal);
    if (!port || !client) return;
    CHECK(outcome(poll(self, {*port, *client})) == "opened 0");
    CHECK(self.wakeup(*client));
    CHECK(outcome(poll(self, {*port, *client})) == "signaled 0");
  });
  machine.run_well();
  CHECK(machine.observation().connections(task) == 0);
  CHECK(machine.observation().ports(task) == 0);
}

TEST_CASE("a spawned thread belongs to the task: its ends go with it, the task waits for it") {
  Machine machine;
  const TaskId task = machine.task("task");
  std::uint32_t spawned = 0;
  machine.thread(task, "task.main", [&](UserThread& self) {
    const auto thread = self.spawn(machine.spawned("task.worker", [&](UserThread& worker) {
      CHECK(worker.task() == task);
      CHECK(outcome(worker.new_port(kLocal)) == "-1");
      CHECK(worker.sleep(5'000));
    }));
    if (thread) spawned = thread->value();
  });
  machine.run_well();
  CHECK(spawned == 1);
  const auto ended = machine.trace().named("task_ended");
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().lane == "task.worker");
}

TEST_CASE("a background thread does not keep the run alive") {
  Machine machine;
  machine.thread(machine.task("daemon"), "daemon.main",
                 [](UserThread& self) { CHECK_FALSE(self.poll_all()); }, {.background = true});
  machine.thread(machine.task("task"), "task.main",
                 [](UserThread& self) { CHECK(self.sleep(1'000)); });
  machine.run_well();
  CHECK(machine.system().now() < 2'000);
}

}  // namespace
}  // namespace ipcsim::test
