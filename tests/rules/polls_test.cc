// SPDX-License-Identifier: BSD-2-Clause
// What poll reports, in which order, and when it gives up.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// A server with `ends` connections, numbered from 0 (full-task) or -1 (thread-local), and one
// client thread that has the other ends in the same order. No end has anything to tell.
void with_connections(
    Machine& machine, int ends, Scope scope,
    const std::function<void(UserThread&, std::vector<Descriptor>)>& server_code,
    const std::function<void(UserThread&, std::vector<Descriptor>)>& client_code) {
  const TaskId server = machine.task("server");
  machine.thread(server, "server.main", [=](UserThread& self) {
    std::vector<Descriptor> fds;
    for (int end = 0; end < ends; ++end) {
      const auto port = offer(self, scope);
      if (!port) return;
      fds.push_back(*port);
    }
    for (const Descriptor fd : fds) {
      if (!poll(self, {fd})) return;
    }
    if (self.wakeup(fds[0])) server_code(self, fds);
  });
  machine.thread(machine.task("client"), "client.main", [=](UserThread& self) {
    std::vector<Descriptor> fds;
    for (int end = 0; end < ends; ++end) {
      const auto fd = connect(self, server, kLocal);
      if (!fd) return;
      fds.push_back(*fd);
    }
    if (poll(self, {fds[0]})) client_code(self, fds);
  });
}

TEST_CASE("opened is reported before signaled before closed, each bit by itself, closed for ever") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto port = offer(self, kLocal);
    if (!port || !machine.reach(self, 1)) return;
    for (int times = 0; times < 5; ++times) log.push_back(outcome(poll(self, {*port}, 0)));
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.wakeup(fd));
                   CHECK(self.close(fd));
                   machine.pass();
                 });
  machine.run_well();
  CHECK(log == Log{"opened -1", "signaled -1", "closed -1", "closed -1", "closed -1"});
}

TEST_CASE("opened names the client: its task and its user id") {
  Machine machine;
  const TaskId server = machine.task("server", 7);
  const TaskId client = machine.task("client", 1234);
  Event seen;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto port = offer(self, kLocal);
    if (!port) return;
    const auto event = poll(self, {*port});
    if (event) seen = *event;
  });
  machine.client(client, "client.main", server, kLocal, [](UserThread&, Descriptor) {});
  machine.run_well();
  CHECK(seen.kind == EventKind::kOpened);
  CHECK(seen.task == client);
  CHECK(seen.uid == 1234);
}

TEST_CASE("the end that became ready first is reported first, in whatever order the set is given") {
  Machine machine;
  Log log;
  with_connections(
      machine, 3, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        if (!machine.reach(self, 1)) return;
        for (int times = 0; times < 4; ++times) {
          log.push_back(outcome(poll(self, {fds[0], fds[1], fds[2]}, 0)));
        }
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        for (const int end : {2, 0, 1}) CHECK(self.wakeup(fds[static_cast<std::size_t>(end)]));
        machine.pass();
        machine.reach(self, 2);
      });
  machine.run();
  CHECK(log == Log{"signaled -3", "signaled -1", "signaled -2", "timed_out"});
}

TEST_CASE("a poll sees only the ends of its set") {
  Machine machine;
  Log log;
  with_connections(
      machine, 3, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        if (!machine.reach(self, 1)) return;
        log.push_back(outcome(poll(self, {fds[2]}, 0)));
        log.push_back(outcome(poll(self, {fds[1], fds[2]}, 0)));
        log.push_back(outcome(poll(self, {fds[0]}, 0)));
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        CHECK(self.wakeup(fds[0]));
        CHECK(self.wakeup(fds[1]));
        machine.pass();
        machine.reach(self, 2);
      });
  machine.run();
  CHECK(log == Log{"timed_out", "signaled -2", "signaled -1"});
}

TEST_CASE("a signal again does not move an end that is ready already") {
  Machine machine;
  Log log;
  with_connections(
      machine, 2, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        if (!machine.reach(self, 1)) return;
        log.push_back(outcome(poll(self, {fds[0], fds[1]}, 0)));
        log.push_back(outcome(poll(self, {fds[0], fds[1]}, 0)));
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        CHECK(self.wakeup(fds[1]));
        CHECK(self.wakeup(fds[0]));
        CHECK(self.wakeup(fds[1]));
        machine.pass();
        machine.reach(self, 2);
      });
  machine.run();
  CHECK(log == Log{"signaled -2", "signaled -1"});
}

