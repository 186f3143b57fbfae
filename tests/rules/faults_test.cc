// SPDX-License-Identifier: BSD-2-Clause
// Page faults: records, waiters and answers; the memory daemon, its end and its own fault; killing
// whoever waits.
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"
#include "tests/support/thoroughness.h"

namespace ipcsim::test {
namespace {

using kernel::EndCause;
using kernel::PageAccess;
using kernel::PageFault;
using kernel::RunState;
using Log = std::vector<std::string>;

constexpr std::uint64_t kPage = 0x10000;
constexpr std::uint64_t page(std::uint64_t number) { return kPage + number * 4096; }

// Maps a new frame where the fault was, unless its task has gone, and lets go of it. False: the
// thread has been ended.
bool supply(UserThread& self, const PageFault& fault) {
  const auto frame = self.new_frame();
  if (!frame) return false;
  const auto mapped = self.map(fault.task, fault.page, frame->value(), PageAccess::kWrite);
  if (!mapped && mapped.error() != KernelError::no_such_task) return false;
  return self.free_frame(frame->value()).ok();
}

// What a memory daemon does; `answer` gives false when it is to stop.
void serve(UserThread& self, Scope scope, Machine& machine,
           const std::function<bool(UserThread&, Descriptor, const PageFault&)>& answer) {
  const auto socket = self.open_fault_socket(scope);
  if (!socket) return;
  machine.pass();
  while (poll(self, {*socket})) {
    for (;;) {
      const auto fault = self.take_fault(*socket);
      if (!fault && fault.error() != KernelError::empty) return;
      if (!fault) break;
      if (!answer(self, *socket, *fault)) return;
    }
  }
}

bool supply_and_resume(UserThread& self, Descriptor socket, const PageFault& fault) {
  return supply(self, fault) && self.resume_fault(socket, fault.record);
}

// A daemon in the background that answers everything; threads begin after machine.reach(self, 1).
TaskId add_daemon(Machine& machine, Scope scope = kLocal) {
  const TaskId daemon = machine.task("daemon", 0, true);
  machine.thread(
      daemon, "daemon.main",
      [&machine, scope](UserThread& self) { serve(self, scope, machine, supply_and_resume); },
      {.background = true});
  return daemon;
}

// A run in which tasks may end by faults.
void run_with_faults(Machine& machine) {
  const engine::RunOutcome& outcome = machine.run();
  INFO(machine.trace().text());
  if (outcome.end == engine::RunEnd::kFinding) {
    CHECK(outcome.finding.name == "unhandled_fault");
  } else {
    CHECK(outcome.end == engine::RunEnd::kFinished);
  }
}

TEST_CASE("an access that faults is tried again after the answer") {
  under_schedules(2, 15, [](const Setup& setup) {
    Machine machine(setup);
    add_daemon(machine);
    Log log;
    for (const std::string_view name : {"one", "other"}) {
      const TaskId task = machine.task(name);
      machine.thread(task, std::string(name) + ".main", [&machine, &log](UserThread& self) {
        if (!machine.reach(self, 1)) return;
        for (std::uint64_t number = 0; number < 3; ++number) {
          if (!store64(self, page(number), number + 1)) return;
        }
        std::string seen;
        for (std::uint64_t number = 0; number < 3; ++number) {
          const auto value = load64(self, page(number));
          seen += value ? std::to_string(*value) : outcome(value);
        }
        log.push_back(seen);
      });
    }
    machine.run_well();
    CHECK(log == Log{"123", "123"});
    CHECK(machine.trace().named("fault_queued").size() == 6);
    CHECK(machine.trace().named("fault_resumed").size() == 6);
  });
}

TEST_CASE("a record says who faulted where, and how") {
  Machine machine;
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId client = machine.task("client");
  std::vector<PageFault> faults;
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    serve(self, kLocal, machine, [&](UserThread& me, Descriptor socket, const PageFault& fault) {
      faults.push_back(fault);
      const auto frame = me.new_frame();
      if (fault.code == 7) {
        static_cast<void>(me.protect(fault.task, fault.page, PageAccess::kWrite));
      } else if (frame) {
        static_cast<void>(me.map(fault.task, fault.page, frame->value(), PageAccess::kRead));
      }
      return me.resume_fault(socket, fault.record) && faults.size() < 3;
    });
  });
  const ThreadId thread = machine.thread(client, "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    static_cast<void>(load64(self, page(0) + 40));      // not there
    static_cast<void>(store64(self, page(0) + 80, 1));  // read-only
    static_cast<void>(self.fetch_add(page(1), 1));      // not there, a write; then read-only
  });
  machine.run();
  REQUIRE(faults.size() == 3);
  for (std::size_t index = 0; index < 3; ++index) {
    CHECK(faults[index].record == static_cast<std::int64_t>(index) + 1);
    CHECK(faults[index].task == client);
    CHECK(faults[index].thread == thread);
  }
  CHECK(faults[0].address == page(0) + 40);
  CHECK(faults[0].page == page(0));
  CHECK(faults[0].access == PageAccess::kRead);
  CHECK(faults[0].code == 4);
  CHECK(faults[1].address == page(0) + 80);
  CHECK(faults[1].access == PageAccess::kWrite);
  CHECK(faults[1].code == 7);
  CHECK(faults[2].page == page(1));
  CHECK(faults[2].code == 6);
}

