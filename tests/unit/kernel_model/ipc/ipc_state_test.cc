// SPDX-License-Identifier: BSD-2-Clause
#include "kernel_model/ipc/ipc_state.h"

#include <optional>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::kernel {
namespace {

constexpr Scope kLocal = Scope::kThreadLocal;
constexpr Scope kFull = Scope::kFullTask;

// Two tasks; the server has two threads, the client one. No CPU runs.
class Rig {
 public:
  explicit Rig(const Configuration& config = {})
      : config_(config),
        memory_(arena_, 16 * machine::kFrameBytes),
        frames_(memory_, arena_),
        tasks_(arena_, frames_, memory_, PolicyValue::descriptor_reuse_generation),
        scheduler_(start(), tracer_, arena_, tasks_, memory_, interrupts_, cost_, timers_, 1'000,
                   PolicyValue::wake_ipi),
        ipc_(arena_, tasks_, scheduler_, config_) {
    scheduler_.add_processor(CpuId(0), engine_.add_lane("cpu0"));
    for (int tasks = 0; tasks < 2; ++tasks) ipc_.add_service(tasks_.add_task().id);
    tasks_[TaskId(1)].uid = 42;
    for (const std::uint32_t task : {0U, 0U, 1U}) {
      Thread& thread = tasks_.add_thread(tasks_[TaskId(task)]);
      thread.lane = engine_.add_lane("thread");
      thread.state = RunState::kRunning;
    }
  }

  IpcState& ipc() { return ipc_; }
  Task& server() { return tasks_[TaskId(0)]; }
  Task& client() { return tasks_[TaskId(1)]; }
  Thread& thread(std::uint32_t number) { return tasks_[ThreadId(number)]; }
  Thread& client_thread() { return thread(2); }

  // A port of the server's first thread, and a client's end linked to it.
  struct Pair {
    End* server;
    End* client;
  };
  Pair connected(Scope server_scope = kFull) {
    End* const port = ipc_.make_port(thread(0), server_scope);
    REQUIRE(port != nullptr);
    End* const end = ipc_.link(client_thread(), kLocal, *port);
    REQUIRE(end != nullptr);
    return {port, end};
  }

  // As a poll that found nothing does.
  void sleep_in_poll(Thread& poller, const PollSet& set) {
    ipc_.claim(poller, set);
    poller.state = RunState::kPolling;
    poller.wait.state = WaitState::kWaiting;
  }

