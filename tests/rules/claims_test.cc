// SPDX-License-Identifier: BSD-2-Clause
// Two threads may not poll one end at the same time; what happens to a poll whose end goes away.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// Full-task ends 0, 1, ... of the task `server` are open before the threads of a test start.
struct Polled {
  explicit Polled(const Setup& setup, int ends) : machine(setup), server(machine.task("server")) {
    machine.thread(server, "server.opener", [this, ends](UserThread& self) {
      for (int end = 0; end < ends; ++end) CHECK(offer(self, kFull));
      machine.pass();
    });
    machine.thread(machine.task("client"), "client.main", [this, ends](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      std::vector<Descriptor> fds;
      for (int end = 0; end < ends; ++end) {
        const auto fd = self.connect(server, kLocal);
        if (!fd) return;
        fds.push_back(*fd);
      }
      machine.pass();
      client(self, fds);
    });
  }

  // A thread of the server that begins when all is connected, and has heard of it, `at` cycles
  // later.
  ThreadId thread(std::string_view name, Cycles at, Machine::Code code) {
    return machine.thread(server, name, [this, at, code = std::move(code)](UserThread& self) {
      if (!machine.reach(self, 2)) return;
      if (!drained) {
        drained = true;
        for (;;) {
          const auto event = self.poll_all(0);
          if (!event || event->kind == EventKind::kTimedOut) break;
        }
        machine.pass();
      }
      if (machine.reach(self, 3) && self.sleep(at)) code(self);
    });
  }