TEST_CASE("threads on one page share a record, also when the daemon has taken it") {
  Machine machine({.cpus = 4});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId client = machine.task("client");
  Log log;
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    const auto socket = self.open_fault_socket(kLocal);
    REQUIRE(socket);
    machine.pass();
    if (!self.sleep(200)) return;  // the first two fault
    log.push_back(outcome(poll(self, {*socket}, 0)));
    const auto fault = self.take_fault(*socket);
    REQUIRE(fault);
    log.push_back(outcome(self.take_fault(*socket)));
    machine.pass();
    if (!self.sleep(200)) return;  // the third one does
    log.push_back(outcome(poll(self, {*socket}, 0)));
    log.push_back(outcome(self.take_fault(*socket)));
    REQUIRE(supply(self, *fault));
    REQUIRE(self.resume_fault(*socket, fault->record));
    if (!self.sleep(200)) return;
    log.push_back(outcome(poll(self, {*socket}, 0)));
  });
  for (const unsigned number : {1U, 2U, 3U}) {
    machine.thread(client, "client." + std::to_string(number), [&, number](UserThread& self) {
      if (!machine.reach(self, number == 3 ? 2 : 1)) return;
      static_cast<void>(self.fetch_add(kPage + 8 * number, number));
    });
  }
  machine.run_well();
  CHECK(log == Log{"signaled -1", "empty", "timed_out", "empty", "timed_out"});
  CHECK(machine.trace().named("fault_resumed").size() == 3);
}

TEST_CASE("faults are taken in the order in which they were made") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  Log order;
  machine.thread(daemon, "daemon.main",
                 [&](UserThread& self) {
                   const auto socket = self.open_fault_socket(kLocal);
                   REQUIRE(socket);
                   machine.pass();
                   if (!self.sleep(5'000)) return;
                   while (const auto fault = self.take_fault(*socket)) {
                     order.push_back(std::to_string(fault->task.value()));
                     if (!supply_and_resume(self, *socket, *fault)) return;
                   }
                 },
                 {.cpu = 0});
  for (const unsigned number : {1U, 2U, 3U, 4U}) {
    machine.thread(machine.task("client" + std::to_string(number)), "main" + std::to_string(number),
                   [&, number](UserThread& self) {
                     if (!machine.reach(self, 1) || !self.sleep(900 - 200 * number)) return;
                     static_cast<void>(store64(self, kPage, 1));
                   });
  }
  machine.run_well();
  CHECK(order == Log{"4", "3", "2", "1"});
}

TEST_CASE("an answer without a page makes the fault anew") {
  Machine machine;
  const TaskId daemon = machine.task("daemon", 0, true);
  Log records;
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    serve(self, kLocal, machine, [&](UserThread& me, Descriptor socket, const PageFault& fault) {
      records.push_back(std::to_string(fault.record));
      if (fault.record == 3 && !supply(me, fault)) return false;
      return me.resume_fault(socket, fault.record) && fault.record < 3;
    });
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) CHECK(store64(self, kPage, 1));
  });
  machine.run_well();
  CHECK(records == Log{"1", "2", "3"});
}

