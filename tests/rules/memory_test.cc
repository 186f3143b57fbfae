// SPDX-License-Identifier: BSD-2-Clause
// Frames, mappings, loads and stores, faults that nobody handles, and TLB shootdown.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using kernel::PageAccess;
using Log = std::vector<std::string>;

constexpr std::uint64_t kPage = 0x10000;
constexpr std::uint64_t kOtherPage = 0x7fff'ffff'f000;  // the last of the user's half

// One privileged thread alone on a machine.
Log alone(const Setup& setup, const std::function<void(UserThread&, TaskId, Log&)>& code) {
  Machine machine(setup);
  Log log;
  const TaskId daemon = machine.task("daemon", 0, true);
  machine.thread(daemon, "daemon.main", [&](UserThread& self) { code(self, daemon, log); });
  machine.run_well();
  return log;
}

TEST_CASE("what was stored is loaded, by every task that shares the page") {
  under_schedules(2, 20, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId one = machine.task("one");
    const TaskId other = machine.task("other");
    machine.memory({one, other}, kPage, 2);
    Log log;
    machine.thread(one, "one.main", [&](UserThread& self) {
      static_cast<void>(store64(self, kPage + 8, 42));
      static_cast<void>(store64(self, kPage + 4096, 43));
      machine.pass();
    });
    machine.thread(other, "other.main", [&](UserThread& self) {
      if (!machine.reach(self, 1)) return;
      for (const std::uint64_t at : {kPage, kPage + 8, kPage + 4096}) {
        log.push_back(shown(load64(self, at)));
      }
    });
    machine.run_well();
    CHECK(log == Log{"0", "42", "43"});
  });
}

TEST_CASE("a load or store of several words is one step for each aligned word") {
  Machine machine;
  const TaskId task = machine.task("one");
  machine.memory({task}, kPage, 2);
  std::string read;
  machine.thread(task, "one.main", [&](UserThread& self) {
    const std::string text = "over the end of a page";
    static_cast<void>(self.store(kPage + 4096 - 11, bytes(text)));
    std::vector<std::byte> back(text.size());
    static_cast<void>(self.load(kPage + 4096 - 11, back));
    for (const std::byte byte : back) read += static_cast<char>(byte);
  });
  machine.run_well();
  CHECK(read == "over the end of a page");
  std::vector<std::string> parts;
  for (const trace::EventLine& event : machine.trace().named("store")) {
    parts.push_back(RunTrace::argument(event, "address") + "+" +
                    RunTrace::argument(event, "bytes"));
  }
  CHECK(parts == Log{"0x10ff5+3", "0x10ff8+8", "0x11000+8", "0x11008+3"});
}

TEST_CASE("atomics give what was there before") {
  Machine machine;
  const TaskId task = machine.task("one");
  machine.memory({task}, kPage);
  Log log;
  machine.thread(task, "one.main", [&](UserThread& self) {
    log.push_back(shown(self.exchange(kPage, 5)));
    log.push_back(shown(self.fetch_add(kPage, 7)));
    log.push_back(shown(self.compare_exchange(kPage, 11, 1)));
    log.push_back(shown(self.compare_exchange(kPage, 12, 2)));
    log.push_back(shown(load64(self, kPage)));
    log.push_back(outcome(self.fence()));
  });
  machine.run_well();
  CHECK(log == Log{"0", "5", "12", "12", "2", "ok"});
}

TEST_CASE("counting with fetch_add loses nothing, counting with load and store can") {
  std::uint64_t least = 20;
  under_schedules(2, 50, [&least](const Setup& setup) {
    Machine machine(setup);
    const TaskId task = machine.task("one");
    machine.memory({task}, kPage);
    for (const std::string_view name : {"one.a", "one.b"}) {
      machine.thread(task, name, [&](UserThread& self) {
        for (int turn = 0; turn < 10; ++turn) {
          const auto seen = load64(self, kPage);
          if (!seen || !store64(self, kPage, *seen + 1)) return;
          if (!self.fetch_add(kPage + 8, 1)) return;
        }
        machine.pass();
      });
    }
    std::uint64_t racy = 0;
    std::uint64_t atomic = 0;
    machine.thread(task, "one.judge", [&](UserThread& self) {
      if (!machine.reach(self, 2)) return;
      racy = load64(self, kPage).value();
      atomic = load64(self, kPage + 8).value();
    });
    machine.run_well();
    CHECK(atomic == 20);
    least = std::min(least, racy);
  });
  CHECK(least < 20);
}

