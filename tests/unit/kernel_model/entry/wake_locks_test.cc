// SPDX-License-Identifier: BSD-2-Clause
// Which locks each call takes: while somebody else has one for a long time, exactly the calls that
// need it wait.
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/entry/system_call_path.h"
#include "tests/unit/kernel_model/entry/kernel_rig.h"

namespace ipcsim::kernel {
namespace {

constexpr Cycles kHeld = 50'000;
constexpr Descriptor kConnected{0};  // the other end is the client's
constexpr Descriptor kPort{2};       // not on offer; descriptor 1 is

using Act = std::function<void(UserThread&, KernelRig&)>;

std::vector<std::pair<std::string_view, KernelLock*>> locks_of(KernelRig& rig) {
  KernelState& state = rig.state();
  Task& server = state.tasks[TaskId(0)];
  return {{"tasks", &state.task_table_lock},
          {"table", &server.descriptor_lock},
          {"queue", &state.ipc.service_of(server.id).lock},
          {"faults", &state.faults.lock},
          {"connection", &state.ipc.connections().front()->lock},
          {"ready", &server.ready_lock},
          {"client", &state.tasks[ThreadId(1)].ready_lock},
          {"wait", &state.tasks[ThreadId(0)].wait_lock},
          {"run", &state.scheduler.lock()}};
}

// Whether `act`, a call of the server's thread, waits while another has the lock of this number.
bool waits_for(std::size_t number, const Act& act) {
  Configuration config;
  REQUIRE(config.set_policy("kernel_lock", "fine"));
  KernelRig rig(2, config);
  const TaskId server = rig.task("server");
  const TaskId client = rig.task("client");
  Cycle back = 0;
  Cycle called = 0;
  rig.thread(
      server, "server.main",
      [&](UserThread& self) {
        if (!self.compute(1'000) || !self.random(1)) return;
        called = self.now();
        act(self, rig);
        back = self.now();
      },
      CpuId(0));
  rig.thread(
      client, "client.main",
      [&](UserThread& self) {
        SystemCallPath path(rig.kernel(), rig.state().tasks[self.id()], SystemCall::read);
        CHECK(path.lock(*locks_of(rig)[number].second));
        CHECK(path.commit(kHeld));
        CHECK(path.leave(1));
      },
      CpuId(1));
  IpcState& ipc = rig.state().ipc;
  Thread& owner = rig.state().tasks[ThreadId(0)];
  End* const port = ipc.make_port(owner, Scope::kFullTask);
  REQUIRE(ipc.link(rig.state().tasks[ThreadId(1)], Scope::kThreadLocal, *port) != nullptr);
  ipc.offer(*ipc.make_port(owner, Scope::kFullTask));
  REQUIRE(ipc.make_port(owner, Scope::kFullTask) != nullptr);
  rig.run();
  CHECK(rig.violation().empty());
  CHECK(back > called);
  return back - called > kHeld / 2;
}

std::string awaited_by(const Act& act) {
  constexpr std::array<std::string_view, 9> kNames = {
      "tasks", "table", "queue", "faults", "connection", "ready", "client", "wait", "run"};
  std::string names;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if (waits_for(number, act)) names += (names.empty() ? "" : " ") + std::string(kNames[number]);
  }
  return names;
}

TEST_CASE("fine locks: each call takes the locks of what it touches and no others") {
  const auto poll = [](UserThread& self, Descriptor fd) {
    const Descriptor set[] = {fd};
    CHECK(self.poll(set, 0));
  };
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.read(kConnected)); }) ==
        "table connection");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.write(kConnected, {})); }) ==
        "table connection");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.wakeup(kConnected)); }) ==
        "table connection client");
  CHECK(awaited_by([&](UserThread& self, KernelRig&) { poll(self, kConnected); }) ==
        "table connection ready wait run");
  CHECK(awaited_by([&](UserThread& self, KernelRig&) { poll(self, kPort); }) ==
        "table ready wait run");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.poll_all(0)); }) ==
        "table ready wait run");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.close(kConnected)); }) ==
        "table connection ready client");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.close(kPort)); }) ==
        "table queue ready");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK_FALSE(self.write(kPort, {})); }) ==
        "table queue");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.new_port(Scope::kFullTask)); }) ==
        "table");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.push_to_listen_queue(kPort)); }) ==
        "table queue");
  CHECK(awaited_by([](UserThread& self, KernelRig&) {
          CHECK(self.connect(self.task(), Scope::kThreadLocal));
        }) == "table queue ready");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.block_uid(7)); }) == "queue");
  CHECK(awaited_by([](UserThread& self, KernelRig&) {
          CHECK(self.open_fault_socket(Scope::kFullTask));
        }) == "table faults ready");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK_FALSE(self.take_fault(kPort)); }) ==
        "table faults");
  CHECK(awaited_by([](UserThread& self, KernelRig&) {
          CHECK_FALSE(self.resume_fault(kPort, 1));
        }) == "table faults");
  CHECK(awaited_by([](UserThread& self, KernelRig&) {
          CHECK_FALSE(self.refuse_fault(kPort, 1));
        }) == "tasks table faults");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.sleep(1)); }) == "wait run");
  CHECK(awaited_by([](UserThread& self, KernelRig&) { CHECK(self.yield()); }) == "run");
}

TEST_CASE("fine locks: a call lets the table go before it waits for what the table led to") {
  Configuration config;
  REQUIRE(config.set_policy("kernel_lock", "fine"));
  KernelRig rig(3, config);
  const TaskId server = rig.task("server");
  const TaskId client = rig.task("client");
  Cycle back = 0;
  // The first call waits for the client's ready list, having the connection; the second needs the
  // table alone.
  rig.thread(
      server, "server.waits",
      [](UserThread& self) {
        if (self.compute(1'000)) CHECK(self.wakeup({0}));
      },
      CpuId(0));
  rig.thread(
      server, "server.goes_on",
      [&](UserThread& self) {
        if (self.compute(2'000)) CHECK(self.new_port(Scope::kFullTask));
        back = self.now();
      },
      CpuId(1));
  rig.thread(
      client, "client.main",
      [&](UserThread& self) {
        Thread& thread = rig.state().tasks[self.id()];
        SystemCallPath path(rig.kernel(), thread, SystemCall::read);
        CHECK(path.lock(thread.ready_lock));
        CHECK(path.commit(kHeld));
        CHECK(path.leave(1));
        CHECK(self.sleep(kHeld));
      },
      CpuId(2));
  End* const port = rig.state().ipc.make_port(rig.state().tasks[ThreadId(0)], Scope::kFullTask);
  REQUIRE(rig.state().ipc.link(rig.state().tasks[ThreadId(2)], Scope::kThreadLocal, *port));
  rig.run();
  CHECK(rig.violation().empty());
  CHECK(back < kHeld / 2);
}

}  // namespace
}  // namespace ipcsim::kernel
