// SPDX-License-Identifier: BSD-2-Clause
// Ports, the listen queue, connecting, and what limits them.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/abi/descriptor_number.h"
#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

TEST_CASE("a client takes the oldest port, and the thread that owns it sees opened") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto one = self.new_port(kLocal);
    const auto two = self.new_port(kLocal);
    const auto three = self.new_port(kLocal);
    if (!one || !two || !three) return;
    // The age that counts is that of the offer.
    for (const Descriptor port : {*two, *three, *one}) CHECK(self.push_to_listen_queue(port));
    machine.pass();
    for (int times = 0; times < 3; ++times) {
      log.push_back(outcome(poll(self, {*one, *two, *three})));
    }
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    for (int times = 0; times < 3; ++times) CHECK(self.connect(server, kLocal));
    machine.reach(self, 2);
  });
  machine.run_well();
  CHECK(log == Log{"opened -2", "opened -3", "opened -1"});
}

TEST_CASE("one port, one client: a server offers another to accept another") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    CHECK(offer(self, kLocal));
    machine.pass();
    if (!machine.reach(self, 2)) return;
    CHECK(offer(self, kLocal));
    machine.pass();
    machine.reach(self, 4);
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    log.push_back(outcome(self.connect(server, kLocal)));
    log.push_back(outcome(self.connect(server, kLocal)));
    machine.pass();
    if (!machine.reach(self, 3)) return;
    log.push_back(outcome(self.connect(server, kLocal)));
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"-1", "refused", "-2"});
}

TEST_CASE("the port's scope is the server end's, the scope of connect the client end's") {
  for (const Scope port_scope : {kLocal, kFull}) {
    for (const Scope client_scope : {kLocal, kFull}) {
      Machine machine;
      const TaskId server = machine.task("server");
      std::string at_server;
      std::string at_client;
      machine.server(server, "server.main", port_scope, [&](UserThread& self, Descriptor fd) {
        at_server = to_text(fd);
        CHECK(outcome(poll(self, {fd})) == "signaled " + at_server);
        CHECK(self.wakeup(fd));
      });
      machine.client(machine.task("client"), "client.main", server, client_scope,
                     [&](UserThread& self, Descriptor fd) {
                       at_client = to_text(fd);
                       CHECK(self.wakeup(fd));
                       CHECK(outcome(poll(self, {fd})) == "signaled " + at_client);
                     });
      machine.run_well();
      CHECK(at_server == (port_scope == kFull ? "0" : "-1"));
      CHECK(at_client == (client_scope == kFull ? "0" : "-1"));
    }
  }
}

TEST_CASE("only the thread that owns a thread-local port hears of its client") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log(2);
  machine.thread(server, "server.owner", [&](UserThread& self) {
    const auto port = offer(self, kLocal);
    machine.pass();
    if (port) log[0] = outcome(poll(self, {*port}));
    machine.reach(self, 2);
  });
  machine.thread(server, "server.other", [&](UserThread& self) {
    log[1] = outcome(self.poll_all(10'000));
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    CHECK(self.connect(server, kLocal));
    machine.reach(self, 2);
  });
  machine.run_well();
  CHECK(log == Log{"opened -1", "timed_out"});
}

TEST_CASE("pushing twice is busy, closing unqueues the port") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto port = self.new_port(kFull);
    if (!port) return;
    log.push_back(outcome(self.push_to_listen_queue(*port)));
    log.push_back(outcome(self.push_to_listen_queue(*port)));
    CHECK(machine.observation().listen_queue(server) == 1);
    log.push_back(outcome(self.close(*port)));
    CHECK(machine.observation().listen_queue(server) == 0);
    machine.pass();
    machine.reach(self, 2);
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    log.push_back(outcome(self.connect(server, kLocal)));
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"ok", "busy", "ok", "refused"});
}

TEST_CASE("a client never gets a dead port: a thread that ends takes its ports out of the queue") {
  under_schedules(2, 40, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId server = machine.task("server");
    Log log;
    machine.thread(server, "server.first", [&](UserThread& self) {
      for (int ports = 0; ports < 3; ++ports) CHECK(offer(self, kLocal));
      machine.pass();
    });
    machine.thread(server, "server.second", [&](UserThread& self) {
      // Its port stands behind those of the first thread.
      if (!machine.reach(self, 1) || !offer(self, kLocal)) return;
      const auto event = poll(self, {{-1}});
      if (!event) return;
      log.push_back(outcome(self.wakeup({-1})));
      machine.reach(self, 2);
    });
    machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
      // Some connections may be made before the first thread has gone; they are closed then.
      for (int times = 0; times < 4; ++times) {
        const auto fd = connect(self, server, kLocal);
        if (!fd) return;
        const auto event = poll(self, {*fd});
        if (!event || event->kind != EventKind::kClosed) break;
      }
      machine.pass();
    });
    machine.run_well();
    CHECK(log == Log{"ok"});
  });
}

