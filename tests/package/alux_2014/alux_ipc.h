// SPDX-License-Identifier: BSD-2-Clause
// AluxIpc: the IPC of the Alux microkernel as it stood in September 2014 (repository
// unixpickle/Alux, branch bad-ipc, commit 4d82d31: ipc/user-port.cpp, tasks/poll-state.cpp), put in
// place of ours. An example of kernel_model/ipc/ipc_calls.h.
//
// A port belongs to one thread and has room for the last message that was sent to it. Whoever sends
// puts the port into the list of pending ports of its thread, once, and tells the thread if it is
// polling. A poll looks at the list, and if nothing is there says that it is polling, and sleeps.
// The two are two steps with the lock free between them, which is the bug: a port that becomes
// pending there is told to nobody, and as it is pending, no later send tells of it either.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel_model/entry/kernel.h"
#include "kernel_model/entry/system_call_path.h"
#include "kernel_model/ipc/ipc_calls.h"

namespace ipcsim::alux {

// Whether the poll looks once more after it said that it is polling: the mended kernel.
enum class Poll : std::uint8_t { kAsInAlux, kLooksAgain };

class AluxIpc final : public kernel::OwnIpc {
 public:
  AluxIpc(kernel::Kernel& kernel, Poll poll) : kernel_(kernel), poll_(poll) {}

  kernel::Call<kernel::Descriptor> connect(kernel::Thread& self, kernel::TaskId server,
                                           kernel::Scope scope) override;
  kernel::Call<kernel::Descriptor> new_port(kernel::Thread& self, kernel::Scope scope) override;
  kernel::Call<Nothing> push_to_listen_queue(kernel::Thread& self, kernel::Descriptor fd) override;
  kernel::Call<Nothing> close(kernel::Thread& self, kernel::Descriptor fd) override;
  kernel::Call<kernel::Buffer> read(kernel::Thread& self, kernel::Descriptor fd) override;
  kernel::Call<Nothing> write(kernel::Thread& self, kernel::Descriptor fd,
                              std::span<const std::byte> bytes) override;
  kernel::Call<Nothing> wakeup(kernel::Thread& self, kernel::Descriptor fd) override;
  kernel::Call<kernel::Event> poll(kernel::Thread& self, std::span<const kernel::Descriptor> fds,
                                   Cycles timeout) override;
  kernel::Call<kernel::Event> poll_all(kernel::Thread& self, Cycles timeout) override;

  void close_ends_of(kernel::Thread& self) override;
  void close_ends_of_task(kernel::Thread& last) override;

  Counts counts(kernel::TaskId task) const override;
  bool signaled(const kernel::Thread& thread, kernel::Descriptor fd) const override;
  bool closed(const kernel::Thread& thread, kernel::Descriptor fd) const override;
  bool sleeps_on_news(const kernel::Thread& thread) const override;
  std::string contradiction() const override;

 private:
  enum class PortState : std::uint8_t { kFresh, kOffered, kConnected, kClosed };

  // Its number is its place in ports_.
  struct Port {
    kernel::EndId id;
    PortState state = PortState::kFresh;
    kernel::TaskId task;
    kernel::ThreadId thread;
    kernel::Descriptor fd;
    Port* remote = nullptr;   // while connected; stays when the remote is closed
    bool by_connect = false;  // this end is the client's
    kernel::Buffer last_message{};

    bool opened = false;
    bool signaled = false;
    bool closed = false;
    bool pending() const { return opened || signaled || closed; }
    std::uint32_t flow = 0;  // the arrow from whoever made it pending
  };

  // Of one thread.
  struct PollState {
    bool polling = false;
    std::vector<kernel::EndId> polled;  // what it polls, while it does
    std::vector<Port*> pending;         // in the order in which they became so
  };

  // Who sends what to whom.
  struct News {
    bool Port::*bit;
    kernel::Reason why;
    std::uint32_t flow;
  };

  kernel::KernelState& state() { return kernel_.state(); }
  const kernel::KernelState& state() const { return kernel_.state(); }
  PollState& poll_state_of(kernel::ThreadId thread);
  const PollState* find_poll_state(kernel::ThreadId thread) const;

  Port& make_port(kernel::Thread& owner, kernel::Descriptor fd);
  Port* find(const kernel::Thread& thread, kernel::Descriptor fd);
  const Port* find(const kernel::Thread& thread, kernel::Descriptor fd) const;
  // The lock of all ports, and those of a thread that may be woken.
  bool lock_ports(kernel::SystemCallPath& path, kernel::Thread& self);
  bool lock_wake(kernel::SystemCallPath& path, const Port* woken);

  void send(Port& to, News news);
  void sever(Port& port, std::uint32_t flow);
  kernel::Event report(PollState& of, Port& port);
  Port* first_pending(const PollState& of) const;
  kernel::Call<kernel::Event> look(kernel::Thread& self, kernel::SystemCallPath& path,
                                   Cycles timeout, std::optional<std::uint64_t> kept);
  kernel::Call<kernel::Event> sleep(kernel::Thread& self, kernel::SystemCallPath& path,
                                    Cycles timeout);
  void close_in_the_end(kernel::Thread& self, const kernel::Thread& owner);

  kernel::Kernel& kernel_;
  Poll poll_;
  kernel::KernelLock lock_{kernel::LockRank::kConnection};
  std::deque<Port> ports_;
  std::deque<PollState> poll_states_;  // by thread
};

// To be named in SystemConfig::ipc or scenario::RunOptions::ipc.
class AluxFactory final : public kernel::IpcFactory {
 public:
  explicit AluxFactory(Poll poll) : poll_(poll) {}
  std::unique_ptr<kernel::OwnIpc> make(kernel::Kernel& kernel) override {
    return std::make_unique<AluxIpc>(kernel, poll_);
  }

 private:
  Poll poll_;
};

}  // namespace ipcsim::alux
