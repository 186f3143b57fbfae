// SPDX-License-Identifier: BSD-2-Clause
// Where several errors apply, the first of errors.def is given; a call that fails changes nothing.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// The first of these in errors.def; "ok" when there is none.
std::string first_of(const std::vector<KernelError>& errors) {
  if (errors.empty()) return "ok";
  return std::string(name_of(*std::min_element(errors.begin(), errors.end())));
}

TEST_CASE("errors.def stands in the order of precedence") {
  constexpr std::string_view kOrder[] = {
      "bad_argument", "too_long",      "unsupported", "not_privileged", "bad_descriptor",
      "no_such_task", "not_connected", "peer_closed", "limit",          "blocked",
      "refused",      "busy",          "empty",       "stale"};
  for (std::size_t index = 0; index < std::size(kOrder); ++index) {
    CHECK(name_of(static_cast<KernelError>(index)) == kOrder[index]);
  }
}

TEST_CASE("connect: unsupported, limit, blocked, refused, in every combination") {
  for (const std::string_view lock : {"big", "fine"}) {
    for (unsigned wrong = 0; wrong < 16; ++wrong) {
      std::vector<KernelError> errors;
      const auto is_wrong = [&](unsigned bit, KernelError error) {
        const bool applies = (wrong >> bit & 1U) != 0;
        if (applies) errors.push_back(error);
        return applies;
      };
      const bool unsupported = is_wrong(0, KernelError::unsupported);
      const bool limited = is_wrong(1, KernelError::limit);
      const bool blocked = is_wrong(2, KernelError::blocked);
      const bool refused = is_wrong(3, KernelError::refused);
      Machine machine({.policies = {{"kernel_lock", lock},
                                    {"ipc_scope", unsupported ? "thread_local_only" : "mixed"}},
                       .limits = {{"connections", limited ? 0 : 10}}});
      const TaskId server = machine.task("server");
      std::string given;
      machine.thread(server, "server.main", [&](UserThread& self) {
        if (blocked) CHECK(self.block_uid(5));
        if (!refused) CHECK(offer(self, kLocal));
        machine.pass();
        machine.reach(self, 2);
      });
      machine.thread(machine.task("client", 5), "client.main", [&](UserThread& self) {
        if (machine.reach(self, 1)) given = outcome(self.connect(server, kFull));
        machine.pass();
      });
      machine.run_well();
      CHECK_MESSAGE((errors.empty() ? given == "0" : given == first_of(errors)),
                    "combination " << wrong << " gives " << given);
    }
  }
}

TEST_CASE(
    "connect to a task that has ended is refused to everybody, unless the caller is at fault") {
  for (unsigned wrong = 0; wrong < 8; ++wrong) {
    std::vector<KernelError> errors = {KernelError::refused};
    const bool unsupported = (wrong & 1U) != 0;
    const bool limited = (wrong & 2U) != 0;
    if (unsupported) errors.push_back(KernelError::unsupported);
    if (limited) errors.push_back(KernelError::limit);
    // Whom a task has blocked is forgotten with it.
    const bool blocked = (wrong & 4U) != 0;
    Machine machine({.policies = {{"ipc_scope", unsupported ? "thread_local_only" : "mixed"},
                                  {"listen_empty", "block"}},
                     .limits = {{"connections", limited ? 0 : 10}}});
    const TaskId server = machine.task("server");
    std::string given;
    machine.thread(server, "server.main", [&](UserThread& self) {
      if (blocked) CHECK(self.block_uid(5));
      CHECK(offer(self, kLocal));
    });
    machine.thread(machine.task("client", 5), "client.main", [&](UserThread& self) {
      if (self.sleep(5'000)) given = outcome(self.connect(server, kFull));
    });
    machine.run_well();
    CHECK(given == first_of(errors));
  }
}

TEST_CASE("new_port: unsupported before limit") {
  for (unsigned wrong = 0; wrong < 4; ++wrong) {
    std::vector<KernelError> errors;
    if ((wrong & 1U) != 0) errors.push_back(KernelError::unsupported);
    if ((wrong & 2U) != 0) errors.push_back(KernelError::limit);
    Machine machine({.policies = {{"ipc_scope", (wrong & 1U) != 0 ? "thread_local_only" : "mixed"}},
                     .limits = {{"ports", (wrong & 2U) != 0 ? 0 : 10}}});
    std::string given;
    machine.thread(machine.task("task"), "task.main",
                   [&](UserThread& self) { given = outcome(self.new_port(kFull)); });
    machine.run_well();
    CHECK((errors.empty() ? given == "0" : given == first_of(errors)));
  }
}

// What `call` gives for an end in each of its states, the caller's own.
struct EndStates {
  std::string unknown;
  std::string port;
  std::string queued;
  std::string connected;
  std::string peer_closed;
};
EndStates in_each_state(const std::function<std::string(UserThread&, Descriptor)>& call) {
  Machine machine;
  const TaskId server = machine.task("server");
  EndStates given;
  machine.thread(server, "server.main", [&](UserThread& self) {
    given.unknown = call(self, {-77});
    const auto port = self.new_port(kLocal);
    const auto queued = offer(self, kLocal);
    const auto connected = self.new_port(kLocal);
    const auto left = self.new_port(kLocal);
    machine.pass();
    if (!port || !queued || !connected || !left) return;
    given.port = call(self, *port);
    given.queued = call(self, *queued);
    // The first in the queue is taken by a client that closes, the next by one that stays.
    CHECK(self.close(*queued));
    CHECK(self.push_to_listen_queue(*left));
    CHECK(self.push_to_listen_queue(*connected));
    machine.pass();
    if (!machine.reach(self, 3)) return;
    CHECK(outcome(poll(self, {*left}, 0)) == "opened -4");
    CHECK(outcome(poll(self, {*connected}, 0)) == "opened -3");
    given.connected = call(self, *connected);
    given.peer_closed = call(self, *left);
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 2)) return;
    const auto closed = self.connect(server, kLocal);
    CHECK(self.connect(server, kLocal));
    if (closed) CHECK(self.close(*closed));
    machine.pass();
    machine.reach(self, 4);
  });
  machine.run_well();
  return given;
}