TEST_CASE("listen_empty refuse: nobody waits, and nothing is allocated for the client") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) { machine.reach(self, 1); });
  const TaskId client = machine.task("client");
  machine.thread(client, "client.main", [&](UserThread& self) {
    for (int times = 0; times < 5; ++times) log.push_back(outcome(self.connect(server, kFull)));
    CHECK(machine.observation().connections(client) == 0);
    CHECK(outcome(self.new_port(kFull)) == "0");  // no number was used up
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log(5, "refused"));
}

TEST_CASE("listen_empty block: first come, first served, each port handed to the first directly") {
  for (const std::string_view lock : {"big", "fine"}) {
    Machine machine({.policies = {{"listen_empty", "block"}, {"kernel_lock", lock}}});
    const TaskId server = machine.task("server");
    Log log;
    for (int number = 0; number < 4; ++number) {
      const std::string name = "client" + std::to_string(number);
      machine.thread(machine.task(name), name + ".main", [&, name, number](UserThread& self) {
        if (!self.sleep(1'000 + 100 * static_cast<Cycles>(number))) return;
        const auto fd = self.connect(server, kLocal);
        log.push_back(name + " " + outcome(fd));
        machine.reach(self, 1);
      });
    }
    machine.thread(server, "server.main", [&](UserThread& self) {
      if (!self.sleep(10'000)) return;
      CHECK(machine.observation().waiting_connects(server) == 4);
      for (int ports = 0; ports < 3; ++ports) {
        CHECK(offer(self, kLocal));
        CHECK(machine.observation().listen_queue(server) == 0);
        if (!self.sleep(1'000)) return;
      }
      // Who comes now stands behind those who wait already.
      CHECK(machine.observation().waiting_connects(server) == 1);
      machine.pass();
    });
    machine.run_well();
    CHECK(log == Log{"client0 -1", "client1 -1", "client2 -1", "client3 refused"});
    const auto connected = machine.trace().named("connected");
    REQUIRE(connected.size() == 4);
    CHECK(connected[0].why == "port");
    CHECK(connected[3].why == "server_ended");
  }
}

TEST_CASE("listen_empty block: the port's owner sees opened, of the client that waited") {
  Machine machine({.policies = {{"listen_empty", "block"}}});
  const TaskId server = machine.task("server");
  const TaskId client = machine.task("client", 42);
  Event seen;
  machine.thread(client, "client.main", [&](UserThread& self) {
    const auto fd = self.connect(server, kFull);
    CHECK(outcome(fd) == "0");
    if (fd) CHECK(outcome(poll(self, {*fd})) == "signaled 0");
  });
  machine.thread(server, "server.main", [&](UserThread& self) {
    if (!self.sleep(5'000)) return;
    const auto port = offer(self, kLocal);
    if (!port) return;
    const auto event = poll(self, {*port}, 0);
    if (event) seen = *event;
    CHECK(self.wakeup(*port));
    CHECK(outcome(poll(self, {*port})) == "closed -1");
  });
  machine.run_well();
  CHECK(seen.kind == EventKind::kOpened);
  CHECK(seen.task == client);
  CHECK(seen.uid == 42);
}

TEST_CASE("listen_empty block: who waits is refused when the server ends, however it ends") {
  for (const bool killed : {false, true}) {
    Machine machine({.cpus = 2, .policies = {{"listen_empty", "block"}}});
    const TaskId server = machine.task("server");
    std::string given;
    machine.thread(server, "server.main",
                   [&](UserThread& self) { static_cast<void>(self.sleep(20'000)); });
    machine.thread(machine.task("client"), "client.main",
                   [&](UserThread& self) { given = outcome(self.connect(server, kLocal)); });
    if (killed) machine.kill_at(5'000, server);
    machine.run_well();
    CHECK(given == "refused");
    CHECK((machine.system().now() < 10'000) == killed);
  }
}

TEST_CASE("listen_empty block: a task that is dying serves nobody any more") {
  int served = 0;
  int refused = 0;
  for (const std::string_view lock : {"big", "fine"}) {
    for (Cycles later = 0; later < 800; later += 13) {
      Machine machine({.cpus = 3,
                       .cost = "skylake_nokpti",
                       .policies = {{"listen_empty", "block"}, {"kernel_lock", lock}}});
      const TaskId server = machine.task("server");
      machine.thread(server, "server.pushes",
                     [&](UserThread& self) {
                       const auto port = self.new_port(kLocal);
                       if (!port || !self.compute(9'400)) return;
                       static_cast<void>(self.push_to_listen_queue(*port));
                       CHECK_FALSE(self.sleep(50'000));
                     },
                     {.cpu = 0});
      machine.thread(server, "server.exits",
                     [&](UserThread& self) {
                       if (self.compute(9'500 + later)) CHECK_FALSE(self.exit_task());
                     },
                     {.cpu = 1});
      std::string given;
      machine.thread(machine.task("client"), "client.main",
                     [&](UserThread& self) { given = outcome(self.connect(server, kLocal)); },
                     {.cpu = 2});
      machine.run_well();
      ++(given == "refused" ? refused : served);
      bool dying = false;
      bool too_late = false;
      for (const auto& event : machine.trace().events()) {
        dying = dying || event.name == "exit_task";
        too_late = too_late || (dying && event.name == "ready" && event.why == "port");
      }
      CHECK_FALSE(too_late);
    }
  }
  CHECK(served > 0);
  CHECK(refused > 0);
}

TEST_CASE("the limit of connections counts the ends that a task's own connect made") {
  Machine machine({.limits = {{"connections", 2}}});
  const TaskId server = machine.task("server");
  const TaskId client = machine.task("client");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (int ports = 0; ports < 5; ++ports) CHECK(offer(self, kLocal));
    machine.pass();
    machine.reach(self, 2);
    // Its own five connected ends do not count for it.
    CHECK(machine.observation().connections(server) == 0);
    machine.pass();
  });
  machine.thread(client, "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    for (const Scope scope : {kLocal, kFull, kLocal, kFull}) {
      log.push_back(outcome(self.connect(server, scope)));
    }
    log.push_back(outcome(self.close({-1})));
    log.push_back(outcome(self.connect(server, kFull)));
    log.push_back(outcome(self.connect(server, kFull)));
    CHECK(machine.observation().listen_queue(server) == 2);  // the failed ones took no port
    machine.pass();
    machine.reach(self, 3);
  });
  machine.run_well();
  const Log expected = {"-1", "0", "limit", "limit", "ok", "1", "limit"};
  CHECK(log == expected);
}

TEST_CASE("a connect that waits counts towards the limit of connections") {
  Machine machine({.policies = {{"listen_empty", "block"}}, .limits = {{"connections", 1}}});
  const TaskId server = machine.task("server");
  const TaskId client = machine.task("client");
  Log log(2);
  machine.thread(client, "client.first",
                 [&](UserThread& self) { log[0] = outcome(self.connect(server, kLocal)); });
  machine.thread(client, "client.second", [&](UserThread& self) {
    if (self.sleep(1'000)) log[1] = outcome(self.connect(server, kLocal));
  });
  machine.thread(server, "server.main", [&](UserThread& self) { CHECK(self.sleep(10'000)); });
  machine.run_well();
  CHECK(log == Log{"refused", "limit"});
}

TEST_CASE("the limit of ports counts the ends that are not connected") {
  Machine machine({.limits = {{"ports", 2}}});
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    log.push_back(outcome(self.new_port(kLocal)));
    log.push_back(outcome(self.new_port(kFull)));
    log.push_back(outcome(self.new_port(kLocal)));
    CHECK(machine.observation().ports(server) == 2);
    CHECK(self.push_to_listen_queue({-1}));
    machine.pass();
    if (!machine.reach(self, 2)) return;
    log.push_back(outcome(self.new_port(kLocal)));
    log.push_back(outcome(self.new_port(kLocal)));
    CHECK(self.close({0}));
    log.push_back(outcome(self.new_port(kFull)));
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    CHECK(self.connect(server, kLocal));
    machine.pass();
    machine.reach(self, 3);
  });
  machine.run_well();
  const Log expected = {"-1", "0", "limit", "-2", "limit", "0.g1"};
  CHECK(log == expected);
}

TEST_CASE("the limit of threads counts those that have not ended") {
  Machine machine({.limits = {{"threads", 2}}});
  Log log;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    const auto worker =
        machine.spawned("task.worker", [](UserThread& other) { CHECK(other.sleep(1'000)); });
    log.push_back(outcome(self.spawn(worker)));
    log.push_back(outcome(self.spawn(worker)));
    if (!self.sleep(5'000)) return;
    log.push_back(outcome(self.spawn(worker)));
  });
  machine.run_well();
  CHECK(log == Log{"ok", "limit", "ok"});
  CHECK(machine.trace().named("thread_ended").size() == 3);
}

TEST_CASE("a limit that an injection exhausts counts as reached") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log;
  machine.thread(task, "task.main", [&](UserThread& self) {
    log.push_back(outcome(self.new_port(kLocal)));
    if (!self.sleep(5'000)) return;
    log.push_back(outcome(self.new_port(kLocal)));
  });
  kernel::Injection injection;
  injection.kind = kernel::InjectionKind::kExhaust;
  injection.task = task;
  injection.limit = kernel::LimitName::ports;
  injection.at = 1'000;
  machine.system().add_injection(injection);
  machine.run_well();
  CHECK(log == Log{"-1", "limit"});
}

}  // namespace
}  // namespace ipcsim::test
