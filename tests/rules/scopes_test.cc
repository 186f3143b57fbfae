// SPDX-License-Identifier: BSD-2-Clause
// The policies ipc_scope and signal_overlap.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

TEST_CASE("thread_local_only: asking for full-task is unsupported everywhere") {
  Machine machine({.policies = {{"ipc_scope", "thread_local_only"}}});
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    log.push_back(outcome(self.new_port(kFull)));
    CHECK(offer(self, kLocal));
    machine.pass();
    machine.reach(self, 2);
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    log.push_back(outcome(self.connect(server, kFull)));
    log.push_back(outcome(self.connect(server, kLocal)));
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"unsupported", "unsupported", "-1"});
}

TEST_CASE("thread_local_only: poll_all means the thread's own ends, so two threads may call it") {
  Machine machine({.policies = {{"ipc_scope", "thread_local_only"}}});
  const TaskId server = machine.task("server");
  Log log(2);
  const auto serve = [&](std::size_t number) {
    return [&, number](UserThread& self) {
      CHECK(offer(self, kLocal));
      CHECK(outcome(self.poll_all()) == "opened -1");
      machine.pass();
      log[number] = outcome(self.poll_all(number == 0 ? kNever : Cycles{20'000}));
      machine.pass();
    };
  };
  machine.thread(server, "server.one", serve(0));
  machine.thread(server, "server.two", serve(1));
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!self.sleep(1'000)) return;
    const auto one = self.connect(server, kLocal);
    const auto two = self.connect(server, kLocal);
    if (!one || !two || !machine.reach(self, 2) || !self.sleep(1'000)) return;
    CHECK(self.wakeup(*one));
    machine.reach(self, 4);
  });
  machine.run_well();
  CHECK(log == Log{"signaled -1", "timed_out"});
}

// Both sides of one connection signal each other, one of them at cycle 100'000, the other `shift`
// cycles after 98'000.
Log overlapping(std::string_view policy, std::string_view lock, Cycles shift) {
  Machine machine({.cpus = 3,
                   .cost = "skylake_nokpti",
                   .policies = {{"signal_overlap", policy}, {"kernel_lock", lock}}});
  const TaskId server = machine.task("server");
  Log log(2);
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    CHECK(self.compute(98'000 + shift - self.now()));
    log[0] = outcome(self.wakeup(fd));
    CHECK(self.sleep(20'000));
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.compute(100'000 - self.now()));
                   log[1] = outcome(self.wakeup(fd));
                   CHECK(self.sleep(20'000));
                 });
  machine.run_well();
  return log;
}

TEST_CASE("signal_overlap serialise: the second wakeup waits for the first") {
  for (const std::string_view lock : {"big", "fine"}) {
    for (Cycles shift = 0; shift < 4'000; shift += 37) {
      CHECK(overlapping("serialise", lock, shift) == Log{"ok", "ok"});
    }
  }
}

TEST_CASE("signal_overlap busy: the second fails while the first is under way, and only then") {
  int busy = 0;
  int fine = 0;
  for (Cycles shift = 0; shift < 4'000; shift += 37) {
    const Log log = overlapping("busy", "fine", shift);
    const bool one = log == Log{"busy", "ok"};
    const bool two = log == Log{"ok", "busy"};
    CHECK((one || two || log == Log{"ok", "ok"}));
    ++(one || two ? busy : fine);
    // With one lock around every call nothing overlaps.
    CHECK(overlapping("busy", "big", shift) == Log{"ok", "ok"});
  }
  CHECK(busy > 0);
  CHECK(fine > 50);
}

TEST_CASE(
    "signal_overlap busy: what counts is the moment of the call, not of the thread's last one") {
  // The other end's owner is inside a call on the connection again and again, and the caller
  // computes meanwhile: at the time of its wakeup nobody is.
  Machine machine({.cpus = 2,
                   .cost = "skylake_nokpti",
                   .policies = {{"signal_overlap", "busy"}, {"kernel_lock", "fine"}}});
  const TaskId server = machine.task("server");
  Log log;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    for (unsigned round = 1; round < 20; ++round) {
      if (!machine.reach(self, 2 * round - 1)) return;
      CHECK(self.compute(25 * round));
      CHECK(self.write(fd, bytes("x")));
      machine.pass();
    }
    machine.reach(self, 39);
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   for (unsigned round = 1; round < 20; ++round) {
                     machine.pass();
                     CHECK(self.yield());
                     CHECK(self.compute(20'000));
                     log.push_back(outcome(self.wakeup(fd)));
                     if (!machine.reach(self, 2 * round)) return;
                   }
                   machine.pass();
                 });
  machine.run_well();
  CHECK(log == Log(19, "ok"));
}

}  // namespace
}  // namespace ipcsim::test