TEST_CASE("a page that is mapped by now makes no record: the access is just tried again") {
  // Two threads fault on one page at almost the same time while the daemon maps it.
  under_schedules(3, tries(40U, 200U), [](const Setup& setup) {
    Machine machine(setup);
    const TaskId daemon = machine.task("daemon", 0, true);
    const TaskId client = machine.task("client");
    machine.thread(daemon, "daemon.main",
                   [&](UserThread& self) {
                     serve(self, kFull, machine,
                           [](UserThread& me, Descriptor socket, const PageFault& fault) {
                             const auto frame = me.new_frame();
                             if (!frame) return false;
                             const auto mapped =
                                 me.map(fault.task, fault.page, frame->value(), PageAccess::kWrite);
                             CHECK((mapped.ok() || mapped.error() == KernelError::killed));
                             return mapped && me.resume_fault(socket, fault.record);
                           });
                   },
                   {.background = true});
    for (const std::string_view name : {"client.one", "client.two"}) {
      machine.thread(client, name, [&machine](UserThread& self) {
        if (!machine.reach(self, 1)) return;
        for (std::uint64_t number = 0; number < 4; ++number) {
          CHECK(self.fetch_add(page(number), 1));
        }
      });
    }
    machine.run_well();
  });
}

TEST_CASE("refuse_fault ends the task, and no other") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId wrong = machine.task("wrong");
  const TaskId right = machine.task("right");
  machine.thread(daemon, "daemon.main",
                 [&](UserThread& self) {
                   serve(self, kLocal, machine,
                         [&](UserThread& me, Descriptor socket, const PageFault& fault) {
                           if (fault.task == right) return supply_and_resume(me, socket, fault);
                           return me.refuse_fault(socket, fault.record).ok();
                         });
                 },
                 {.background = true});
  bool survived = false;
  machine.thread(wrong, "wrong.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    static_cast<void>(store64(self, kPage, 1));
    survived = self.compute(1).ok();
  });
  machine.thread(wrong, "wrong.other",
                 [&](UserThread& self) { static_cast<void>(self.sleep(kNever)); });
  machine.thread(right, "right.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) CHECK(store64(self, kPage, 1));
  });
  machine.run_to_finding("unhandled_fault");
  CHECK_FALSE(survived);
  CHECK(machine.observation().end_cause(wrong) == EndCause::kUnhandledFault);
  CHECK(machine.observation().end_cause(right) == EndCause::kExit);
}

TEST_CASE("the errors of the calls on faults, by precedence") {
  for (const bool privileged : {false, true}) {
    Machine machine({.policies = {{"ipc_scope", "mixed"}}});
    const TaskId task = machine.task("task", 0, privileged);
    Log log;
    machine.thread(task, "task.main", [&](UserThread& self) {
      const auto port = self.new_port(kLocal);
      REQUIRE(port);
      log.push_back(outcome(self.take_fault({-9})));
      log.push_back(outcome(self.take_fault(*port)));
      log.push_back(outcome(self.resume_fault({-9}, 1)));
      log.push_back(outcome(self.refuse_fault(*port, 0)));
      const auto socket = self.open_fault_socket(kLocal);
      log.push_back(outcome(socket));
      log.push_back(outcome(self.open_fault_socket(kFull)));
      if (!socket) return;
      log.push_back(outcome(self.take_fault(*socket)));
      for (const std::int64_t record : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}}) {
        log.push_back(outcome(self.resume_fault(*socket, record)));
        log.push_back(outcome(self.refuse_fault(*socket, record)));
      }
    });
    machine.run_well();
    const std::string wrong = "bad_argument";
    if (privileged) {
      CHECK(log == Log{"bad_descriptor", wrong, wrong, wrong, "-2", "busy", "empty", wrong, wrong,
                       wrong, wrong, wrong, wrong});
    } else {
      CHECK(log == Log{"not_privileged", wrong, wrong, wrong, "not_privileged", "not_privileged"});
    }
  }
  Machine machine({.policies = {{"ipc_scope", "thread_local_only"}}});
  std::string given;
  machine.thread(machine.task("task"), "task.main",
                 [&](UserThread& self) { given = outcome(self.open_fault_socket(kFull)); });
  machine.run_well();
  CHECK(given == "unsupported");
}

