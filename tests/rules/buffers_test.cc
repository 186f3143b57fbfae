// SPDX-License-Identifier: BSD-2-Clause
// Basic IPC, the 32-byte buffer: write and read.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// One connection; the client's code runs alone, the server waits until it is done.
Log with_connection(const Setup& setup,
                    const std::function<void(UserThread&, Descriptor, Log&)>& code) {
  Machine machine(setup);
  const TaskId server = machine.task("server");
  Log log;
  machine.server(server, "server.main", kLocal,
                 [&](UserThread& self, Descriptor) { machine.reach(self, 1); });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   code(self, fd, log);
                   machine.pass();
                 });
  machine.run_well();
  return log;
}

std::string content(const Call<kernel::Buffer>& buffer) {
  return buffer ? text(*buffer) : outcome(buffer);
}

TEST_CASE("write replaces the first bytes and leaves the others") {
  const Log log = with_connection({}, [](UserThread& self, Descriptor fd, Log& seen) {
    seen.push_back(outcome(self.write(fd, bytes("0123456789"))));
    seen.push_back(outcome(self.write(fd, bytes("abc"))));
    seen.push_back(content(self.read(fd)));
  });
  CHECK(log == Log{"ok", "ok", "abc3456789"});
}

TEST_CASE("a message has 32 bytes at most; a longer one is too_long and changes nothing") {
  const Log log = with_connection({}, [](UserThread& self, Descriptor fd, Log& seen) {
    seen.push_back(outcome(self.write(fd, bytes(std::string(32, 'x')))));
    seen.push_back(outcome(self.write(fd, bytes(std::string(33, 'y')))));
    seen.push_back(content(self.read(fd)));
  });
  CHECK(log == Log{"ok", "too_long", std::string(32, 'x')});
}

TEST_CASE("a fresh buffer is 32 zero bytes, and an empty write is allowed") {
  const Log log = with_connection({}, [](UserThread& self, Descriptor fd, Log& seen) {
    const auto fresh = self.read(fd);
    CHECK(fresh);
    seen.push_back(fresh && *fresh == kernel::Buffer{} ? "zero" : "not zero");
    seen.push_back(outcome(self.write(fd, {})));
    seen.push_back(outcome(self.write(fd, bytes("kept"))));
    seen.push_back(outcome(self.write(fd, {})));
    seen.push_back(content(self.read(fd)));
  });
  CHECK(log == Log{"zero", "ok", "ok", "ok", "kept"});
}

TEST_CASE("a connection's buffer is fresh whatever an earlier connection carried") {
  Machine machine;
  const TaskId server = machine.task("server");
  std::string first;
  std::string second;
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (int client = 0; client < 2; ++client) {
      const auto port = offer(self, kLocal);
      if (!port) return;
      CHECK(poll(self, {*port}));
      CHECK(poll(self, {*port}));
      CHECK(self.close(*port));
    }
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    for (std::string* const read : {&first, &second}) {
      const auto fd = connect(self, server, kLocal);
      if (!fd) return;
      *read = content(self.read(*fd));
      CHECK(self.write(*fd, bytes("secret")));
      CHECK(self.close(*fd));
    }
  });
  machine.run_well();
  CHECK(first.empty());
  CHECK(second.empty());
}

TEST_CASE("reading takes nothing away") {
  const Log log = with_connection({}, [](UserThread& self, Descriptor fd, Log& seen) {
    CHECK(self.write(fd, bytes("again")));
    for (int times = 0; times < 3; ++times) seen.push_back(content(self.read(fd)));
  });
  CHECK(log == Log{"again", "again", "again"});
}

TEST_CASE("the last write wins, and the trace numbers the writes") {
  Machine machine;
  const TaskId server = machine.task("server");
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    if (machine.reach(self, 1)) CHECK(content(self.read(fd)) == "3rd");
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   for (const auto* message : {"1st", "2nd", "3rd"}) {
                     CHECK(self.write(fd, bytes(message)));
                   }
                   machine.pass();
                   CHECK(self.sleep(1'000));
                 });
  machine.run_well();
  const RunTrace& trace = machine.trace();
  Log sequences;
  for (const auto& event : trace.named("write")) {
    sequences.push_back(RunTrace::argument(event, "sequence"));
  }
  CHECK(sequences == Log{"1", "2", "3"});
  REQUIRE(trace.named("read").size() == 1);
  CHECK(RunTrace::argument(trace.named("read").front(), "sequence") == "3");
}