 private:
  engine::Engine& start() {
    engine_.reset({}, reference_, 1);
    return engine_;
  }

  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  trace::Recorder recorder_;
  Tracer tracer_{engine_, recorder_};
  Arena arena_;
  Configuration config_;
  machine::CostModel cost_;
  std::vector<engine::EventQueue<ThreadId>> timers_{1};
  machine::PhysicalMemory memory_;
  FramePool frames_;
  machine::InterruptNetwork interrupts_{engine_, arena_, 1'000};
  TaskTable tasks_;
  Scheduler scheduler_;
  IpcState ipc_;
};

Configuration with(std::string_view policy, std::string_view value) {
  Configuration config;
  REQUIRE(config.set_policy(policy, value));
  return config;
}

TEST_CASE("a port is an open end without a connection, counted by its task") {
  Rig rig;
  End* const port = rig.ipc().make_port(rig.thread(0), kLocal);
  REQUIRE(port != nullptr);
  CHECK(port->fd == Descriptor{-1});
  CHECK(port->unconnected());
  CHECK(rig.server().ports == 1);
  CHECK(rig.ipc().find(rig.thread(0), {-1}) == port);
  CHECK(rig.ipc().find(rig.thread(1), {-1}) == nullptr);  // another thread of the task
  CHECK(rig.ipc().remote_of(*port) == nullptr);
  End* const full = rig.ipc().make_port(rig.thread(0), kFull);
  REQUIRE(full != nullptr);
  CHECK(rig.ipc().find(rig.thread(1), full->fd) == full);
  CHECK(rig.ipc().find(rig.client_thread(), full->fd) == nullptr);
}

TEST_CASE("linking makes two connected ends that know each other, and moves the counts") {
  Rig rig;
  const auto [server, client] = rig.connected();
  CHECK(server->state == EndState::kConnected);
  CHECK(client->state == EndState::kConnected);
  CHECK(rig.ipc().remote_of(*server) == client);
  CHECK(rig.ipc().remote_of(*client) == server);
  CHECK(server->client == rig.client().id);
  CHECK(server->client_uid == 42);
  CHECK(rig.server().ports == 0);
  CHECK(rig.server().connections == 0);
  CHECK(rig.client().connections == 1);
  CHECK(rig.client().ports == 0);
}

TEST_CASE("kernel memory of ends and connections is counted; closing gives it back") {
  for (const std::string_view buffer : {"shared", "duplex"}) {
    Configuration config;
    CHECK(config.set_policy("buffer", buffer));
    Rig rig(config);
    const std::size_t one = 2 * kEndBytes + kConnectionBytes + (buffer == "shared" ? 32 : 64);
    for (int times = 0; times < 3; ++times) {
      const Rig::Pair pair = rig.connected();
      CHECK(rig.ipc().most_bytes == one);
      rig.ipc().close(*pair.client);
      rig.ipc().close(*pair.server);
    }
    static_cast<void>(rig.connected());
    static_cast<void>(rig.ipc().make_port(rig.thread(0), kFull));
    CHECK(rig.ipc().most_bytes == one + kEndBytes);
  }
}

TEST_CASE("a kernel socket is an end without a connection, that counts as nothing else") {
  Rig rig;
  for (const Scope scope : {kLocal, kFull}) {
    End* const socket = rig.ipc().make_kernel_socket(rig.thread(0), scope);
    REQUIRE(socket != nullptr);
    CHECK(socket->state == EndState::kKernelSocket);
    CHECK_FALSE(socket->unconnected());
    CHECK(rig.ipc().remote_of(*socket) == nullptr);
    CHECK((rig.ipc().find(rig.thread(1), socket->fd) == socket) == (scope == kFull));
    Thread& poller = rig.thread(scope == kFull ? 1 : 0);
    const EndId ends[] = {socket->id};
    rig.sleep_in_poll(poller, {ends});
    CHECK(rig.ipc().set_bit(*socket, Bit::kSignaled, Reason::kSignal, 0) == &poller);
    CHECK(poller.wait.event.kind == EventKind::kSignaled);
    CHECK(poller.wait.event.fd == socket->fd);
    rig.ipc().close(*socket);
    CHECK(socket->state == EndState::kClosed);
    CHECK(rig.server().ports == 0);
    CHECK(rig.server().connections == 0);
  }
}

TEST_CASE("the listen queue gives the oldest offer; taking one back keeps the order") {
  Rig rig;
  std::vector<End*> ports;
  for (int times = 0; times < 3; ++times) {
    ports.push_back(rig.ipc().make_port(rig.thread(0), kFull));
    rig.ipc().offer(*ports.back());
  }
  auto& queue = rig.ipc().service_of(rig.server().id).ports;
  CHECK(queue.front() == ports[0]->id);
  rig.ipc().take_offer(*ports[1]);
  CHECK(ports[1]->state == EndState::kPort);
  REQUIRE(queue.size() == 2);
  CHECK(queue[0] == ports[0]->id);
  CHECK(queue[1] == ports[2]->id);
}

TEST_CASE("a bit without a poller waits in the ready list; reporting clears that bit alone") {
  Rig rig;
  const auto [server, client] = rig.connected();
  CHECK(rig.ipc().set_bit(*server, Bit::kSignaled, Reason::kSignal, 7) == nullptr);
  CHECK(rig.ipc().set_bit(*server, Bit::kOpened, Reason::kOpened, 8) == nullptr);
  CHECK(rig.ipc().set_bit(*server, Bit::kClosed, Reason::kClosed, 9) == nullptr);
  CHECK(server->flow == 9);
  const PollSet all{{}, true, false};
  std::vector<EventKind> kinds;
  for (int times = 0; times < 4; ++times) {
    End* const ready = rig.ipc().first_ready(rig.thread(1), all);
    REQUIRE(ready == server);
    const Event event = rig.ipc().report(*ready);
    kinds.push_back(event.kind);
    CHECK((event.kind != EventKind::kOpened || event.uid == 42));
  }
  CHECK(kinds == std::vector{EventKind::kOpened, EventKind::kSignaled, EventKind::kClosed,
                             EventKind::kClosed});
  CHECK(rig.ipc().first_ready(rig.client_thread(), all) == nullptr);
  static_cast<void>(client);
}

TEST_CASE("an end that is reported and has more to tell goes to the tail") {
  Rig rig;
  const Rig::Pair one = rig.connected();
  const Rig::Pair two = rig.connected();
  for (End* const end : {one.server, two.server}) {
    rig.ipc().set_bit(*end, Bit::kOpened, Reason::kOpened, 0);
    rig.ipc().set_bit(*end, Bit::kSignaled, Reason::kSignal, 0);
  }
  const PollSet all{{}, true, false};
  std::vector<End*> order;
  for (int times = 0; times < 4; ++times) {
    order.push_back(rig.ipc().first_ready(rig.thread(0), all));
    rig.ipc().report(*order.back());
  }
  CHECK(order == std::vector{one.server, two.server, one.server, two.server});
}

TEST_CASE("a bit completes the wait of whoever polls the end, by an explicit poll or poll_all") {
  for (const bool all : {false, true}) {
    Rig rig;
    const auto [server, client] = rig.connected();
    const EndId ends[] = {server->id};
    const PollSet set = all ? PollSet{{}, true, false} : PollSet{ends};
    rig.sleep_in_poll(rig.thread(1), set);
    CHECK(rig.ipc().poller_of(*server) == &rig.thread(1));
    CHECK(rig.ipc().poller_of(*client) == nullptr);
    CHECK(rig.ipc().set_bit(*server, Bit::kSignaled, Reason::kSignal, 5) == &rig.thread(1));
    const WaitRecord& wait = rig.thread(1).wait;
    CHECK(wait.state == WaitState::kComplete);
    CHECK(wait.event.kind == EventKind::kSignaled);
    CHECK(wait.event.fd == server->fd);
    CHECK(wait.flow == 5);
    CHECK(rig.thread(1).state == RunState::kReady);
    CHECK_FALSE(server->readiness.any());
    CHECK_FALSE(server->poller.valid());
    CHECK_FALSE(rig.server().poll_all_thread.valid());
  }
}

TEST_CASE("who completes a wait first wins; a signal that comes second stays set") {
  Rig rig;
  const auto [server, client] = rig.connected();
  const EndId ends[] = {server->id};
  rig.sleep_in_poll(rig.thread(0), {ends});
  CHECK(rig.ipc().complete(rig.thread(0), Reason::kTimeout, 0));
  CHECK_FALSE(rig.ipc().complete(rig.thread(0), Reason::kSignal, 3));
  CHECK(rig.thread(0).wait.why == Reason::kTimeout);
  CHECK(rig.ipc().set_bit(*server, Bit::kSignaled, Reason::kSignal, 4) == nullptr);
  CHECK(server->readiness.signaled);
  static_cast<void>(client);
}

TEST_CASE("a claim keeps other polls away: of the end, of all, and the other way round") {
  Rig rig;
  const auto [server, client] = rig.connected();
  const End& other = *rig.ipc().make_port(rig.thread(0), kFull);
  const EndId ends[] = {server->id};
  const EndId others[] = {other.id};
  const PollSet all{{}, true, false};
  CHECK_FALSE(rig.ipc().claimed_by_other(rig.thread(1), all));
  rig.sleep_in_poll(rig.thread(0), {ends});
  CHECK(rig.ipc().claimed_by_other(rig.thread(1), {ends}) == server->fd);
  CHECK_FALSE(rig.ipc().claimed_by_other(rig.thread(1), {others}));
  CHECK(rig.ipc().claimed_by_other(rig.thread(1), all) == server->fd);
  rig.ipc().complete(rig.thread(0), Reason::kTimeout, 0);
  CHECK_FALSE(rig.ipc().claimed_by_other(rig.thread(1), all));
  rig.sleep_in_poll(rig.thread(1), all);
  CHECK(rig.ipc().claimed_by_other(rig.thread(0), {others}) == other.fd);
  CHECK(rig.ipc().claimed_by_other(rig.thread(0), all));
  static_cast<void>(client);
}

TEST_CASE("closing cancels an explicit poll, poll_all drops the end") {
  for (const bool all : {false, true}) {
    Rig rig;
    const auto [server, client] = rig.connected();
    const Descriptor fd = server->fd;
    const EndId ends[] = {server->id};
    rig.sleep_in_poll(rig.thread(0), all ? PollSet{{}, true, false} : PollSet{ends});
    rig.ipc().close(*server);
    CHECK(rig.ipc().find(rig.thread(0), fd) == nullptr);
    CHECK(rig.ipc().remote_of(*client) == nullptr);
    CHECK((rig.thread(0).wait.state == WaitState::kWaiting) == all);
    if (!all) {
      CHECK(rig.thread(0).wait.event.kind == EventKind::kCancelled);
      CHECK(rig.thread(0).wait.event.fd == fd);
    }
  }
}

TEST_CASE("closing a port takes it from the queue and the counts; a client's end counts too") {
  Rig rig;
  End& port = *rig.ipc().make_port(rig.thread(0), kFull);
  rig.ipc().offer(port);
  rig.ipc().close(port);
  CHECK(rig.ipc().service_of(rig.server().id).ports.empty());
  CHECK(rig.server().ports == 0);
  const auto [server, client] = rig.connected();
  rig.ipc().set_bit(*client, Bit::kSignaled, Reason::kSignal, 0);
  rig.ipc().close(*client);
  CHECK(rig.client().connections == 0);
  CHECK_FALSE(client->listed());
  rig.ipc().close(*server);
  CHECK(rig.server().connections == 0);
}

TEST_CASE("buffer shared: both ends write and read one; duplex: one per direction") {
  for (const std::string_view policy : {"shared", "duplex"}) {
    Rig rig(with("buffer", policy));
    const auto [server, client] = rig.connected();
    const bool shared = policy == "shared";
    CHECK((&rig.ipc().written_by(*server) == &rig.ipc().written_by(*client)) == shared);
    CHECK(&rig.ipc().read_by(*server) == &rig.ipc().written_by(*client));
    CHECK(&rig.ipc().read_by(*client) == &rig.ipc().written_by(*server));
  }
}

TEST_CASE("poll_all over both scopes hears ends in the order in which they became ready") {
  Rig rig;
  const Rig::Pair full = rig.connected(kFull);
  const Rig::Pair local = rig.connected(kLocal);
  rig.ipc().set_bit(*local.server, Bit::kSignaled, Reason::kSignal, 0);
  rig.ipc().set_bit(*full.server, Bit::kSignaled, Reason::kSignal, 0);
  CHECK(rig.ipc().first_ready(rig.thread(0), {{}, true, true}) == local.server);
  CHECK(rig.ipc().first_ready(rig.thread(0), {{}, true, false}) == full.server);
  CHECK(rig.ipc().first_ready(rig.thread(1), {{}, true, true}) == full.server);
}

TEST_CASE("a signal that nobody has heard of can be discarded") {
  Rig rig;
  const auto [server, client] = rig.connected();
  rig.ipc().set_bit(*server, Bit::kSignaled, Reason::kSignal, 0);
  rig.ipc().discard_signal(*server);
  CHECK_FALSE(server->listed());
  rig.ipc().set_bit(*server, Bit::kSignaled, Reason::kSignal, 0);
  rig.ipc().set_bit(*server, Bit::kClosed, Reason::kClosed, 0);
  rig.ipc().discard_signal(*server);
  CHECK(server->listed());
  CHECK(server->readiness.closed);
  static_cast<void>(client);
}

}  // namespace
}  // namespace ipcsim::kernel