  Machine machine;
  TaskId server;
  bool drained = false;
  std::function<void(UserThread&, std::vector<Descriptor>)> client =
      [](UserThread& self, const std::vector<Descriptor>&) { CHECK(self.sleep(50'000)); };
};

TEST_CASE(
    "a second poll of an end is busy at once, names the end, and does not disturb the first") {
  for (const std::string_view lock : {"big", "fine"}) {
    Polled polled({.cpus = 2, .policies = {{"kernel_lock", lock}}}, 2);
    Log log(3);
    polled.thread("server.first", 100, [&](UserThread& self) {
      log[0] = outcome(poll(self, {{1}, {0}}));
    });
    polled.thread("server.second", 1'000, [&](UserThread& self) {
      const Cycle start = self.now();
      log[1] = outcome(poll(self, {{1}}, 5'000));
      CHECK(self.now() - start < 100);
      polled.machine.pass();
    });
    polled.client = [&](UserThread& self, const std::vector<Descriptor>& fds) {
      if (!polled.machine.reach(self, 4)) return;
      log[2] = outcome(self.wakeup(fds[1]));
      CHECK(self.sleep(5'000));
    };
    polled.machine.run_well();
    CHECK(log == Log{"signaled 1", "busy", "ok"});
    const auto refused = polled.machine.trace().of("server.second", "poll");
    REQUIRE(refused.size() == 1);
    CHECK(RunTrace::argument(refused.front(), "ready") == "1");
  }
}

TEST_CASE("a poll claims all its ends or none") {
  Polled polled({}, 2);
  Log log(3);
  polled.thread("server.first", 100,
                [&](UserThread& self) { log[0] = outcome(poll(self, {{1}}, 20'000)); });
  polled.thread("server.second", 1'000, [&](UserThread& self) {
    log[1] = outcome(poll(self, {{0}, {1}}, 20'000));
  });
  polled.thread("server.third", 2'000,
                [&](UserThread& self) { log[2] = outcome(poll(self, {{0}}, 100)); });
  polled.machine.run_well();
  CHECK(log == Log{"timed_out", "busy", "timed_out"});
}

TEST_CASE("polls of different ends do not disturb each other") {
  Polled polled({}, 2);
  Log log(2);
  polled.thread("server.first", 100, [&](UserThread& self) {
    log[0] = outcome(poll(self, {{0}}));
    polled.machine.pass();
  });
  polled.thread("server.second", 200,
                [&](UserThread& self) { log[1] = outcome(poll(self, {{1}})); });
  polled.client = [&](UserThread& self, const std::vector<Descriptor>& fds) {
    CHECK(self.sleep(10'000));
    CHECK(self.wakeup(fds[0]));
    if (polled.machine.reach(self, 4)) CHECK(self.wakeup(fds[1]));
    CHECK(self.sleep(10'000));
  };
  polled.machine.run_well();
  CHECK(log == Log{"signaled 0", "signaled 1"});
}

TEST_CASE("poll_all claims every full-task end: a poll of one is busy") {
  Polled polled({}, 2);
  Log log(2);
  polled.thread("server.first", 100,
                [&](UserThread& self) { log[0] = outcome(self.poll_all(20'000)); });
  polled.thread("server.second", 1'000,
                [&](UserThread& self) { log[1] = outcome(poll(self, {{1}})); });
  polled.machine.run_well();
  CHECK(log == Log{"timed_out", "busy"});
}

TEST_CASE("a poll of one full-task end makes poll_all busy, which names it") {
  Polled polled({}, 3);
  Log log(2);
  polled.thread("server.first", 100,
                [&](UserThread& self) { log[0] = outcome(poll(self, {{1}}, 20'000)); });
  polled.thread("server.second", 1'000,
                [&](UserThread& self) { log[1] = outcome(self.poll_all()); });
  polled.machine.run_well();
  CHECK(log == Log{"timed_out", "busy"});
  const auto refused = polled.machine.trace().of("server.second", "poll_all");
  REQUIRE(!refused.empty());
  CHECK(RunTrace::argument(refused.back(), "ready") == "1");
}

TEST_CASE("one poll_all at a time, even while no end is open") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log(2);
  machine.thread(task, "task.first",
                 [&](UserThread& self) { log[0] = outcome(self.poll_all(5'000)); });
  machine.thread(task, "task.second", [&](UserThread& self) {
    if (self.sleep(1'000)) log[1] = outcome(self.poll_all());
  });
  machine.run_well();
  CHECK(log == Log{"timed_out", "busy"});
}

TEST_CASE("poll_all also claims what is opened later") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log(2);
  machine.thread(task, "task.first",
                 [&](UserThread& self) { log[0] = outcome(self.poll_all(5'000)); });
  machine.thread(task, "task.second", [&](UserThread& self) {
    if (!self.sleep(1'000)) return;
    const auto port = offer(self, kFull);
    if (port) log[1] = outcome(poll(self, {*port}));
  });
  machine.run_well();
  CHECK(log == Log{"timed_out", "busy"});
}

TEST_CASE("poll_all claims no thread-local end of another thread") {
  Machine machine({.policies = {{"poll_all", "with_thread_local"}}});
  const TaskId task = machine.task("task");
  Log log(2);
  machine.thread(task, "task.first",
                 [&](UserThread& self) { log[0] = outcome(self.poll_all(5'000)); });
  machine.thread(task, "task.second", [&](UserThread& self) {
    if (!self.sleep(1'000)) return;
    const auto port = offer(self, kLocal);
    if (port) log[1] = outcome(poll(self, {*port}, 500));
  });
  machine.run_well();
  CHECK(log == Log{"timed_out", "timed_out"});
}

TEST_CASE("claims end with the poll, however it ends") {
  Polled polled({}, 2);
  Log log;
  const ThreadId victim = polled.thread("server.first", 100, [&](UserThread& self) {
    log.push_back(outcome(poll(self, {{0}}, 500)));  // times out
    log.push_back(outcome(poll(self, {{0}})));       // is signaled
    log.push_back(outcome(poll(self, {{0}, {1}})));  // is killed
  });
  polled.thread("server.second", 30'000, [&](UserThread& self) {
    log.push_back(outcome(poll(self, {{0}}, 0)));
    log.push_back(outcome(self.poll_all(0)));
  });
  polled.client = [&](UserThread& self, const std::vector<Descriptor>& fds) {
    CHECK(self.sleep(5'000));
    CHECK(self.wakeup(fds[0]));
    CHECK(self.sleep(50'000));
  };
  polled.machine.kill_at(20'000, polled.server, victim);
  polled.machine.run_well();
  CHECK(log == Log{"timed_out", "signaled 0", "killed", "timed_out", "timed_out"});
}

TEST_CASE("a descriptor closed by another thread while it is polled: cancelled, naming it") {
  for (const std::string_view lock : {"big", "fine"}) {
    Polled polled({.policies = {{"kernel_lock", lock}}}, 3);
    std::string heard;
    polled.thread("server.first", 100, [&](UserThread& self) {
      heard = outcome(poll(self, {{0}, {1}, {2}}));
    });
    polled.thread("server.second", 1'000, [&](UserThread& self) { CHECK(self.close({1})); });
    polled.machine.run_well();
    CHECK(heard == "cancelled 1");
  }
}

TEST_CASE("a polled port that is closed by another thread is cancelled too") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log;
  machine.thread(task, "task.first", [&](UserThread& self) {
    for (const bool queued : {false, true}) {
      const auto port = self.new_port(kFull);
      if (!port || (queued && !self.push_to_listen_queue(*port))) return;
      log.push_back(outcome(poll(self, {*port})));
    }
  });
  machine.thread(task, "task.second", [&](UserThread& self) {
    for (const Descriptor fd : {Descriptor{0}, Descriptor{std::int64_t{1} << 20}}) {
      CHECK(self.sleep(1'000));
      CHECK(self.close(fd));
    }
  });
  machine.run_well();
  CHECK(log == Log{"cancelled 0", "cancelled 0.g1"});
}

TEST_CASE("poll_all drops an own end that is closed, and waits on") {
  Polled polled({}, 2);
  std::string heard;
  polled.thread("server.first", 100, [&](UserThread& self) { heard = outcome(self.poll_all()); });
  polled.thread("server.second", 1'000, [&](UserThread& self) {
    CHECK(self.close({1}));
    polled.machine.pass();
  });
  polled.client = [&](UserThread& self, const std::vector<Descriptor>& fds) {
    if (!polled.machine.reach(self, 4) || !self.sleep(1'000)) return;
    CHECK(outcome(poll(self, {fds[1]}, 0)) == "closed -2");
    CHECK(self.wakeup(fds[0]));
    CHECK(self.sleep(1'000));
  };
  polled.machine.run_well();
  CHECK(heard == "signaled 0");
}

TEST_CASE("a poll never adopts a newcomer with the same number") {
  Polled polled({.policies = {{"descriptor_reuse", "lowest"}}}, 2);
  Log log(2);
  polled.thread("server.first", 100, [&](UserThread& self) {
    log[0] = outcome(poll(self, {{0}, {1}}));
    log[1] = outcome(poll(self, {{1}}, 100));
  });
  polled.thread("server.second", 1'000, [&](UserThread& self) {
    CHECK(self.close({1}));
    const auto port = offer(self, kFull);
    CHECK(outcome(port ? Call<Descriptor>(*port) : Failure(KernelError::killed)) == "1");
  });
  polled.machine.run_well();
  CHECK(log == Log{"cancelled 1", "timed_out"});
}

TEST_CASE("a close of the other end is heard as closed, not as cancelled") {
  Polled polled({}, 2);
  std::string heard;
  polled.thread("server.first", 100, [&](UserThread& self) {
    heard = outcome(poll(self, {{0}, {1}}));
  });
  polled.client = [&](UserThread& self, const std::vector<Descriptor>& fds) {
    CHECK(self.sleep(5'000));
    CHECK(self.close(fds[1]));
    CHECK(self.sleep(1'000));
  };
  polled.machine.run_well();
  CHECK(heard == "closed 1");
}

TEST_CASE("under no schedule do two threads poll one end, and no signal goes amiss") {
  under_schedules(3, 60, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId server = machine.task("server");
    int heard = 0;
    const auto code = [&](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      for (int times = 0; times < 6; ++times) {
        const auto event = poll(self, {{0}}, 300);
        if (event && event->kind == EventKind::kSignaled) ++heard;
      }
    };
    machine.thread(server, "server.opener", [&](UserThread& self) {
      const auto port = offer(self, kFull);
      if (!port || !poll(self, {*port})) return;
      machine.pass();
    });
    machine.thread(server, "server.one", code);
    machine.thread(server, "server.two", code);
    int rung = 0;
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     while (rung < 4 && self.sleep(200) && self.wakeup(fd)) ++rung;
                     // Until nobody polls any more, so that the task does not end before.
                     CHECK(self.sleep(20'000));
                   });
    machine.run_well();
    CHECK(heard <= rung);
  });
}

}  // namespace
}  // namespace ipcsim::test
