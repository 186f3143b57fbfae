// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "kernel_model/state/invariants.h"
#include "kernel_model/state/standstill.h"

namespace ipcsim::kernel {
namespace {

const DescriptorTable& table_of(const KernelState& state, const End& end) {
  return end.scope == Scope::kThreadLocal ? state.tasks[end.thread].descriptors
                                          : state.tasks[end.task].descriptors;
}

std::string describe(const KernelState& state, const End& end) {
  const std::string_view owner =
      end.scope == Scope::kThreadLocal ? state.tasks[end.thread].name : state.tasks[end.task].name;
  return fmt::format("end {} of {}", to_text(end.fd), owner);
}

std::optional<Violation> check_connected(const KernelState& state, const End& end) {
  const Connection& connection = state.ipc[end.connection];
  if (connection.ends[end.side] != end.id) {
    return violated(fmt::format("{} is not an end of its connection", describe(state, end)));
  }
  const End& remote = state.ipc[connection.ends[1 - end.side]];
  if (remote.state != EndState::kConnected && remote.state != EndState::kClosed) {
    return violated(fmt::format("the other end of {} is a port", describe(state, end)));
  }
  // Whoever closes sets this bit first; only the defect closed_after_wake parts the two.
  if (remote.state == EndState::kClosed && !end.readiness.closed) {
    return violated(
        fmt::format("the other end of {} is closed, and it was not told", describe(state, end)));
  }
  return std::nullopt;
}

// A claim stands on both sides: at the end, and at the thread that polls it.
std::optional<Violation> check_claim(const KernelState& state, const End& end) {
  if (!end.poller.valid()) return std::nullopt;
  const Thread& poller = state.tasks[end.poller];
  const auto& claimed = poller.wait.claimed;
  const bool polls = std::find(claimed.begin(), claimed.end(), end.id) != claimed.end();
  if (polls && poller.state == RunState::kPolling) return std::nullopt;
  return violated(fmt::format("{} is claimed by {}, which does not poll it", describe(state, end),
                              poller.name));
}

std::optional<Violation> check_end(const KernelState& state, const End& end) {
  if (end.state == EndState::kClosed) {
    if (end.listed()) return violated("a closed end is in a ready list");
    return std::nullopt;
  }
  if (table_of(state, end).find(end.fd) != end.id) {
    return violated(
        fmt::format("{} is open, but its descriptor names another", describe(state, end)));
  }
  if (end.listed() != end.readiness.any()) {
    return violated(fmt::format("{} {} bits set and is {} a ready list", describe(state, end),
                                end.readiness.any() ? "has" : "has no",
                                end.listed() ? "in" : "not in"));
  }
  const auto& queue = state.ipc.service_of(end.task).ports;
  const bool queued = std::find(queue.begin(), queue.end(), end.id) != queue.end();
  if (queued != (end.state == EndState::kQueued)) {
    return violated(fmt::format("{} is {} the listen queue against its state", describe(state, end),
                                queued ? "in" : "not in"));
  }
  if (end.unconnected() && (end.readiness.signaled || end.readiness.opened)) {
    return violated(fmt::format("{} has news, but no client", describe(state, end)));
  }
  if (end.state == EndState::kKernelSocket && (end.readiness.opened || end.readiness.closed)) {
    return violated(fmt::format("{} has news that the kernel never sends", describe(state, end)));
  }
  if (auto violation = check_claim(state, end)) return violation;
  return end.state == EndState::kConnected ? check_connected(state, end) : std::nullopt;
}

// Of the ends of one task.
struct EndCount {
  std::uint32_t ports = 0;
  std::uint32_t connections = 0;  // that it made
};

std::vector<EndCount> count_ends(const KernelState& state) {
  std::vector<EndCount> counts(state.tasks.tasks().size());
  for (const End* const end : state.ipc.ends()) {
    EndCount& count = counts[end->task.value()];
    if (end->unconnected()) ++count.ports;
    if (end->state == EndState::kConnected && end->side == 0) ++count.connections;
  }
  return counts;
}

std::optional<Violation> check_service(const KernelState& state, const Task& task,
                                       const EndCount& count) {
  const Service& service = state.ipc.service_of(task.id);
  if (!service.ports.empty() && !service.clients.empty()) {
    return violated(fmt::format("{} offers ports while clients wait", task.name));
  }
  for (const EndId id : service.ports) {
    if (state.ipc[id].state != EndState::kQueued) {
      return violated(fmt::format("{} offers a dead port", task.name));
    }
  }
  for (const ThreadId id : service.clients) {
    const Thread& client = state.tasks[id];
    if (client.state != RunState::kConnecting || client.wait.server != task.id) {
      return violated(fmt::format("{} stands in the queue of {} and does not wait for it",
                                  client.name, task.name));
    }
  }
  if (count.ports != task.ports || count.connections != task.connections) {
    return violated(fmt::format("{} has {} ports and {} connections, but {} and {} are counted",
                                task.name, count.ports, count.connections, task.ports,
                                task.connections));
  }
  return std::nullopt;
}

// What a blocked thread waits for knows of it.
std::optional<Violation> check_wait(const KernelState& state, const Thread& thread) {
  for (const EndId id : thread.wait.claimed) {
    if (state.ipc[id].poller == thread.id) continue;
    return violated(
        fmt::format("{} polls {} without a claim", thread.name, describe(state, state.ipc[id])));
  }
  if (thread.state != RunState::kConnecting) return std::nullopt;
  const auto& queue = state.ipc.service_of(thread.wait.server).clients;
  const auto places = std::count(queue.begin(), queue.end(), thread.id);
  if (places == 1) return std::nullopt;
  return violated(fmt::format("{} waits for a port of {} and stands {} times in its queue",
                              thread.name, state.tasks[thread.wait.server].name, places));
}

std::optional<Violation> check_waits(const KernelState& state, const Task& task) {
  std::uint32_t waiting = 0;
  for (const ThreadId id : task.threads) {
    const Thread& thread = state.tasks[id];
    if (auto violation = check_wait(state, thread)) return violation;
    if (thread.state == RunState::kConnecting) ++waiting;
  }
  if (waiting == task.waiting_connects) return std::nullopt;
  return violated(fmt::format("{} has {} threads that wait for a port, but {} are counted",
                              task.name, waiting, task.waiting_connects));
}

}  // namespace

std::optional<Violation> check_ipc(const KernelState& state) {
  if (state.own_ipc != nullptr) {
    std::string contradiction = state.own_ipc->contradiction();
    if (contradiction.empty()) return std::nullopt;
    return violated(std::move(contradiction));
  }
  for (const End* const end : state.ipc.ends()) {
    if (auto violation = check_end(state, *end)) return violation;
  }
  const std::vector<EndCount> counts = count_ends(state);
  for (const Task* const task : state.tasks.tasks()) {
    if (auto violation = check_service(state, *task, counts[task->id.value()])) return violation;
    if (auto violation = check_waits(state, *task)) return violation;
  }
  return std::nullopt;
}

std::optional<Violation> check_wakeups(const KernelState& state) {
  const std::vector<const Thread*> overlooked = overlooked_pollers(state);
  if (overlooked.empty()) return std::nullopt;
  return Violation{"lost_wakeup",
                   fmt::format("{} sleeps in a poll of an end that has something to tell",
                               overlooked.front()->name)};
}

}  // namespace ipcsim::kernel