TEST_CASE("a kernel socket is no connection") {
  Machine machine({.limits = {{"ports", 0}, {"connections", 0}}});
  const TaskId daemon = machine.task("daemon", 0, true);
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    const auto socket = self.open_fault_socket(kFull);
    REQUIRE(socket);
    CHECK(outcome(self.write(*socket, bytes("x"))) == "not_connected");
    CHECK(outcome(self.wakeup(*socket)) == "not_connected");
    CHECK(outcome(self.push_to_listen_queue(*socket)) == "bad_argument");
    const auto buffer = self.read(*socket);
    CHECK((buffer && text(*buffer).empty()));
    CHECK(outcome(poll(self, {*socket}, 10)) == "timed_out");
    CHECK(machine.observation().ports(daemon) == 0);
    CHECK(machine.observation().connections(daemon) == 0);
    CHECK(self.close(*socket));
    CHECK(outcome(self.take_fault(*socket)) == "bad_descriptor");
    CHECK(self.open_fault_socket(kLocal));
  });
  machine.run_well();
}

TEST_CASE("a full-task socket is heard by poll_all of any thread") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  Log log;
  machine.thread(daemon, "daemon.waits",
                 [&](UserThread& self) {
                   const auto event = self.poll_all();
                   log.push_back(outcome(event));
                   if (!event) return;
                   const auto fault = self.take_fault(event->fd);
                   if (fault) CHECK(supply_and_resume(self, event->fd, *fault));
                 },
                 {.background = true});
  machine.thread(daemon, "daemon.opens", [&](UserThread& self) {
    CHECK(self.open_fault_socket(kFull));
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) CHECK(store64(self, kPage, 1));
  });
  machine.run_well();
  CHECK(log == Log{"signaled 0"});
}

