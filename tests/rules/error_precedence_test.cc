// SPDX-License-Identifier: BSD-2-Clause
// Every call with every combination of what can be wrong with it: it gives the first error of
// errors.def that applies, with one kernel lock and with many, whatever the schedule.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/abi/system_call.h"
#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {
namespace {

using kernel::PageAccess;
using kernel::SystemCall;

constexpr KernelError kRight =
    KernelError::killed;  // nothing is wrong: no call ends its thread here
constexpr std::uint64_t kPage = 0x10'000;

// One thing that can be wrong in several ways, of which one applies; the first is often kRight.
using Aspect = std::vector<KernelError>;
// The way of each aspect, by its place.
using Ways = std::vector<std::size_t>;

struct Row {
  SystemCall call;
  std::vector<Aspect> aspects;
  std::function<std::string(const Setup&, const Ways&)> give;
};

Setup with_policies(Setup setup,
                    std::vector<std::pair<std::string_view, std::string_view>> policies) {
  setup.policies.insert(setup.policies.end(), policies.begin(), policies.end());
  return setup;
}

Setup with_limit(Setup setup, std::string_view limit, bool reached) {
  if (reached) setup.limits.emplace_back(limit, 0);
  return setup;
}

std::string_view scope_policy(std::size_t way) { return way == 1 ? "thread_local_only" : "mixed"; }

// The call of a task that is alone.
std::string by_itself(const Setup& setup, bool privileged,
                      const std::function<std::string(UserThread&)>& call) {
  Machine machine(setup);
  std::string given;
  machine.thread(machine.task("caller", 5, privileged), "caller.main",
                 [&](UserThread& self) { given = call(self); });
  machine.run_well();
  return given;
}

// --- Connecting.

std::string connects(const Setup& setup, bool blocked, bool offers, bool ended) {
  Machine machine(setup);
  const TaskId server = machine.task("server");
  std::string given;
  machine.thread(server, "server.main", [&](UserThread& self) {
    if (blocked) CHECK(self.block_uid(5));
    if (offers) CHECK(offer(self, kLocal));
    machine.pass();
    if (!ended) machine.reach(self, 2);
  });
  machine.thread(machine.task("client", 5), "client.main", [&](UserThread& self) {
    if (!machine.reach(self, 1) || (ended && !self.sleep(50'000))) return;
    given = outcome(self.connect(server, kFull));
    machine.pass();
  });
  machine.run_well();
  return given;
}

std::vector<Row> connecting() {
  const Aspect scope = {kRight, KernelError::unsupported};
  const Aspect limit = {kRight, KernelError::limit};
  return {
      {SystemCall::connect,
       {scope, limit, {kRight, KernelError::blocked}, {kRight, KernelError::refused}},
       [](const Setup& setup, const Ways& ways) {
         const Setup with = with_policies(setup, {{"ipc_scope", scope_policy(ways[0])}});
         return connects(with_limit(with, "connections", ways[1] == 1), ways[2] == 1, ways[3] == 0,
                         false);
       }},
      // Whom a task has blocked is forgotten with it.
      {SystemCall::connect,
       {scope, limit, {KernelError::refused}},
       [](const Setup& setup, const Ways& ways) {
         const Setup with = with_policies(
             setup, {{"ipc_scope", scope_policy(ways[0])}, {"listen_empty", "block"}});
         return connects(with_limit(with, "connections", ways[1] == 1), true, true, true);
       }},
      {SystemCall::new_port,
       {scope, limit},
       [](const Setup& setup, const Ways& ways) {
         const Setup with = with_policies(setup, {{"ipc_scope", scope_policy(ways[0])}});
         return by_itself(with_limit(with, "ports", ways[1] == 1), false,
                          [](UserThread& self) { return outcome(self.new_port(kFull)); });
       }},
  };
}

// --- Calls on one end.

enum EndIs : std::size_t { kConnected, kUnknown, kPort, kQueued, kPeerClosed };

std::string on_end(const Setup& setup, EndIs is,
                   const std::function<std::string(UserThread&, Descriptor)>& call) {
  Machine machine(setup);
  const TaskId server = machine.task("server");
  const bool has_client = is == kConnected || is == kPeerClosed;
  std::string given;
  machine.thread(server, "server.main", [&](UserThread& self) {
    const auto port = self.new_port(kLocal);
    if (!port) return;
    if (is == kQueued || has_client) CHECK(self.push_to_listen_queue(*port));
    machine.pass();
    if (has_client && !machine.reach(self, 2)) return;
    given = call(self, is == kUnknown ? Descriptor{-77} : *port);
    machine.pass();
  });
  machine.thread(machine.task("client"), "client.main", [&](UserThread& self) {
    if (!has_client || !machine.reach(self, 1)) return;
    const auto fd = self.connect(server, kLocal);
    if (fd && is == kPeerClosed) CHECK(self.close(*fd));
    machine.pass();
    machine.reach(self, 3);
  });
  machine.run_well();
  return given;
}

std::vector<Row> on_ends() {
  // In the order of EndIs.
  const Aspect end = {kRight, KernelError::bad_descriptor, KernelError::not_connected,
                      KernelError::not_connected, KernelError::peer_closed};
  const Aspect any_end = {kRight, KernelError::bad_descriptor, kRight, kRight, kRight};
  return {
      {SystemCall::write,
       {end, {kRight, KernelError::too_long}},
       [](const Setup& setup, const Ways& ways) {
         const std::string text(ways[1] == 1 ? 33 : 32, 'x');
         return on_end(setup, EndIs{ways[0]}, [&text](UserThread& self, Descriptor fd) {
           return outcome(self.write(fd, bytes(text)));
         });
       }},
      {SystemCall::wakeup,
       {end},
       [](const Setup& setup, const Ways& ways) {
         return on_end(setup, EndIs{ways[0]},
                       [](UserThread& self, Descriptor fd) { return outcome(self.wakeup(fd)); });
       }},
      {SystemCall::read,
       {any_end},
       [](const Setup& setup, const Ways& ways) {
         return on_end(setup, EndIs{ways[0]},
                       [](UserThread& self, Descriptor fd) { return outcome(self.read(fd)); });
       }},
      {SystemCall::close,
       {any_end},
       [](const Setup& setup, const Ways& ways) {
         return on_end(setup, EndIs{ways[0]},
                       [](UserThread& self, Descriptor fd) { return outcome(self.close(fd)); });
       }},
      {SystemCall::push_to_listen_queue,
       {{KernelError::bad_argument, KernelError::bad_descriptor, kRight, KernelError::busy,
         KernelError::bad_argument}},
       [](const Setup& setup, const Ways& ways) {
         return on_end(setup, EndIs{ways[0]}, [](UserThread& self, Descriptor fd) {
           return outcome(self.push_to_listen_queue(fd));
         });
       }},
  };
}

// --- Polls.

// While another thread of the task polls descriptor 0, or does not.
std::string polls(const Setup& setup, bool claimed,
                  const std::function<std::string(UserThread&)>& call) {
  Machine machine(setup);
  const TaskId task = machine.task("task");
  std::string given;
  machine.thread(task, "task.first", [&](UserThread& self) {
    const auto port = offer(self, kFull);
    machine.pass();
    if (port && claimed) CHECK(outcome(poll(self, {*port}, 500'000)) == "timed_out");
    machine.reach(self, 2);
  });
  machine.thread(task, "task.second", [&](UserThread& self) {
    if (!machine.reach(self, 1) || !self.sleep(50'000)) return;
    given = call(self);
    machine.pass();
  });
  machine.run_well();
  return given;
}

std::vector<Row> polling() {
  const Aspect claim = {kRight, KernelError::busy};
  return {
      {SystemCall::poll,
       {claim, {kRight, KernelError::bad_descriptor, KernelError::bad_descriptor}},
       [](const Setup& setup, const Ways& ways) {
         return polls(setup, ways[0] == 1, [&ways](UserThread& self) {
           if (ways[1] == 1) return outcome(poll(self, {{0}, {9}}, 0));
           if (ways[1] == 2) return outcome(poll(self, {{9}, {0}}, 0));
           return outcome(poll(self, {{0}}, 0));
         });
       }},
      {SystemCall::poll,
       {{KernelError::bad_argument}},
       [](const Setup& setup, const Ways&) {
         return polls(setup, true, [](UserThread& self) { return outcome(poll(self, {}, 0)); });
       }},
      {SystemCall::poll_all,
       {claim},
       [](const Setup& setup, const Ways& ways) {
         return polls(setup, ways[0] == 1,
                      [](UserThread& self) { return outcome(self.poll_all(0)); });
       }},
  };
}

// --- Memory.

// A privileged task takes a frame and maps it at kPage in its own space and in that of the target,
// which ends if it is to; then the caller, with or without privilege, makes the call.
struct MemoryWorld {
  bool privileged = true;
  bool target_ended = false;
  bool no_memory_left = false;
};
using MemoryCall = std::function<std::string(UserThread&, TaskId target, std::int64_t frame)>;

std::string on_memory(const Setup& setup, const MemoryWorld& world, const MemoryCall& call) {
  Machine machine(setup);
  const TaskId target = machine.task("target");
  const TaskId empty = machine.task("empty");
  std::string given;
  std::int64_t frame = 0;
  machine.thread(machine.task("daemon", 0, true), "daemon.main", [&](UserThread& self) {
    const auto made = self.new_frame();
    if (!made) return;
    frame = made->value();
    CHECK(self.map(target, kPage, frame, PageAccess::kWrite));
    while (world.no_memory_left && self.new_frame()) {
    }
    machine.pass();
    machine.reach(self, 2);
  });
  for (const TaskId task : {target, empty}) {
    machine.thread(task, task == target ? "target.main" : "empty.main", [&](UserThread& self) {
      if (machine.reach(self, 1) && !world.target_ended) machine.reach(self, 2);
    });
  }
  machine.thread(machine.task("caller", 0, world.privileged), "caller.main", [&](UserThread& self) {
    if (!machine.reach(self, 1) || !self.sleep(100'000)) return;
    given = call(self, world.no_memory_left ? empty : target, frame);
    machine.pass();
  });
  machine.run_well();
  return given;
}

std::vector<Row> frames() {
  const Aspect privilege = {kRight, KernelError::not_privileged};
  const Aspect limit = {kRight, KernelError::limit};
  const Aspect argument = {kRight, KernelError::bad_argument};
  return {
      {SystemCall::new_frame,
       {privilege, limit},
       [](const Setup& setup, const Ways& ways) {
         return by_itself(with_limit(setup, "frames", ways[1] == 1), ways[0] == 0,
                          [](UserThread& self) { return outcome(self.new_frame()); });
       }},
      {SystemCall::copy_frame,
       {privilege, argument},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[0] == 0},
                          [&ways](UserThread& self, TaskId, std::int64_t frame) {
                            return outcome(self.copy_frame(ways[1] == 1 ? -1 : frame));
                          });
       }},
      {SystemCall::copy_frame,
       {privilege, argument, {KernelError::limit}},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[0] == 0, .no_memory_left = true},
                          [&ways](UserThread& self, TaskId, std::int64_t frame) {
                            return outcome(self.copy_frame(ways[1] == 1 ? -1 : frame));
                          });
       }},
      // Who is not privileged has no frames: there is none that it could name.
      {SystemCall::free_frame,
       {{KernelError::bad_argument}, privilege},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[1] == 0},
                          [](UserThread& self, TaskId, std::int64_t frame) {
                            return outcome(self.free_frame(frame));
                          });
       }},
  };
}

std::vector<Row> mapping() {
  const Aspect privilege = {kRight, KernelError::not_privileged};
  const Aspect argument = {kRight, KernelError::bad_argument};
  const auto maps = [](const Setup& setup, const Ways& ways, bool no_memory_left) {
    return on_memory(
        setup,
        {.privileged = ways[0] == 0,
         .target_ended = ways[3] == 1,
         .no_memory_left = no_memory_left},
        [&ways](UserThread& self, TaskId target, std::int64_t frame) {
          const std::uint64_t page = ways[1] == 1 ? kPage + 8 : 2 * kPage;
          return outcome(self.map(target, page, ways[2] == 1 ? 77'777 : frame, PageAccess::kWrite));
        });
  };
  const std::vector<Aspect> aspects = {
      privilege, argument, argument, {kRight, KernelError::no_such_task}};
  std::vector<Aspect> without_memory = aspects;
  without_memory.push_back({KernelError::limit});
  return {
      {SystemCall::map, aspects,
       [maps](const Setup& setup, const Ways& ways) { return maps(setup, ways, false); }},
      {SystemCall::map, without_memory,
       [maps](const Setup& setup, const Ways& ways) { return maps(setup, ways, true); }},
      {SystemCall::protect,
       {privilege, argument},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[0] == 0},
                          [&ways](UserThread& self, TaskId target, std::int64_t) {
                            const std::uint64_t page = ways[1] == 1 ? 2 * kPage : kPage;
                            return outcome(self.protect(target, page, PageAccess::kRead));
                          });
       }},
      {SystemCall::unmap,
       {privilege, argument},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[0] == 0},
                          [&ways](UserThread& self, TaskId target, std::int64_t) {
                            return outcome(self.unmap(target, ways[1] == 1 ? 2 * kPage : kPage));
                          });
       }},
  };
}

