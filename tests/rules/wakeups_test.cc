// SPDX-License-Identifier: BSD-2-Clause
// Basic IPC, the doorbell: wakeup and poll.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

constexpr std::uint64_t kSchedules = 100;

TEST_CASE("a wakeup before the poll is never lost") {
  under_schedules(2, kSchedules, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId server = machine.task("server");
    std::string heard;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      if (machine.reach(self, 1)) heard = outcome(poll(self, {fd}));
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     if (self.wakeup(fd)) machine.pass();
                     machine.reach(self, 2);
                   },
                   {.background = true});
    machine.run_well();
    CHECK(heard == "signaled -1");
  });
}

TEST_CASE("a wakeup at any moment around the poll is never lost") {
  for (Cycles before = 0; before < 60; ++before) {
    for (const std::string_view lock : {"big", "fine"}) {
      Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
      const TaskId server = machine.task("server");
      std::string heard;
      machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
        machine.pass();
        if (machine.reach(self, 2) && self.compute(30)) heard = outcome(poll(self, {fd}));
      });
      machine.client(machine.task("client"), "client.main", server, kLocal,
                     [&](UserThread& self, Descriptor fd) {
                       machine.pass();
                       if (!machine.reach(self, 2) || !self.compute(before)) return;
                       static_cast<void>(self.wakeup(fd));
                       machine.reach(self, 3);
                     },
                     {.background = true});
      machine.run_well();
      CHECK_MESSAGE(heard == "signaled -1", "the wakeup came after " << before << " cycles");
    }
  }
}

TEST_CASE("wakeups coalesce: a bit, not a counter") {
  Machine machine;
  const TaskId server = machine.task("server");
  std::vector<std::string> heard;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    if (!machine.reach(self, 1)) return;
    heard.push_back(outcome(poll(self, {fd}, 0)));
    heard.push_back(outcome(poll(self, {fd}, 0)));
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   for (int times = 0; times < 3; ++times) CHECK(self.wakeup(fd));
                   machine.pass();
                   machine.reach(self, 2);
                 },
                 {.background = true});
  machine.run_well();
  CHECK(heard == std::vector<std::string>{"signaled -1", "timed_out"});
}

TEST_CASE("a wakeup makes the thread that polls the other end ready, and no other") {
  Machine machine({.cpus = 2});
  const TaskId server = machine.task("server");
  const auto wait = [](UserThread& self, Descriptor fd) {
    CHECK(outcome(poll(self, {fd}, 10'000)) != "bad_descriptor");
  };
  machine.server(server, "server.one", kLocal, wait);
  machine.server(server, "server.two", kLocal, wait);
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.sleep(1'000));
                   CHECK(self.wakeup(fd));
                   CHECK(self.sleep(20'000));
                 });
  // The other port is taken too, so that both servers wait for a signal.
  machine.client(machine.task("other"), "other.main", server, kLocal,
                 [&](UserThread& self, Descriptor) { CHECK(self.sleep(20'000)); });
  machine.run_well();
  const RunTrace& trace = machine.trace();
  REQUIRE(trace.named("wakeup").size() == 1);
  CHECK(RunTrace::argument(trace.named("wakeup").front(), "woken") == "server.one");
  REQUIRE(trace.of("server.one", "polled").size() == 2);
  CHECK(trace.of("server.one", "polled")[1].result == "signaled");
  REQUIRE(trace.of("server.two", "polled").size() == 2);
  CHECK(trace.of("server.two", "polled")[1].result == "timed_out");
}

TEST_CASE("a wakeup is for the other end, not for the caller's own") {
  Machine machine;
  const TaskId server = machine.task("server");
  std::string own;
  machine.server(server, "server.main", kLocal,
                 [](UserThread& self, Descriptor) { CHECK(self.sleep(1'000)); });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.wakeup(fd));
                   own = outcome(poll(self, {fd}, 0));
                 });
  machine.run_well();
  CHECK(own == "timed_out");
}

TEST_CASE("what was written before the wakeup is visible to the poller it releases") {
  under_schedules(2, kSchedules, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId server = machine.task("server");
    std::vector<std::string> read;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      for (int round = 0; round < 5; ++round) {
        const auto event = poll(self, {fd});
        const auto buffer = self.read(fd);
        if (!event || !buffer) return;
        read.push_back(text(*buffer));
        if (!self.wakeup(fd)) return;
      }
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     for (int round = 0; round < 5; ++round) {
                       const bool sent =
                           self.write(fd, bytes("message " + std::to_string(round))) &&
                           self.wakeup(fd) && poll(self, {fd});
                       if (!sent) return;
                     }
                   });
    machine.run_well();
    CHECK(read == std::vector<std::string>{"message 0", "message 1", "message 2", "message 3",
                                           "message 4"});
  });
}

TEST_CASE("no wakeup is lost and none is invented in a long exchange") {
  under_schedules(3, kSchedules, [](const Setup& setup) {
    constexpr int kRounds = 20;
    Machine machine(setup);
    const TaskId server = machine.task("server");
    int rung = 0;
    int heard = 0;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      for (;;) {
        const auto event = poll(self, {fd});
        if (!event || event->kind != EventKind::kSignaled) return;
        ++heard;
        CHECK(heard <= rung);
        if (!self.wakeup(fd)) return;
      }
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     for (int round = 0; round < kRounds; ++round) {
                       ++rung;
                       if (!self.wakeup(fd)) return;
                       if (outcome(poll(self, {fd})) != "signaled -1") return;
                     }
                   });
    machine.run_well();
    CHECK(rung == kRounds);
    CHECK(heard == kRounds);
  });
}

TEST_CASE("a spurious wakeup comes only where it is injected") {
  const auto run = [](bool inject) {
    Machine machine;
    const TaskId server = machine.task("server");
    std::string heard;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      heard = outcome(poll(self, {fd}, 5'000));
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [](UserThread& self, Descriptor) { CHECK(self.sleep(10'000)); });
    if (inject) machine.wake_spuriously_at(2'000, server);
    machine.run_well();
    return heard;
  };
  CHECK(run(false) == "timed_out");
  CHECK(run(true) == "signaled -1");
}

}  // namespace
}  // namespace ipcsim::test