TEST_CASE("an end that has more to tell moves to the tail, so none starves") {
  Machine machine;
  Log log;
  with_connections(
      machine, 3, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        if (!machine.reach(self, 1)) return;
        for (int times = 0; times < 6; ++times) {
          log.push_back(outcome(poll(self, {fds[0], fds[1], fds[2]}, 0)));
        }
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        for (const Descriptor fd : fds) CHECK(self.close(fd));
        machine.pass();
        machine.reach(self, 2);
      });
  machine.run();
  CHECK(log == Log{"closed -1", "closed -2", "closed -3", "closed -1", "closed -2", "closed -3"});
}

TEST_CASE("an end that is closed for ever does not hide a signal") {
  Machine machine;
  Log log;
  with_connections(
      machine, 2, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        for (unsigned round = 0; round < 3; ++round) {
          if (!machine.reach(self, 1 + 2 * round)) return;
          log.push_back(outcome(poll(self, {fds[0], fds[1]}, 0)));
          log.push_back(outcome(poll(self, {fds[0], fds[1]}, 0)));
          machine.pass();
        }
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        CHECK(self.close(fds[0]));
        for (unsigned round = 0; round < 3; ++round) {
          CHECK(self.wakeup(fds[1]));
          machine.pass();
          if (!machine.reach(self, 2 + 2 * round)) return;
        }
      });
  machine.run_well();
  CHECK(log ==
        Log{"closed -1", "signaled -2", "closed -1", "signaled -2", "closed -1", "signaled -2"});
}

