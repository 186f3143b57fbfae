// SPDX-License-Identifier: BSD-2-Clause
// RestingKernel: a kernel at rest that a test can break. Two CPUs, which halt; a server with the
// threads 0 and 1 and a client with thread 2, all asleep; a connection from the client's
// thread-local end to a full-task one of the server. Every invariant holds.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {

class RestingKernel {
 public:
  RestingKernel() : state_(start(), tracer_, arena_, Configuration(), cost_, timers_, 1'000, 256) {
    for (std::uint32_t number = 0; number < 2; ++number) {
      Processor& processor = state_.scheduler.add_processor(CpuId(number), engine_.add_lane("cpu"));
      processor.awake = false;
    }
    constexpr std::array<std::string_view, 2> kTasks = {"server", "client"};
    for (const std::string_view name : kTasks) {
      Task& task = state_.tasks.add_task();
      task.name = name;
      state_.ipc.add_service(task.id);
    }
    constexpr std::array<std::string_view, 3> kThreads = {"server.one", "server.two",
                                                          "client.main"};
    for (const std::string_view name : kThreads) {
      const TaskId task(name.starts_with("server") ? 0 : 1);
      Thread& thread = state_.tasks.add_thread(state_.tasks[task]);
      thread.name = name;
      thread.lane = engine_.add_lane(name);
      thread.state = RunState::kSleeping;
      thread.wait.state = WaitState::kWaiting;
      ++state_.foreground_threads;
    }
    server_end_ = state_.ipc.make_port(thread(0), Scope::kFullTask);
    client_end_ = state_.ipc.link(thread(2), Scope::kThreadLocal, *server_end_);
  }

  KernelState& state() { return state_; }
  Task& server() { return state_.tasks[TaskId(0)]; }
  Task& client() { return state_.tasks[TaskId(1)]; }
  Thread& thread(std::uint32_t number) { return state_.tasks[ThreadId(number)]; }
  Processor& cpu(std::uint32_t number) { return state_.scheduler.processor(CpuId(number)); }
  End& server_end() { return *server_end_; }
  End& client_end() { return *client_end_; }

  void run(std::uint32_t number, std::uint32_t on) {
    Thread& running = thread(number);
    running.state = RunState::kRunning;
    running.wait.state = WaitState::kNone;
    running.processor = &cpu(on);
    cpu(on).current = &running;
  }
  // As a thread that polls this end and found nothing.
  void poll(std::uint32_t number, End& end) {
    thread(number).state = RunState::kPolling;
    const std::array<EndId, 1> ends = {end.id};
    state_.ipc.claim(thread(number), {ends});
  }
  void poll_all(std::uint32_t number) {
    thread(number).state = RunState::kPolling;
    state_.ipc.claim(thread(number), {{}, true, false});
  }
  void wait_for_port(std::uint32_t number, Task& of) {
    Thread& waiting = thread(number);
    waiting.state = RunState::kConnecting;
    waiting.wait.server = of.id;
    state_.ipc.service_of(of.id).clients.push_back(waiting.id);
    ++state_.tasks[waiting.task].waiting_connects;
  }
  void end(Thread& thread) {
    thread.state = RunState::kEnded;
    thread.wait.state = WaitState::kNone;
    --state_.tasks[thread.task].live_threads;
    --state_.foreground_threads;
  }
  // Of a task whose ends are closed.
  void end(Task& task) {
    for (const ThreadId id : task.threads) end(state_.tasks[id]);
    task.state = TaskState::kEnded;
  }
  void close_both() {
    state_.ipc.close(*client_end_);
    state_.ipc.set_bit(*server_end_, Bit::kClosed, Reason::kClosed, 0);
    state_.ipc.close(*server_end_);
  }

  // "" when every invariant holds, else "finding: message".
  std::string violation() const {
    const std::optional<Violation> found = check_invariants(state_);
    return found ? found->finding + ": " + found->message : "";
  }

 private:
  engine::Engine& start() {
    engine_.reset({}, reference_, 2);
    return engine_;
  }

  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  trace::Recorder recorder_;
  Tracer tracer_{engine_, recorder_};
  Arena arena_;
  machine::CostModel cost_;
  std::vector<engine::EventQueue<ThreadId>> timers_{2};
  KernelState state_;
  End* server_end_ = nullptr;
  End* client_end_ = nullptr;
};

}  // namespace ipcsim::kernel