TEST_CASE("a frame is full of zeros, also when it was used before, and can be copied") {
  const Log log = alone({}, [](UserThread& self, TaskId daemon, Log& seen) {
    const auto frame = self.new_frame();
    REQUIRE(frame);
    REQUIRE(self.map(daemon, kPage, frame->value(), PageAccess::kWrite));
    REQUIRE(store64(self, kPage, 77));
    const auto copy = self.copy_frame(frame->value());
    REQUIRE(copy);
    REQUIRE(self.map(daemon, kOtherPage, copy->value(), PageAccess::kRead));
    seen.push_back(shown(load64(self, kOtherPage)));
    REQUIRE(self.unmap(daemon, kPage));
    REQUIRE(self.free_frame(frame->value()));
    const auto again = self.new_frame();
    REQUIRE(again);
    seen.push_back(*again == *frame ? "the same frame" : "another frame");
    REQUIRE(self.map(daemon, kPage, again->value(), PageAccess::kRead));
    seen.push_back(shown(load64(self, kPage)));
  });
  CHECK(log == Log{"77", "the same frame", "0"});
}

TEST_CASE("calls on memory fail as they must, and by precedence") {
  const Log log =
      alone({.limits = {{"frames", 2}}}, [](UserThread& self, TaskId daemon, Log& seen) {
        const auto frame = self.new_frame();
        REQUIRE(frame);
        const std::int64_t number = frame->value();
        for (const std::uint64_t page : {std::uint64_t{0}, kPage + 1, std::uint64_t{1} << 47}) {
          seen.push_back(outcome(self.map(daemon, page, number, PageAccess::kRead)));
        }
        seen.push_back(outcome(self.map(daemon, kPage, 0, PageAccess::kRead)));   // no data
        seen.push_back(outcome(self.map(daemon, kPage, -1, PageAccess::kRead)));  // no frame
        seen.push_back(outcome(self.map(daemon, kPage, 1 << 20, PageAccess::kRead)));
        seen.push_back(outcome(self.unmap(daemon, kPage)));
        seen.push_back(outcome(self.protect(daemon, kPage, PageAccess::kRead)));
        seen.push_back(outcome(self.map(daemon, kPage, number, PageAccess::kRead)));
        seen.push_back(outcome(self.map(daemon, kPage, number, PageAccess::kRead)));  // taken
        seen.push_back(outcome(self.copy_frame(0)));
        seen.push_back(outcome(self.copy_frame(number)));
        seen.push_back(outcome(self.new_frame()));  // the third
        seen.push_back(outcome(self.free_frame(number)));
        seen.push_back(outcome(self.free_frame(number)));  // only mapped by now
      });
  CHECK(log == Log{"bad_argument", "bad_argument", "bad_argument", "bad_argument", "bad_argument",
                   "bad_argument", "bad_argument", "bad_argument", "ok", "bad_argument",
                   "bad_argument", "ok", "limit", "ok", "bad_argument"});
}

TEST_CASE("without privilege a task may only give up what is its own") {
  Machine machine;
  const TaskId poor = machine.task("poor");
  const TaskId rich = machine.task("rich", 0, true);
  const TaskId gone = machine.task("gone");
  machine.memory({poor, rich}, kPage, 2);
  Log log;
  machine.thread(gone, "gone.main", [](UserThread&) {});
  machine.thread(poor, "poor.main", [&](UserThread& self) {
    log.push_back(outcome(self.new_frame()));
    log.push_back(outcome(self.copy_frame(1 << 20)));
    log.push_back(outcome(self.unmap(rich, kPage)));
    log.push_back(outcome(self.protect(poor, kPage, PageAccess::kWrite)));
    log.push_back(outcome(self.protect(poor, kPage, PageAccess::kRead)));
    log.push_back(outcome(self.unmap(poor, kPage)));
    machine.pass();
    static_cast<void>(machine.reach(self, 2));
  });
  machine.thread(rich, "rich.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    log.push_back(outcome(self.unmap(poor, kPage + 4096)));
    machine.pass();
    const auto frame = self.new_frame();
    REQUIRE(frame);
    log.push_back(outcome(self.map(gone, kPage, frame->value(), PageAccess::kRead)));
  });
  machine.run_well();
  CHECK(log == Log{"not_privileged", "bad_argument", "not_privileged", "not_privileged", "ok", "ok",
                   "ok", "no_such_task"});
}