TEST_CASE("neither read nor write blocks anybody or wakes anybody") {
  Machine machine({.cpus = 2});
  const TaskId server = machine.task("server");
  std::string heard;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    heard = outcome(poll(self, {fd}, 20'000));
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   for (int times = 0; times < 10; ++times) {
                     CHECK(self.write(fd, bytes("ping")));
                     CHECK(self.read(fd));
                   }
                   CHECK(self.sleep(30'000));
                 });
  machine.run_well();
  CHECK(heard == "timed_out");
  for (const auto& event : machine.trace().named("ready")) CHECK(event.why != "signal");
}

// Both sides write before either reads.
Log crossing(std::string_view buffer) {
  Machine machine({.policies = {{"buffer", buffer}}});
  const TaskId server = machine.task("server");
  Log log(2);
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    if (!machine.reach(self, 1)) return;
    CHECK(self.write(fd, bytes("reply")));
    machine.pass();
    if (machine.reach(self, 3)) log[0] = content(self.read(fd));
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.write(fd, bytes("request")));
                   machine.pass();
                   if (!machine.reach(self, 2)) return;
                   log[1] = content(self.read(fd));
                   machine.pass();
                   CHECK(self.sleep(10'000));
                 });
  machine.run_well();
  return log;
}

TEST_CASE("a shared buffer: both ends see every write, so crossing messages clobber each other") {
  CHECK(crossing("shared") == Log{"replyst", "replyst"});
}

TEST_CASE("a duplex buffer: one for each direction") {
  CHECK(crossing("duplex") == Log{"request", "reply"});
}

TEST_CASE("what was written before the close can still be read, any number of times") {
  for (const std::string_view buffer : {"shared", "duplex"}) {
    Machine machine({.policies = {{"buffer", buffer}}});
    const TaskId server = machine.task("server");
    Log log;
    machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
      log.push_back(outcome(poll(self, {fd})));
      for (int times = 0; times < 3; ++times) log.push_back(content(self.read(fd)));
    });
    machine.client(machine.task("client"), "client.main", server, kLocal,
                   [&](UserThread& self, Descriptor fd) {
                     CHECK(self.write(fd, bytes("last words")));
                     CHECK(self.close(fd));
                   });
    machine.run_well();
    CHECK(log == Log{"closed -1", "last words", "last words", "last words"});
  }
}

TEST_CASE("write and wakeup towards a closed end give peer_closed, and the buffer stays") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    if (!machine.reach(self, 1)) return;
    log = {outcome(self.write(fd, bytes("too late"))), outcome(self.wakeup(fd)),
           content(self.read(fd))};
  });
  machine.client(machine.task("client"), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   CHECK(self.write(fd, bytes("bye")));
                   CHECK(self.close(fd));
                   machine.pass();
                 });
  machine.run_well();
  CHECK(log == Log{"peer_closed", "peer_closed", "bye"});
}

TEST_CASE("a port has no client to write to, and reads as zero bytes") {
  Machine machine;
  Log log;
  machine.thread(machine.task("server"), "server.main", [&](UserThread& self) {
    const auto port = self.new_port(kLocal);
    if (!port) return;
    for (int pushed = 0; pushed < 2; ++pushed) {
      log.push_back(outcome(self.write(*port, bytes("x"))));
      log.push_back(outcome(self.wakeup(*port)));
      log.push_back(content(self.read(*port)));
      if (pushed == 0) CHECK(self.push_to_listen_queue(*port));
    }
  });
  machine.run_well();
  CHECK(log == Log{"not_connected", "not_connected", "", "not_connected", "not_connected", ""});
}

}  // namespace
}  // namespace ipcsim::test