TEST_CASE("write: too_long comes before whatever is wrong with the end") {
  for (const std::size_t size : {std::size_t{3}, std::size_t{33}}) {
    const EndStates given = in_each_state([size](UserThread& self, Descriptor fd) {
      return outcome(self.write(fd, bytes(std::string(size, 'x'))));
    });
    const bool long_one = size > 32;
    CHECK(given.unknown == (long_one ? "too_long" : "bad_descriptor"));
    CHECK(given.port == (long_one ? "too_long" : "not_connected"));
    CHECK(given.queued == (long_one ? "too_long" : "not_connected"));
    CHECK(given.connected == (long_one ? "too_long" : "ok"));
    CHECK(given.peer_closed == (long_one ? "too_long" : "peer_closed"));
  }
}

TEST_CASE("wakeup: bad_descriptor, not_connected, peer_closed") {
  const EndStates given =
      in_each_state([](UserThread& self, Descriptor fd) { return outcome(self.wakeup(fd)); });
  CHECK(given.unknown == "bad_descriptor");
  CHECK(given.port == "not_connected");
  CHECK(given.queued == "not_connected");
  CHECK(given.connected == "ok");
  CHECK(given.peer_closed == "peer_closed");
}

// Both apply where another thread has the connection in hand at that moment.
TEST_CASE("wakeup: peer_closed before busy") {
  Log given;
  std::size_t overlapped = 0;
  for (const bool closed : {false, true}) {
    for (Cycles later = 3'200; later < 3'600; later += 11) {
      Machine machine({.cpus = 3,
                       .cost = "skylake_nokpti",
                       .policies = {{"kernel_lock", "fine"}, {"signal_overlap", "busy"}}});
      const TaskId server = machine.task("server");
      machine.server(server, "server.one", kFull,
                     [&](UserThread& self, Descriptor fd) {
                       if (!self.sleep(5'000)) return;
                       machine.pass();
                       if (!machine.reach(self, 2)) return;
                       static_cast<void>(poll(self, {fd}, 0));  // has it for a while
                       CHECK(self.sleep(5'000));
                     },
                     {.cpu = 0});
      machine.thread(server, "server.two",
                     [&](UserThread& self) {
                       if (!machine.reach(self, 1)) return;
                       machine.pass();
                       if (!self.compute(later)) return;
                       const std::string result = outcome(self.wakeup({0}));
                       if (result == "busy") ++overlapped;
                       if (closed) given.push_back(result);
                     },
                     {.cpu = 1});
      machine.client(machine.task("client"), "client.main", server, kLocal,
                     [&](UserThread& self, Descriptor fd) {
                       if (closed) CHECK(self.close(fd));
                       machine.reach(self, 2);
                       CHECK(self.sleep(5'000));
                     },
                     {.cpu = 2});
      machine.run_well();
    }
  }
  CHECK(overlapped > 0);
  CHECK(given == Log(given.size(), "peer_closed"));
}

TEST_CASE("push_to_listen_queue: only a port that is not on offer yet") {
  const EndStates given = in_each_state([](UserThread& self, Descriptor fd) {
    const std::string result = outcome(self.push_to_listen_queue(fd));
    // A port that was not on offer is taken back, so that the clients get the others.
    if (result == "ok") CHECK(self.close(fd));
    return result;
  });
  CHECK(given.unknown == "bad_descriptor");
  CHECK(given.port == "ok");
  CHECK(given.queued == "busy");
  CHECK(given.connected == "bad_argument");
  CHECK(given.peer_closed == "bad_argument");
}

TEST_CASE("read and poll go in every state of an end") {
  const EndStates read =
      in_each_state([](UserThread& self, Descriptor fd) { return outcome(self.read(fd)); });
  CHECK(read.unknown == "bad_descriptor");
  for (const std::string& state : {read.port, read.queued, read.connected, read.peer_closed}) {
    CHECK(state == "ok");
  }
  const EndStates polled =
      in_each_state([](UserThread& self, Descriptor fd) { return outcome(poll(self, {fd}, 0)); });
  CHECK(polled.unknown == "bad_descriptor");
  CHECK(polled.port == "timed_out");
  CHECK(polled.queued == "timed_out");
  CHECK(polled.connected == "timed_out");
  CHECK(polled.peer_closed == "closed -4");
}

TEST_CASE("poll: bad_argument, then bad_descriptor, then busy") {
  Machine machine;
  const TaskId task = machine.task("task");
  Log log;
  machine.thread(task, "task.first", [&](UserThread& self) {
    const auto port = offer(self, kFull);
    if (port) CHECK(outcome(poll(self, {*port}, 10'000)) == "timed_out");
  });
  machine.thread(task, "task.second", [&](UserThread& self) {
    if (!self.sleep(1'000)) return;
    log.push_back(outcome(poll(self, {})));
    log.push_back(outcome(poll(self, {{0}, {5}})));
    log.push_back(outcome(poll(self, {{5}, {0}})));
    log.push_back(outcome(poll(self, {{0}})));
  });
  machine.run_well();
  CHECK(log == Log{"bad_argument", "bad_descriptor", "bad_descriptor", "busy"});
  // The trace names what is wrong.
  const auto polls = machine.trace().of("task.second", "poll");
  REQUIRE(polls.size() == 4);
  CHECK(RunTrace::argument(polls[1], "ready") == "5");
  CHECK(RunTrace::argument(polls[3], "ready") == "0");
}

TEST_CASE("kill: not_privileged before no_such_task") {
  for (const bool privileged : {false, true}) {
    Machine machine;
    const TaskId victim = machine.task("victim");
    machine.thread(victim, "victim.main", [](UserThread&) {});
    Log log;
    machine.thread(machine.task("killer", 0, privileged), "killer.main", [&](UserThread& self) {
      if (self.sleep(5'000)) log.push_back(outcome(self.kill(victim)));
    });
    machine.run_well();
    REQUIRE(log.size() == 1);
    CHECK(log[0] == (privileged ? "no_such_task" : "not_privileged"));
  }
}

TEST_CASE("user ids are 0 to 65535") {
  Machine machine;
  Log log;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t uid : {std::int64_t{0}, std::int64_t{65'535}, std::int64_t{65'536},
                                   std::int64_t{-1}, kMost, -kMost - 1}) {
      log.push_back(outcome(self.block_uid(uid)));
      CHECK(outcome(self.unblock_uid(uid)) == log.back());
    }
  });
  machine.run_well();
  const Log expected = {"ok", "ok", "bad_argument", "bad_argument", "bad_argument", "bad_argument"};
  CHECK(log == expected);
}

TEST_CASE("a failed call is counted, and gives what call_errors.def says of it") {
  struct Row {
    std::string_view call;
    std::string_view error;
  };
  constexpr Row kRows[] = {
#define CALL_ERROR(call, error) {#call, #error},
#include "kernel_model/abi/call_errors.def"
#undef CALL_ERROR
  };
  Machine machine;
  machine.thread(machine.task("task"), "task.main", [&](UserThread& self) {
    CHECK_FALSE(self.write({0}, bytes(std::string(40, 'x'))));
    CHECK_FALSE(self.block_uid(-1));
    CHECK_FALSE(poll(self, {}));
    CHECK_FALSE(self.close({9}));
  });
  machine.run_well();
  CHECK(machine.system().counters().failed_calls == 4);
  for (const auto& event : machine.trace().events()) {
    if (!kernel::find_kernel_error(event.result)) continue;
    CHECK(std::any_of(std::begin(kRows), std::end(kRows), [&event](const Row& row) {
      return row.call == event.name && row.error == event.result;
    }));
  }
}

}  // namespace
}  // namespace ipcsim::test