TEST_CASE("physical memory that is used up is a limit, for frames and for page tables") {
  const Log log = alone({.memory_pages = 7}, [](UserThread& self, TaskId daemon, Log& seen) {
    // Six frames: one for data and four for tables leave one; a map that fails takes none.
    const auto frame = self.new_frame();
    REQUIRE(frame);
    REQUIRE(self.map(daemon, kPage, frame->value(), PageAccess::kWrite));
    seen.push_back(outcome(self.map(daemon, kOtherPage, frame->value(), PageAccess::kWrite)));
    seen.push_back(outcome(self.map(daemon, kPage + 4096, frame->value(), PageAccess::kWrite)));
    seen.push_back(outcome(self.new_frame()));
    seen.push_back(outcome(self.new_frame()));
  });
  CHECK(log == Log{"limit", "ok", "ok", "limit"});
}

// What a thread's access does to its task.
void check_fatal(std::uint64_t address, const std::string& code,
                 const std::function<void(UserThread&)>& use) {
  Machine machine;
  const TaskId task = machine.task("wrong", 0, true);
  machine.memory({task}, kPage);
  bool survived = false;
  machine.thread(task, "wrong.main", [&](UserThread& self) {
    REQUIRE(self.protect(task, kPage, PageAccess::kRead));
    use(self);
    survived = self.compute(1).ok();
  });
  machine.run_to_finding("unhandled_fault");
  CHECK_FALSE(survived);
  CHECK(machine.observation().end_cause(task) == kernel::EndCause::kUnhandledFault);
  const auto faults = machine.trace().named("page_fault");
  REQUIRE(faults.size() == 1);
  CHECK(RunTrace::argument(faults[0], "code") == code);
  CHECK(std::stoull(RunTrace::argument(faults[0], "address"), nullptr, 16) == address);
}

TEST_CASE("a fault that nobody handles ends its task, and the run does not pass") {
  SUBCASE("a read where nothing is mapped") {
    check_fatal(0x20000, "0x4", [](UserThread& self) { static_cast<void>(load64(self, 0x20000)); });
  }
  SUBCASE("a write where nothing is mapped") {
    check_fatal(0x20000, "0x6",
                [](UserThread& self) { static_cast<void>(store64(self, 0x20000, 1)); });
  }
  SUBCASE("a write to a page that may only be read") {
    check_fatal(kPage, "0x7", [](UserThread& self) { static_cast<void>(store64(self, kPage, 1)); });
  }
  SUBCASE("an exchange is a write") {
    check_fatal(kPage, "0x7", [](UserThread& self) { static_cast<void>(self.exchange(kPage, 1)); });
  }
  SUBCASE("an address that is not canonical") {
    check_fatal(std::uint64_t{1} << 47, "0x0",
                [](UserThread& self) { static_cast<void>(load64(self, std::uint64_t{1} << 47)); });
  }
  SUBCASE("an atomic that is not aligned") {
    check_fatal(kPage + 4, "0x0",
                [](UserThread& self) { static_cast<void>(self.fetch_add(kPage + 4, 1)); });
  }
}

TEST_CASE("only the task that faulted ends") {
  Machine machine({.cpus = 2});
  const TaskId wrong = machine.task("wrong");
  const TaskId right = machine.task("right");
  machine.memory({right}, kPage);
  std::string seen;
  machine.thread(wrong, "wrong.main",
                 [&](UserThread& self) { static_cast<void>(store64(self, kPage, 1)); });
  machine.thread(wrong, "wrong.other", [&](UserThread& self) {
    while (self.compute(1000)) {
    }
  });
  machine.thread(right, "right.main", [&](UserThread& self) {
    static_cast<void>(self.compute(100'000));
    seen = shown(load64(self, kPage));
  });
  machine.run_to_finding("unhandled_fault");
  CHECK(seen == "0");
  CHECK(machine.observation().ended(wrong));
}

// A reader on another CPU goes on reading while the daemon takes its page away.
void take_away_while_read(const Setup& setup, const std::function<void(Machine&)>& run) {
  Machine machine(setup);
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId reader = machine.task("reader");
  machine.memory({reader}, kPage);
  machine.thread(reader, "reader.main", [&](UserThread& self) {
    if (!load64(self, kPage)) return;
    machine.pass();
    for (int turn = 0; turn < 200; ++turn) {
      if (!load64(self, kPage)) return;
    }
  });
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    static_cast<void>(self.unmap(reader, kPage));
    const auto frame = self.new_frame();
    static_cast<void>(self.map(daemon, kPage, frame ? frame->value() : 0, PageAccess::kWrite));
    static_cast<void>(store64(self, kPage, 0x5ec4e7));
  });
  run(machine);
}