// One fault is taken and one is queued when the daemon goes.
struct Bereaved {
  TaskId taken;
  TaskId queued;
};
Bereaved lose_daemon(Machine& machine, Scope scope,
                     const std::function<void(UserThread&, Descriptor)>& end) {
  const TaskId daemon = machine.task("daemon", 0, true);
  machine.thread(daemon, "daemon.main", [&machine, scope, end](UserThread& self) {
    const auto socket = self.open_fault_socket(scope);
    REQUIRE(socket);
    machine.pass();
    if (!self.sleep(2'000)) return;
    CHECK(self.take_fault(*socket));
    end(self, *socket);
  });
  const Bereaved clients{machine.task("taken"), machine.task("queued")};
  for (const TaskId task : {clients.taken, clients.queued}) {
    const bool first = task == clients.taken;
    machine.thread(task, first ? "taken.main" : "queued.main", [&machine, first](UserThread& self) {
      if (!machine.reach(self, 1) || (!first && !self.sleep(500))) return;
      static_cast<void>(store64(self, kPage, 1));
    });
  }
  return clients;
}

TEST_CASE("the daemon ends: whoever waits for it is ended, and another may open the socket") {
  const std::function<void(UserThread&, Descriptor)> ends[] = {
      [](UserThread& self, Descriptor socket) { CHECK(self.close(socket)); },
      [](UserThread& self, Descriptor) { static_cast<void>(self.exit_thread()); },
      [](UserThread& self, Descriptor) { static_cast<void>(self.exit_task()); },
      [](UserThread& self, Descriptor) { static_cast<void>(self.kill(self.task())); }};
  for (const Scope scope : {kLocal, kFull}) {
    for (const auto& end : ends) {
      for (const std::string_view lock : {"big", "fine"}) {
        Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
        const Bereaved clients = lose_daemon(machine, scope, end);
        const TaskId other = machine.task("other", 0, true);
        std::string opened;
        machine.thread(other, "other.main", [&](UserThread& self) {
          if (!self.sleep(10'000)) return;
          opened = outcome(self.open_fault_socket(kLocal));
          CHECK(machine.observation().fault_queue() == 0);
        });
        run_with_faults(machine);
        CHECK(opened == "-1");
        CHECK(machine.observation().end_cause(clients.taken) == EndCause::kUnhandledFault);
        CHECK(machine.observation().end_cause(clients.queued) == EndCause::kUnhandledFault);
      }
    }
  }
}

TEST_CASE("pager_death hang: what was taken hangs, what was queued waits for a new daemon") {
  Machine machine({.cpus = 2, .policies = {{"pager_death", "hang"}}});
  const Bereaved clients = lose_daemon(
      machine, kLocal, [](UserThread& self, Descriptor socket) { CHECK(self.close(socket)); });
  const TaskId other = machine.task("other", 0, true);
  Log log;
  machine.thread(other, "other.main", [&](UserThread& self) {
    if (!self.sleep(10'000)) return;
    const auto socket = self.open_fault_socket(kFull);
    REQUIRE(socket);
    log.push_back(outcome(poll(self, {*socket}, 0)));
    const auto fault = self.take_fault(*socket);
    REQUIRE(fault);
    CHECK(supply_and_resume(self, *socket, *fault));
    log.push_back(outcome(self.take_fault(*socket)));
    log.push_back(outcome(self.resume_fault(*socket, 1)));  // a late answer
  });
  machine.run_to_finding("deadlock");
  CHECK(log == Log{"signaled 0", "empty", "ok"});
  CHECK(machine.observation().end_cause(clients.queued) == EndCause::kExit);
  CHECK_FALSE(machine.observation().ended(clients.taken));
  const auto& details = machine.system().engine().outcome().finding.details;
  REQUIRE_FALSE(details.empty());
  CHECK(details.front() ==
        "taken.main waits for page 0x10000: fault 1, which daemon took before it ended");
}

TEST_CASE("a standstill names the daemon that does not answer, and what it does") {
  Machine machine;
  const TaskId daemon = machine.task("daemon", 0, true);
  machine.thread(daemon, "daemon.main",
                 [&](UserThread& self) {
                   const auto port = self.new_port(kLocal);
                   const auto socket = self.open_fault_socket(kLocal);
                   machine.pass();
                   if (port && socket) static_cast<void>(poll(self, {*port}));
                 },
                 {.background = true});
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) static_cast<void>(load64(self, kPage));
  });
  machine.run_to_finding("deadlock");
  CHECK(machine.system().engine().outcome().finding.details ==
        Log{"daemon.main polls -1 (a port that is not on offer)",
            "client.main waits for page 0x10000: fault 1, which daemon has not taken"});
}

TEST_CASE("the daemon's own fault ends it, and whoever waits for it") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId client = machine.task("client");
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    const auto socket = self.open_fault_socket(kFull);
    machine.pass();
    if (!socket || !poll(self, {*socket})) return;
    static_cast<void>(load64(self, 0x5000));
  });
  machine.thread(daemon, "daemon.other",
                 [&](UserThread& self) { static_cast<void>(self.sleep(kNever)); });
  machine.thread(client, "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) static_cast<void>(load64(self, kPage));
  });
  machine.run_to_finding("unhandled_fault");
  CHECK(machine.system().engine().outcome().finding.message ==
        "daemon was ended: it handles page faults, and its own read of 0x5000 is one");
  CHECK(machine.observation().end_cause(daemon) == EndCause::kUnhandledFault);
  CHECK(machine.observation().end_cause(client) == EndCause::kUnhandledFault);
}

TEST_CASE("a fault over the limit ends its task; joining a record is none") {
  Machine machine({.cpus = 2, .limits = {{"faults", 2}}});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId greedy = machine.task("greedy");
  const TaskId modest = machine.task("modest");
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    const auto socket = self.open_fault_socket(kLocal);
    REQUIRE(socket);
    machine.pass();
    if (!self.sleep(20'000)) return;
    CHECK(machine.observation().fault_queue() == 2);  // greedy's are gone
    while (const auto fault = self.take_fault(*socket)) {
      CHECK(fault->task == modest);
      CHECK(supply_and_resume(self, *socket, *fault));
    }
  });
  for (const std::uint64_t number : {0U, 1U, 2U}) {
    const std::string name = std::to_string(number);
    machine.thread(greedy, "greedy." + name, [&, number](UserThread& self) {
      if (machine.reach(self, 1)) static_cast<void>(load64(self, page(number)));
    });
    machine.thread(modest, "modest." + name, [&, number](UserThread& self) {
      if (machine.reach(self, 1)) CHECK(load64(self, page(number % 2)));
    });
  }
  machine.run_to_finding("unhandled_fault");
  CHECK(machine.observation().end_cause(greedy) == EndCause::kUnhandledFault);
  CHECK(machine.observation().end_cause(modest) == EndCause::kExit);
}