TEST_CASE("the same descriptor twice counts once") {
  Machine machine;
  Log log;
  with_connections(
      machine, 1, kLocal,
      [&](UserThread& self, std::vector<Descriptor> fds) {
        log.push_back(outcome(poll(self, {fds[0], fds[0], fds[0]}, 100)));
        machine.pass();
        log.push_back(outcome(poll(self, {fds[0], fds[0]})));
        log.push_back(outcome(poll(self, {fds[0], fds[0]}, 0)));
        machine.pass();
      },
      [&](UserThread& self, std::vector<Descriptor> fds) {
        if (!machine.reach(self, 1) || !self.sleep(1'000)) return;
        CHECK(self.wakeup(fds[0]));
        machine.reach(self, 2);
      });
  machine.run_well();
  CHECK(log == Log{"timed_out", "signaled -1", "timed_out"});
}

TEST_CASE("an empty set is bad_argument at once; an empty poll_all waits") {
  Machine machine;
  Log log;
  Cycle waited = 0;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    log.push_back(outcome(poll(self, {})));
    log.push_back(outcome(poll(self, {}, 0)));
    const Cycle start = self.now();
    log.push_back(outcome(self.poll_all(5'000)));
    waited = self.now() - start;
  });
  machine.run_well();
  CHECK(log == Log{"bad_argument", "bad_argument", "timed_out"});
  CHECK(waited >= 5'000);
}

TEST_CASE("poll waits as long as its time-out says and not longer; 0 only looks") {
  for (const Cycles timeout : {Cycles{0}, Cycles{1}, Cycles{777}, Cycles{50'000}}) {
    Machine machine;
    Cycle waited = kNever;
    with_connections(
        machine, 1, kLocal,
        [&](UserThread& self, std::vector<Descriptor> fds) {
          const Cycle start = self.now();
          CHECK(outcome(poll(self, {fds[0]}, timeout)) == "timed_out");
          waited = self.now() - start;
          machine.pass();
        },
        [&](UserThread& self, std::vector<Descriptor>) { machine.reach(self, 1); });
    machine.run_well();
    CHECK(waited >= timeout);
    CHECK(waited < timeout + 30);
  }
}

TEST_CASE("time-out and signal race: one wins, and a signal that loses stays set") {
  int signaled = 0;
  int timed_out = 0;
  for (const std::string_view lock : {"big", "fine"}) {
    for (Cycles delay = 60; delay < 140; ++delay) {
      Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
      Log log;
      with_connections(
          machine, 1, kLocal,
          [&](UserThread& self, std::vector<Descriptor> fds) {
            machine.pass();
            if (!machine.reach(self, 2)) return;
            log.push_back(outcome(poll(self, {fds[0]}, 100)));
            if (!self.sleep(1'000)) return;
            log.push_back(outcome(poll(self, {fds[0]}, 0)));
            machine.pass();
          },
          [&](UserThread& self, std::vector<Descriptor> fds) {
            machine.pass();
            if (!machine.reach(self, 2) || !self.compute(delay)) return;
            CHECK(self.wakeup(fds[0]));
            machine.reach(self, 3);
          });
      machine.run_well();
      REQUIRE(log.size() == 2);
      const bool first = log == Log{"signaled -1", "timed_out"};
      const bool second = log == Log{"timed_out", "signaled -1"};
      CHECK_MESSAGE((first || second),
                    "with a delay of " << delay << ": " << log[0] << ", " << log[1]);
      (first ? signaled : timed_out) += 1;
    }
  }
  CHECK(signaled > 10);
  CHECK(timed_out > 10);
}

TEST_CASE("poll_all reports the full-task ends of the task, whoever opened them") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.opener", [&](UserThread& self) {
    CHECK(offer(self, kFull));
    CHECK(offer(self, kFull));
    machine.pass();
  });
  machine.thread(server, "server.main", [&](UserThread& self) {
    if (!machine.reach(self, 3)) return;
    for (int times = 0; times < 3; ++times) log.push_back(outcome(self.poll_all(0)));
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    CHECK(self.connect(server, kLocal));
    machine.pass();
    CHECK(self.connect(server, kLocal));
    machine.pass();
    CHECK(self.sleep(5'000));
  });
  machine.run_well();
  CHECK(log == Log{"opened 0", "opened 1", "timed_out"});
}

// What a poll_all hears when one full-task and one thread-local end of its thread, and one of
// another thread, are signaled in the order local, foreign local, full.
Log heard_by_poll_all(std::string_view policy) {
  Machine machine({.policies = {{"poll_all", policy}}});
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto local = offer(self, kLocal);
    const auto full = offer(self, kFull);
    machine.pass();
    if (!local || !full || !machine.reach(self, 4)) return;
    CHECK(outcome(poll(self, {*local}, 0)) == "opened -1");
    CHECK(outcome(poll(self, {*full}, 0)) == "opened 0");
    for (int times = 0; times < 3; ++times) log.push_back(outcome(self.poll_all(0)));
    machine.pass();
  });
  machine.thread(server, "server.other", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    const auto local = offer(self, kLocal);
    machine.pass();
    if (!local || !machine.reach(self, 3)) return;
    CHECK(outcome(poll(self, {*local}, 0)) == "opened -1");
    machine.pass();
    machine.reach(self, 5);
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 2)) return;
    const auto local = self.connect(server, kLocal);
    const auto full = self.connect(server, kLocal);
    const auto foreign = self.connect(server, kLocal);
    if (!local || !full || !foreign) return;
    CHECK(self.wakeup(*local));
    CHECK(self.wakeup(*foreign));
    CHECK(self.wakeup(*full));
    machine.pass();
    machine.reach(self, 5);
  });
  machine.run_well();
  return log;
}

TEST_CASE("poll_all with policy full_task hears no thread-local end") {
  CHECK(heard_by_poll_all("full_task") == Log{"signaled 0", "timed_out", "timed_out"});
}

TEST_CASE("poll_all with_thread_local also hears the caller's own, in the order of getting ready") {
  CHECK(heard_by_poll_all("with_thread_local") == Log{"signaled -1", "signaled 0", "timed_out"});
}

TEST_CASE("a connection opened while a thread is in poll_all joins the set") {
  for (const bool connecting : {false, true}) {
    Machine machine;
    const TaskId server = machine.task("server");
    const TaskId other = machine.task("other");
    std::string heard;
    machine.thread(server, "server.main",
                   [&](UserThread& self) { heard = outcome(self.poll_all(50'000)); });
    machine.thread(server, "server.opener", [&](UserThread& self) {
      if (!self.sleep(1'000)) return;
      if (connecting) {
        CHECK(self.connect(other, kFull));
      } else {
        CHECK(offer(self, kFull));
      }
      machine.pass();
      CHECK(self.sleep(10'000));
    });
    machine.thread(other, "other.main", [&](UserThread& self) {
      const auto port = offer(self, kLocal);
      if (!port || !machine.reach(self, 1) || !self.sleep(1'000)) return;
      CHECK((connecting ? self.wakeup(*port).ok() : self.connect(server, kLocal).ok()));
      CHECK(self.sleep(10'000));
    });
    machine.run_well();
    CHECK(heard == (connecting ? "signaled 0" : "opened 0"));
  }
}

}  // namespace
}  // namespace ipcsim::test