TEST_CASE("no CPU uses a page after the call that took it away has returned") {
  under_schedules(2, 40, [](const Setup& setup) {
    take_away_while_read(setup, [](Machine& machine) {
      machine.run_to_finding("unhandled_fault");
      for (const trace::EventLine& load : machine.trace().of("reader.main", "load")) {
        CHECK(RunTrace::argument(load, "value") == "0x0");
      }
    });
  });
}

TEST_CASE("a forgotten shootdown is seen") {
  take_away_while_read({.cpus = 2, .defects = {"shootdown_forgotten"}},
                       [](Machine& machine) { machine.run_to_finding("invariant"); });
}

TEST_CASE("two CPUs that ask each other to forget pages both go on") {
  under_schedules(2, 60, [](const Setup& setup) {
    Machine machine(setup);
    const TaskId task = machine.task("one", 0, true);
    machine.memory({task}, kPage, 8);
    for (const unsigned cpu : {0U, 1U}) {
      machine.thread(task, cpu == 0 ? "one.a" : "one.b",
                     [&machine, task, cpu](UserThread& self) {
                       for (std::uint64_t page = cpu; page < 8; page += 2) {
                         static_cast<void>(load64(self, kPage + page * 4096));
                       }
                       for (std::uint64_t page = cpu; page < 8; page += 2) {
                         if (!self.unmap(task, kPage + page * 4096)) return;
                       }
                       machine.pass();
                     },
                     {.cpu = cpu});
    }
    machine.run_well();
  });
}