// --- Tasks and users.

std::vector<Row> tasks_and_users() {
  const Aspect uid = {kRight, KernelError::bad_argument, KernelError::bad_argument};
  const auto number = [](std::size_t way) {
    return std::array<std::int64_t, 3>{5, -1, 65'536}[way];
  };
  return {
      {SystemCall::block_uid,
       {uid},
       [number](const Setup& setup, const Ways& ways) {
         return by_itself(setup, false, [&](UserThread& self) {
           return outcome(self.block_uid(number(ways[0])));
         });
       }},
      {SystemCall::unblock_uid,
       {uid},
       [number](const Setup& setup, const Ways& ways) {
         return by_itself(setup, false, [&](UserThread& self) {
           return outcome(self.unblock_uid(number(ways[0])));
         });
       }},
      {SystemCall::spawn,
       {{KernelError::limit}},
       [](const Setup& setup, const Ways&) {
         return by_itself(with_limit(setup, "threads", true), false, [](UserThread& self) {
           return outcome(self.spawn({.name = "caller.other"}));
         });
       }},
      {SystemCall::kill,
       {{kRight, KernelError::not_privileged}, {kRight, KernelError::no_such_task}},
       [](const Setup& setup, const Ways& ways) {
         return on_memory(setup, {.privileged = ways[0] == 0, .target_ended = ways[1] == 1},
                          [](UserThread& self, TaskId target, std::int64_t) {
                            return outcome(self.kill(target));
                          });
       }},
  };
}

// --- Sockets of the kernel, and devices.

// A timer chip that nobody has set.
machine::DeviceDescription chip() {
  machine::DeviceDescription device;
  device.name = "chip";
  device.kind = machine::DeviceKind::kTimer;
  return device;
}

// The caller, with or without privilege, while another task has opened both sockets, or has not.
using DeviceCall = std::function<std::string(UserThread&, DeviceId)>;
std::string with_sockets(const Setup& setup, bool privileged, bool open, const DeviceCall& call) {
  Machine machine(setup);
  const DeviceId device = machine.device(chip());
  std::string given;
  machine.thread(machine.task("holder", 0, true), "holder.main", [&](UserThread& self) {
    if (open) CHECK(self.open_fault_socket(kLocal));
    if (open) CHECK(self.open_interrupt_socket(device, kLocal));
    machine.pass();
    machine.reach(self, 2);
  });
  machine.thread(machine.task("caller", 0, privileged), "caller.main", [&](UserThread& self) {
    if (!machine.reach(self, 1)) return;
    given = call(self, device);
    machine.pass();
  });
  machine.run_well();
  return given;
}

// What the caller names: its socket where it can have one, nothing, a port.
Descriptor named_end(UserThread& self, std::size_t way, const Call<Descriptor>& socket) {
  if (way == 1 || (way == 0 && !socket)) return Descriptor{-77};
  if (way == 0) return *socket;
  const auto port = self.new_port(kLocal);
  return port ? *port : Descriptor{-77};
}

std::vector<Row> opening_sockets() {
  const std::vector<Aspect> aspects = {{kRight, KernelError::unsupported},
                                       {kRight, KernelError::not_privileged},
                                       {kRight, KernelError::busy}};
  const auto opens = [](const DeviceCall& call) {
    return [call](const Setup& setup, const Ways& ways) {
      return with_sockets(with_policies(setup, {{"ipc_scope", scope_policy(ways[0])}}),
                          ways[1] == 0, ways[2] == 1, call);
    };
  };
  return {{SystemCall::open_fault_socket, aspects, opens([](UserThread& self, DeviceId) {
             return outcome(self.open_fault_socket(kFull));
           })},
          {SystemCall::open_interrupt_socket, aspects, opens([](UserThread& self, DeviceId device) {
             return outcome(self.open_interrupt_socket(device, kFull));
           })}};
}

std::vector<Row> drivers() {
  const Aspect end = {kRight, KernelError::bad_descriptor, KernelError::bad_argument};
  const Aspect privilege = {kRight, KernelError::not_privileged};
  const Aspect argument = {kRight, KernelError::bad_argument};
  return {
      {SystemCall::ack_interrupt,
       {end, privilege, {KernelError::stale}},
       [](const Setup& setup, const Ways& ways) {
         return with_sockets(
             setup, ways[1] == 0, false, [&ways](UserThread& self, DeviceId device) {
               const auto socket = self.open_interrupt_socket(device, kLocal);
               return outcome(self.ack_interrupt(named_end(self, ways[0], socket), 1));
             });
       }},
      {SystemCall::device_read,
       {argument, privilege},
       [](const Setup& setup, const Ways& ways) {
         return with_sockets(setup, ways[1] == 0, false,
                             [&ways](UserThread& self, DeviceId device) {
                               return outcome(self.device_read(device, ways[0] == 1 ? 9 : 0));
                             });
       }},
      {SystemCall::device_write,
       {argument, privilege},
       [](const Setup& setup, const Ways& ways) {
         return with_sockets(setup, ways[1] == 0, false,
                             [&ways](UserThread& self, DeviceId device) {
                               return outcome(self.device_write(device, ways[0] == 1 ? 9 : 1, 0));
                             });
       }},
      {SystemCall::take_fault,
       {end, privilege, {KernelError::empty}},
       [](const Setup& setup, const Ways& ways) {
         return with_sockets(setup, ways[1] == 0, false, [&ways](UserThread& self, DeviceId) {
           const auto socket = self.open_fault_socket(kLocal);
           return outcome(self.take_fault(named_end(self, ways[0], socket)));
         });
       }},
  };
}

// A task faults, and the daemon has taken the fault; then the caller answers it, rightly or not. In
// the end the daemon does.
using Answer = std::function<std::string(UserThread&, Descriptor fd, std::int64_t record)>;
std::string answers(const Setup& setup, const Ways& ways, const Answer& answer) {
  Machine machine(setup);
  const TaskId client = machine.task("client");
  std::string given;
  std::int64_t record = 0;
  const auto call = [&](UserThread& self, const Call<Descriptor>& socket) {
    given = answer(self, named_end(self, ways[2], socket), ways[0] == 1 ? 99 : record);
  };
  machine.thread(client, "client.main", [&](UserThread& self) {
    if (machine.reach(self, 1)) CHECK(load64(self, kPage));
  });
  machine.thread(machine.task("daemon", 0, true), "daemon.main", [&](UserThread& self) {
    const auto socket = self.open_fault_socket(kLocal);
    const auto frame = self.new_frame();
    machine.pass();
    if (!socket || !frame || !poll(self, {*socket})) return;
    const auto fault = self.take_fault(*socket);
    if (!fault) return;
    CHECK(self.map(client, kPage, frame->value(), PageAccess::kWrite));
    record = fault->record;
    if (ways[1] == 0) call(self, socket);
    machine.pass();
    if (ways[1] == 0 || machine.reach(self, 3)) {
      CHECK(self.resume_fault(*socket, record));  // a late answer succeeds
    }
  });
  machine.thread(machine.task("stranger"), "stranger.main", [&](UserThread& self) {
    if (!machine.reach(self, 2) || ways[1] == 0) return;
    call(self, Failure(KernelError::not_privileged));
    machine.pass();
  });
  machine.run_well();
  return given;
}

std::vector<Row> answering() {
  const Aspect number = {kRight, KernelError::bad_argument};
  const Aspect privilege = {kRight, KernelError::not_privileged};
  return {
      {SystemCall::resume_fault,
       {number, privilege, {kRight, KernelError::bad_descriptor, KernelError::bad_argument}},
       [](const Setup& setup, const Ways& ways) {
         return answers(setup, ways, [](UserThread& self, Descriptor fd, std::int64_t record) {
           return outcome(self.resume_fault(fd, record));
         });
       }},
      // One that is right ends the task, which is a finding.
      {SystemCall::refuse_fault,
       {number, privilege, {KernelError::bad_descriptor}},
       [](const Setup& setup, const Ways& ways) {
         const Ways unknown = {ways[0], ways[1], 1};
         return answers(setup, unknown, [](UserThread& self, Descriptor fd, std::int64_t record) {
           return outcome(self.refuse_fault(fd, record));
         });
       }},
  };
}

std::vector<Row> all_rows() {
  std::vector<Row> all;
  for (auto rows : {connecting(), on_ends(), polling(), frames(), mapping(), tasks_and_users(),
                    opening_sockets(), drivers(), answering()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

// What a call gives when this is wrong with it; "" when nothing is.
std::string expected(const Row& row, const Ways& ways) {
  KernelError first = kRight;
  for (std::size_t aspect = 0; aspect < ways.size(); ++aspect) {
    const KernelError error = row.aspects[aspect][ways[aspect]];
    if (error != kRight && (first == kRight || error < first)) first = error;
  }
  return first == kRight ? "" : std::string(name_of(first));
}

bool next_combination(const Row& row, Ways& ways) {
  for (std::size_t aspect = 0; aspect < ways.size(); ++aspect) {
    if (++ways[aspect] < row.aspects[aspect].size()) return true;
    ways[aspect] = 0;
  }
  return false;
}

void check_every_combination(const Row& row, const Setup& setup) {
  Ways ways(row.aspects.size(), 0);
  do {
    const std::string given = row.give(setup, ways);
    const std::string right = expected(row, ways);
    const bool is_error = kernel::find_kernel_error(given).has_value();
    CHECK_MESSAGE((right.empty() ? !is_error : given == right),
                  name_of(row.call) << " gives " << given << " instead of " << right);
  } while (next_combination(row, ways));
}

TEST_CASE("the first error that applies is given, in every combination") {
  for (const std::string_view lock : {"big", "fine"}) {
    for (const std::uint64_t seed : {0U, 1U}) {
      Setup setup;
      setup.cpus = 2;
      setup.policies = {{"kernel_lock", lock}};
      if (seed != 0) setup.seed = seed;
      for (const Row& row : all_rows()) check_every_combination(row, setup);
    }
  }
}

struct CallError {
  std::string_view call;
  KernelError error;
};

// Those that apply only for a moment, while another thread is inside a call or ends; and those of a
// full table of 2^20 descriptors.
constexpr CallError kPassing[] = {
    {"open_fault_socket", KernelError::limit},
    {"open_interrupt_socket", KernelError::limit},
    {"wakeup", KernelError::busy},  // errors_test.cc, before which comes peer_closed
    {"protect", KernelError::no_such_task},
    {"unmap", KernelError::no_such_task},
};

TEST_CASE("no error of call_errors.def is missing above") {
  constexpr CallError kAll[] = {
#define CALL_ERROR(call, error) {#call, KernelError::error},
#include "kernel_model/abi/call_errors.def"
#undef CALL_ERROR
  };
  const std::vector<Row> rows = all_rows();
  for (const CallError& one : kAll) {
    const bool passing =
        std::any_of(std::begin(kPassing), std::end(kPassing), [&one](const CallError& known) {
          return known.call == one.call && known.error == one.error;
        });
    const bool tried = std::any_of(rows.begin(), rows.end(), [&one](const Row& row) {
      return name_of(row.call) == one.call &&
             std::any_of(row.aspects.begin(), row.aspects.end(), [&one](const Aspect& aspect) {
               return std::find(aspect.begin(), aspect.end(), one.error) != aspect.end();
             });
    });
    CHECK_MESSAGE(passing != tried,
                  one.call << " can give " << name_of(one.error) << ": give it a row in this file");
  }
}

}  // namespace
}  // namespace ipcsim::test
