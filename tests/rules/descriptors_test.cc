// SPDX-License-Identifier: BSD-2-Clause
// Descriptors: how they are numbered, on which threads they mean something, what a closed one
// means.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/abi/descriptor_number.h"
#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// What every call that takes a descriptor says of one.
Log use(UserThread& self, Descriptor fd) {
  return {outcome(self.push_to_listen_queue(fd)), outcome(self.read(fd)),
          outcome(self.write(fd, bytes("x"))),    outcome(self.wakeup(fd)),
          outcome(poll(self, {fd}, 0)),           outcome(self.close(fd))};
}

const Log kBadDescriptor(6, "bad_descriptor");

TEST_CASE("full-task descriptors are 0, 1, 2, ..., thread-local ones -1, -2, ...") {
  Machine machine;
  Log log;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    for (const Scope scope : {kFull, kLocal, kFull, kLocal, kFull}) {
      log.push_back(outcome(self.new_port(scope)));
    }
  });
  machine.run_well();
  CHECK(log == Log{"0", "-1", "1", "-2", "2"});
}

TEST_CASE("the ends that connect makes are numbered with the others") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (int ports = 0; ports < 3; ++ports) CHECK(offer(self, kLocal));
    machine.pass();
    machine.reach(self, 2);
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    log.push_back(outcome(self.new_port(kLocal)));
    log.push_back(outcome(self.connect(server, kLocal)));
    log.push_back(outcome(self.connect(server, kFull)));
    log.push_back(outcome(self.connect(server, kLocal)));
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"-1", "-2", "0", "-3"});
}

TEST_CASE("an unknown descriptor is bad_descriptor in every call") {
  Machine machine;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    CHECK(self.new_port(kFull));
    CHECK(self.new_port(kLocal));
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t number : {std::int64_t{1}, std::int64_t{-2}, std::int64_t{1} << 20,
                                      -1 - (std::int64_t{1} << 20), kMost, -kMost - 1}) {
      CHECK(use(self, {number}) == kBadDescriptor);
    }
  });
  machine.run_well();
}

TEST_CASE("a closed descriptor is bad_descriptor in every call") {
  for (const std::string_view reuse : {"generation", "lowest", "never"}) {
    Machine machine({.policies = {{"descriptor_reuse", reuse}}});
    machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
      for (const Scope scope : {kFull, kLocal}) {
        const auto port = self.new_port(scope);
        if (!port) return;
        CHECK(self.close(*port));
        CHECK(use(self, *port) == kBadDescriptor);
      }
    });
    machine.run_well();
  }
}

TEST_CASE("a thread-local number means another connection, or none, on another thread") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log;
  machine.thread(task, "task.one", [&](UserThread& self) {
    const auto port = offer(self, kLocal);
    if (!port) return;
    machine.pass();
    if (machine.reach(self, 3)) log.push_back(outcome(self.push_to_listen_queue(*port)));
  });
  machine.thread(task, "task.two", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    CHECK(use(self, {-1}) == kBadDescriptor);
    machine.pass();
    machine.reach(self, 4);
  });
  machine.thread(task, "task.three", [&](UserThread& self) {
    if (!machine.reach(self, 2)) return;
    log.push_back(outcome(self.new_port(kLocal)));
    log.push_back(outcome(self.push_to_listen_queue({-1})));
    log.push_back(outcome(self.close({-1})));
    machine.pass();
    machine.pass();
  });
  machine.run_well();
  // The first thread's port is on offer all the time.
  CHECK(log == Log{"-1", "ok", "ok", "busy"});
}

TEST_CASE("a full-task descriptor means the same to every thread of its task, and to no other's") {
  Machine machine;
  const TaskId server = machine.task("server");
  const TaskId client = machine.task("client");
  Log log;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    if (!machine.reach(self, 2)) return;
    CHECK(use(self, {0}) == kBadDescriptor);
    CHECK(outcome(poll(self, {fd}, 0)) == "signaled -1");
    machine.pass();
  });
  machine.client(client, "client.one", server, kFull, [&](UserThread& self, Descriptor fd) {
    log.push_back(to_text(fd));
    CHECK(self.write(fd, bytes("from one")));
    machine.pass();
    machine.reach(self, 3);
  });
  machine.thread(client, "client.two", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    const auto buffer = self.read({0});
    if (buffer) log.push_back(text(*buffer));
    log.push_back(outcome(self.wakeup({0})));
    machine.pass();
    machine.reach(self, 3);
  });
  machine.run_well();
  CHECK(log == Log{"0", "from one", "ok"});
}

// Numbers of ports that are opened and closed by turns.
Log reused(std::string_view policy, Scope scope) {
  Machine machine({.policies = {{"descriptor_reuse", policy}}});
  Log log;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    std::vector<Descriptor> fds;
    for (const int closed : {-1, -1, 0, 1, 2}) {
      if (closed >= 0) CHECK(self.close(fds[static_cast<std::size_t>(closed)]));
      const auto port = self.new_port(scope);
      if (!port) return;
      fds.push_back(*port);
      log.push_back(to_text(*port));
    }
    // The first one is stale; where its number is used again it names the newest.
    log.push_back(outcome(self.push_to_listen_queue(fds[0])));
  });
  machine.run_well();
  return log;
}

TEST_CASE("descriptor_reuse generation: a slot is used again, a stale number is caught") {
  CHECK(reused("generation", kFull) == Log{"0", "1", "0.g1", "1.g1", "0.g2", "bad_descriptor"});
  CHECK(reused("generation", kLocal) ==
        Log{"-1", "-2", "-1.g1", "-2.g1", "-1.g2", "bad_descriptor"});
}

TEST_CASE("descriptor_reuse lowest: a stale number silently names the newcomer") {
  CHECK(reused("lowest", kFull) == Log{"0", "1", "0", "1", "0", "ok"});
  CHECK(reused("lowest", kLocal) == Log{"-1", "-2", "-1", "-2", "-1", "ok"});
}

TEST_CASE("descriptor_reuse never: a number is not used again") {
  CHECK(reused("never", kFull) == Log{"0", "1", "2", "3", "4", "bad_descriptor"});
  CHECK(reused("never", kLocal) == Log{"-1", "-2", "-3", "-4", "-5", "bad_descriptor"});
}

}  // namespace
}  // namespace ipcsim::test