TEST_CASE("a shootdown that comes while another interrupt is being taken is answered") {
  for (Cycles shift = 0; shift < 4'000; shift += 100) {
    CAPTURE(shift);
    Machine machine({.cpus = 3, .cost = "skylake_nokpti", .policies = {{"kernel_lock", "fine"}}});
    const TaskId daemon = machine.task("daemon", 0, true);
    const TaskId reader = machine.task("reader");
    machine.memory({reader}, kPage);
    machine.server(reader, "reader.main", kLocal,
                   [](UserThread& self, Descriptor fd) {
                     CHECK(load64(self, kPage));  // its CPU has the space loaded from here on
                     CHECK(outcome(poll(self, {fd})) == "signaled -1");
                   },
                   {.cpu = 1});
    machine.client(machine.task("waker"), "waker.main", reader, kLocal,
                   [shift](UserThread& self, Descriptor fd) {
                     CHECK(self.compute(30'000 + shift - self.now()));
                     CHECK(self.wakeup(fd));
                   },
                   {.cpu = 2});
    machine.thread(daemon, "daemon.main",
                   [&](UserThread& self) {
                     CHECK(self.compute(32'000 - self.now()));
                     CHECK(self.unmap(reader, kPage));
                   },
                   {.cpu = 0});
    machine.run_well();
  }
}

TEST_CASE("a shootdown asks every CPU that has the space loaded, and no other") {
  Machine machine({.cpus = 4});
  const TaskId task = machine.task("one", 0, true);
  const TaskId other = machine.task("other");
  machine.memory({task}, kPage);
  for (const unsigned cpu : {1U, 2U}) {
    machine.thread(task, cpu == 1 ? "one.b" : "one.c",
                   [&](UserThread& self) {
                     if (!load64(self, kPage)) return;
                     machine.pass();
                     static_cast<void>(machine.reach(self, 3));
                   },
                   {.cpu = cpu});
  }
  machine.thread(other, "other.main",
                 [&](UserThread& self) { static_cast<void>(machine.reach(self, 3)); }, {.cpu = 3});
  machine.thread(task, "one.a",
                 [&](UserThread& self) {
                   if (!machine.reach(self, 2)) return;
                   REQUIRE(self.protect(task, kPage, PageAccess::kRead));
                   machine.pass();
                 },
                 {.cpu = 0});
  machine.run_well();
  // The page's; the end of the task asks for one of its own.
  Log asked;
  for (const trace::EventLine& event : machine.trace().named("shootdown")) {
    if (RunTrace::argument(event, "address") == "0x10000") {
      asked.push_back(RunTrace::argument(event, "cpus"));
    }
  }
  CHECK(asked == Log{"2"});
  Log answered;
  for (const trace::EventLine& event : machine.trace().named("invalidated")) {
    if (RunTrace::argument(event, "address") == "0x10000")
      answered.push_back(std::to_string(event.cpu));
  }
  CHECK(answered == Log{"1", "2"});
}

TEST_CASE(
    "a frame that others map outlives the task that made it, and goes with the last mapping") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId client = machine.task("client");
  std::string seen;
  machine.thread(daemon, "daemon.main", [&](UserThread& self) {
    const auto frame = self.new_frame();
    REQUIRE(frame);
    REQUIRE(self.map(daemon, kPage, frame->value(), PageAccess::kWrite));
    REQUIRE(self.map(client, kPage, frame->value(), PageAccess::kRead));
    REQUIRE(store64(self, kPage, 9));
  });
  machine.thread(client, "client.main", [&](UserThread& self) {
    static_cast<void>(self.compute(200'000));
    seen = shown(load64(self, kPage));
  });
  machine.run_well();
  CHECK(machine.observation().ended(daemon));
  CHECK(seen == "9");
}

TEST_CASE("killing a task at any cycle leaves nothing of its memory") {
  for (Cycle at = 1; at < 400; at += 3) {
    for (const std::string_view lock : {"big", "fine"}) {
      Machine machine({.cpus = 2, .policies = {{"kernel_lock", lock}}});
      const TaskId daemon = machine.task("daemon", 0, true);
      const TaskId victim = machine.task("victim", 0, true);
      machine.memory({victim, daemon}, kPage, 2);
      machine.thread(victim, "victim.main", [&](UserThread& self) {
        for (std::uint64_t page = 0;; ++page) {
          const auto frame = self.new_frame();
          if (!frame) return;
          const std::uint64_t address = kPage + (page % 3 + 2) * 4096;
          if (!self.map(victim, address, frame->value(), PageAccess::kWrite)) return;
          if (!store64(self, address, page) || !self.unmap(victim, address)) return;
          if (!self.free_frame(frame->value())) return;
        }
      });
      machine.thread(daemon, "daemon.main", [&](UserThread& self) {
        for (int turn = 0; turn < 20; ++turn) {
          if (!self.fetch_add(kPage, 1)) return;
        }
      });
      machine.kill_at(at, victim);
      machine.run_well();
    }
  }
}

TEST_CASE("what was copied, shared and mapped is counted") {
  Machine machine({.cpus = 2});
  const TaskId daemon = machine.task("daemon", 0, true);
  const TaskId other = machine.task("other");
  machine.memory({daemon}, kPage);
  machine.memory({daemon, other}, kOtherPage);
  machine.server(other, "other.main", kLocal, [&](UserThread& self, Descriptor fd) {
    CHECK(self.write(fd, bytes("five!")));
    CHECK(self.write(fd, {}));
    CHECK_FALSE(self.write(fd, bytes(std::string(33, 'x'))));
    CHECK(load64(self, kOtherPage + 8));
    machine.pass();
    machine.reach(self, 2);
  });
  machine.client(daemon, "daemon.main", other, kLocal, [&](UserThread& self, Descriptor fd) {
    if (!machine.reach(self, 1)) return;
    CHECK(self.read(fd));
    CHECK_FALSE(self.read({77}));
    const auto frame = self.new_frame();
    REQUIRE(frame);
    CHECK(self.map(daemon, kPage + 4096, frame->value(), PageAccess::kWrite));
    CHECK_FALSE(self.map(daemon, kPage + 4096, frame->value(), PageAccess::kWrite));
    CHECK(store64(self, kPage, 1));  // nobody else sees these
    CHECK(store64(self, kPage + 4096, 1));
    CHECK(store64(self, kOtherPage, 1));
    CHECK(self.store(kOtherPage + 5, bytes("seven..")));
    CHECK(self.exchange(kOtherPage, 2));  // loads and stores
    CHECK(self.unmap(daemon, kPage));     // no other CPU has this space
    CHECK(self.unmap(other, kOtherPage));
    CHECK(store64(self, kOtherPage, 3));  // mapped once by now
    machine.pass();
  });
  machine.run_well();
  const kernel::Traffic traffic = machine.system().counters().traffic;
  CHECK(traffic.buffer_bytes == 5 + 32);
  CHECK(traffic.shared_bytes_loaded == 8 + 8);
  CHECK(traffic.shared_bytes_stored == 8 + 7 + 8);
  CHECK(traffic.frames_mapped == 1);
  CHECK(traffic.shootdowns == 1);
}

}  // namespace
}  // namespace ipcsim::test
