// SPDX-License-Identifier: BSD-2-Clause
// The permission bitmap: who may connect to a task.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using Log = std::vector<std::string>;

// What clients with the user ids 0, 1 and 65535 get from a server that has done `prepare`.
Log connects_after(std::string_view by_default, const Machine::Code& prepare) {
  Machine machine({.policies = {{"permissions_default", by_default}}});
  const TaskId server = machine.task("server");
  Log log;
  machine.thread(server, "server.main", [&](UserThread& self) {
    for (int ports = 0; ports < 3; ++ports) CHECK(offer(self, kLocal));
    prepare(self);
    machine.pass();
    machine.reach(self, 4);
  });
  unsigned stage = 1;
  for (const std::uint32_t uid : {0U, 1U, 65'535U}) {
    const std::string name = "client" + std::to_string(uid);
    machine.thread(machine.task(name, uid), name + ".main", [&, stage](UserThread& self) {
      if (!machine.reach(self, stage)) return;
      log.push_back(outcome(self.connect(server, kLocal)));
      machine.pass();
    });
    ++stage;
  }
  machine.run_well();
  return log;
}

TEST_CASE("permissions_default allow: everybody may connect until blocked") {
  CHECK(connects_after("allow", [](UserThread&) {}) == Log{"-1", "-1", "-1"});
  CHECK(connects_after("allow", [](UserThread& self) {
          CHECK(self.block_uid(65'535));
          CHECK(self.block_uid(0));
        }) == Log{"blocked", "-1", "blocked"});
  CHECK(connects_after("allow", [](UserThread& self) {
          CHECK(self.block_uid(1));
          CHECK(self.unblock_uid(1));
          CHECK(self.unblock_uid(1));
        }) == Log{"-1", "-1", "-1"});
}

TEST_CASE("permissions_default deny: nobody may connect until unblocked") {
  CHECK(connects_after("deny", [](UserThread&) {}) == Log{"blocked", "blocked", "blocked"});
  CHECK(connects_after("deny", [](UserThread& self) {
          CHECK(self.unblock_uid(65'535));
          CHECK(self.unblock_uid(1));
        }) == Log{"blocked", "-1", "-1"});
  CHECK(connects_after("deny", [](UserThread& self) {
          CHECK(self.unblock_uid(0));
          CHECK(self.block_uid(0));
        }) == Log{"blocked", "blocked", "blocked"});
}

TEST_CASE("each task has a bitmap of its own") {
  Machine machine;
  const TaskId one = machine.task("one");
  const TaskId two = machine.task("two");
  const auto serve = [&](UserThread& self, bool blocks) {
    CHECK(offer(self, kLocal));
    if (blocks) CHECK(self.block_uid(9));
    machine.pass();
    machine.reach(self, 3);
  };
  machine.thread(one, "one.main", [&](UserThread& self) { serve(self, true); });
  machine.thread(two, "two.main", [&](UserThread& self) { serve(self, false); });
  Log log;
  machine.thread(machine.task("client", 9), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 2)) return;
    log = {outcome(self.connect(one, kLocal)), outcome(self.connect(two, kLocal))};
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"blocked", "-1"});
}

TEST_CASE("a connect that is blocked takes no port") {
  Machine machine;
  const TaskId server = machine.task("server");
  machine.thread(server, "server.main", [&](UserThread& self) {
    CHECK(offer(self, kLocal));
    CHECK(self.block_uid(3));
    machine.pass();
    if (!machine.reach(self, 2)) return;
    CHECK(machine.observation().listen_queue(server) == 1);
    CHECK(outcome(poll(self, {{-1}}, 0)) == "timed_out");
  });
  machine.thread(machine.task("client", 3), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    CHECK(outcome(self.connect(server, kLocal)) == "blocked");
    machine.pass();
  });
  machine.run_well();
}

TEST_CASE("existing connections stay open when their user id is blocked") {
  Machine machine;
  const TaskId server = machine.task("server");
  Log log;
  machine.server(server, "server.main", kLocal, [&](UserThread& self, Descriptor fd) {
    CHECK(self.block_uid(3));
    machine.pass();
    log.push_back(outcome(poll(self, {fd})));
    log.push_back(outcome(self.wakeup(fd)));
    log.push_back(outcome(poll(self, {fd})));
  });
  machine.client(machine.task("client", 3), "client.main", server, kLocal,
                 [&](UserThread& self, Descriptor fd) {
                   if (!machine.reach(self, 1)) return;
                   CHECK(self.wakeup(fd));
                   CHECK(outcome(poll(self, {fd})) == "signaled -1");
                 });
  machine.run_well();
  CHECK(log == Log{"signaled -1", "ok", "closed -1"});
}

TEST_CASE("clients that wait and become blocked wake with blocked; others wait on") {
  Machine machine({.policies = {{"listen_empty", "block"}}});
  const TaskId server = machine.task("server");
  Log log;
  for (const std::uint32_t uid : {7U, 8U, 7U}) {
    const std::string name = "client" + std::to_string(log.size()) + std::to_string(uid);
    machine.thread(machine.task(name, uid), name + ".main", [&, uid](UserThread& self) {
      log.push_back(std::to_string(uid) + " " + outcome(self.connect(server, kLocal)));
      machine.reach(self, 1);
    });
  }
  machine.thread(server, "server.main", [&](UserThread& self) {
    if (!self.sleep(5'000)) return;
    CHECK(machine.observation().waiting_connects(server) == 3);
    CHECK(self.block_uid(7));
    CHECK(machine.observation().waiting_connects(server) == 1);
    if (!self.sleep(1'000)) return;
    CHECK(offer(self, kLocal));
    if (!self.sleep(1'000)) return;
    machine.pass();
  });
  machine.run_well();
  CHECK(log == Log{"7 blocked", "7 blocked", "8 -1"});
}

TEST_CASE("unblock_uid disturbs no client that waits") {
  Machine machine({.policies = {{"listen_empty", "block"}}});
  const TaskId server = machine.task("server");
  std::string given;
  machine.thread(machine.task("client", 7), "client.main",
                 [&](UserThread& self) { given = outcome(self.connect(server, kLocal)); });
  machine.thread(server, "server.main", [&](UserThread& self) {
    if (!self.sleep(5'000)) return;
    CHECK(self.unblock_uid(7));
    CHECK(machine.observation().waiting_connects(server) == 1);
    CHECK(offer(self, kLocal));
    CHECK(self.sleep(1'000));
  });
  machine.run_well();
  CHECK(given == "-1");
}

// After block_uid(u) has returned no later connect from u succeeds, whatever the schedule: the
// check of the bitmap and the taking of the port are one step. How long the server waits before it
// blocks decides how many clients come before that; a long and a short wait bring both orders.
TEST_CASE("block_uid is atomic with connect under every schedule") {
  constexpr Cycles kWaits[] = {1, 40, 400};
  for (const std::string_view empty : {"refuse", "block"}) {
    int before = 0;
    int after = 0;
    int split = 0;  // runs in which some came before and some after
    under_schedules(3, 50, [&](const Setup& setup) {
      for (const Cycles wait : kWaits) {
        Setup with = setup;
        with.policies.emplace_back("listen_empty", empty);
        Machine machine(with);
        const TaskId server = machine.task("server");
        bool blocked = false;
        machine.thread(server, "server.main", [&](UserThread& self) {
          for (int ports = 0; ports < 6; ++ports) CHECK(offer(self, kLocal));
          machine.pass();
          CHECK(self.compute(wait));
          CHECK(self.block_uid(3));
          blocked = true;
          CHECK(offer(self, kLocal));
          CHECK(self.sleep(2'000));
        });
        const TaskId client = machine.task("client", 3);
        int admitted = 0;
        int refused = 0;
        for (const std::string_view name : {"client.one", "client.two"}) {
          machine.thread(client, name, [&](UserThread& self) {
            if (!machine.reach(self, 1)) return;
            for (int times = 0; times < 6; ++times) {
              const bool begun_after = blocked;
              const auto fd = self.connect(server, kLocal);
              CHECK_FALSE((begun_after && fd));
              ++(fd ? admitted : refused);
              if (!fd && fd.error() != KernelError::blocked) return;
            }
          });
        }
        machine.run_well();
        before += admitted;
        after += refused;
        if (admitted > 0 && refused > 0) ++split;
        // Nor does one take effect after the block has.
        bool takes_effect = false;
        for (const auto& event : machine.trace().events()) {
          takes_effect = takes_effect || event.name == "block_uid";
          const bool connected = event.name == "connect" && event.result == "-1";
          CHECK_FALSE((takes_effect && connected));
        }
      }
    });
    // Otherwise the schedules have not tried what this is about.
    CHECK(before > 0);
    CHECK(after > 0);
    CHECK(split > 0);
  }
}

}  // namespace
}  // namespace ipcsim::test