TEST_CASE("only page faults wait for the daemon: others end the task at once") {
  Machine machine;
  add_daemon(machine);
  const TaskId client = machine.task("client");
  machine.thread(client, "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) static_cast<void>(self.fetch_add(kPage + 1, 1));
  });
  machine.run_to_finding("unhandled_fault");
  CHECK(machine.trace().named("fault_queued").empty());
}

// Who is killed at a cycle: the daemon, a client, or one of its threads.
enum class Killed { kDaemon, kClient, kThread };

void kill_at(Cycle at, Killed killed, std::string_view lock, std::string_view death) {
  Machine machine({.cpus = 3, .policies = {{"kernel_lock", lock}, {"pager_death", death}}});
  const TaskId daemon = machine.task("daemon", 0, true);
  const ThreadId serving =
      machine.thread(daemon, "daemon.main",
                     [&](UserThread& self) { serve(self, kFull, machine, supply_and_resume); },
                     {.background = true});
  static_cast<void>(serving);
  const TaskId client = machine.task("client");
  ThreadId last;
  for (const std::string_view name : {"client.one", "client.two", "client.three"}) {
    last = machine.thread(client, name, [&machine](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      for (std::uint64_t number = 0; number < 4; ++number) {
        if (!self.fetch_add(page(number), 1)) return;
      }
    });
  }
  const TaskId other = machine.task("other");
  machine.thread(other, "other.main", [&machine](UserThread& self) {
    if (machine.reach(self, 1)) static_cast<void>(store64(self, kPage, 1));
  });
  if (killed == Killed::kThread) {
    machine.kill_at(at, client, last);
  } else {
    machine.kill_at(at, killed == Killed::kDaemon ? daemon : client);
  }
  const engine::RunOutcome& result = machine.run();
  INFO("at ", at, ", kernel_lock ", lock, ", pager_death ", death);
  INFO(machine.trace().text());
  if (killed != Killed::kDaemon) {
    CHECK(result.end == engine::RunEnd::kFinished);
    CHECK(machine.observation().end_cause(other) == EndCause::kExit);
    return;
  }
  // Before the socket was open nobody waits for the daemon but the test itself.
  const bool harmless = result.end == engine::RunEnd::kFinished;
  const std::string found = harmless ? "" : result.finding.name;
  CHECK((harmless || found == "unhandled_fault" || found == "deadlock"));
  const bool hung = found == "deadlock";
  const bool opened = !machine.trace().named("open_fault_socket").empty();
  if (opened && death == "kill") CHECK_FALSE(hung);
}

TEST_CASE("killing at whatever cycle: the daemon, a task that faults, a thread of it") {
  for (Cycle at = 5; at < 420; at += tries(14U, 3U)) {
    for (const std::string_view lock : {"big", "fine"}) {
      kill_at(at, Killed::kClient, lock, "kill");
      kill_at(at, Killed::kThread, lock, "kill");
      kill_at(at, Killed::kDaemon, lock, "kill");
      kill_at(at, Killed::kDaemon, lock, "hang");
    }
  }
}

TEST_CASE("daemons come and go under every schedule: nobody is left waiting") {
  under_schedules(3, tries(20U, 100U), [](const Setup& setup) {
    Machine machine(setup);
    const TaskId client = machine.task("client");
    for (const std::string_view name : {"one", "two"}) {
      const TaskId daemon = machine.task(name, 0, true);
      machine.thread(daemon, std::string(name) + ".main", [&machine](UserThread& self) {
        for (int turn = 0; turn < 3; ++turn) {
          const auto socket = self.open_fault_socket(turn == 1 ? kFull : kLocal);
          if (!socket) {
            if (!self.sleep(50)) return;
            continue;
          }
          machine.pass();
          if (!poll(self, {*socket}, 150)) return;
          if (const auto fault = self.take_fault(*socket); fault && turn == 1) {
            if (!supply_and_resume(self, *socket, *fault)) return;
          }
          if (!self.close(*socket)) return;
        }
        machine.pass();
      });
    }
    for (const std::string_view name : {"client.one", "client.two"}) {
      machine.thread(client, name, [&machine](UserThread& self) {
        if (!machine.reach(self, 1)) return;
        for (std::uint64_t number = 0; number < 5; ++number) {
          if (!self.fetch_add(page(number), 1)) return;
        }
      });
    }
    run_with_faults(machine);
    CHECK(machine.observation().ended(client));
  });
}

}  // namespace
}  // namespace ipcsim::test
