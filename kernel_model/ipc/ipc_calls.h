// SPDX-License-Identifier: BSD-2-Clause
// IpcCalls: the connection-and-poll part of the kernel, as everything else calls on it. The kernel
// has one of its own, on IpcState. Somebody's own implementation, an OwnIpc, can stand in its
// place: SystemConfig::ipc names who makes it. Scenarios, conditions and findings then work on
// that.
//
// What an implementation can rely on, and must do:
// - A call runs on the fiber of `self`, which holds no lock when it comes and when it returns. It
//   goes the way of entry/system_call_path.h, and gives `killed` wherever that says so.
// - Tasks, threads, descriptor tables, wait records and the scheduler are those of KernelState. A
//   thread that blocks uses its wait record: it is kWaiting from then on, and whoever wakes it
//   fills in `event` and calls IpcState::complete(), as its time-out and its end do by themselves.
// - The listen queue and the permission bitmap of Service are there to be used. A client that waits
//   in connect must stand in Service::clients.
// - What is made for a run goes with it: the implementation is made anew at each boot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "kernel_model/abi/ids.h"
#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/task/thread.h"
#include "sim/base/cycles.h"

namespace ipcsim::kernel {

class IpcCalls {
 public:
  // --- The calls of a thread that runs (UserThread documents them).
  virtual Call<Descriptor> connect(Thread& self, TaskId server, Scope scope) = 0;
  virtual Call<Descriptor> new_port(Thread& self, Scope scope) = 0;
  virtual Call<Nothing> push_to_listen_queue(Thread& self, Descriptor port) = 0;
  virtual Call<Nothing> close(Thread& self, Descriptor fd) = 0;
  virtual Call<Buffer> read(Thread& self, Descriptor fd) = 0;
  virtual Call<Nothing> write(Thread& self, Descriptor fd, std::span<const std::byte> bytes) = 0;
  virtual Call<Nothing> wakeup(Thread& self, Descriptor fd) = 0;
  virtual Call<Event> poll(Thread& self, std::span<const Descriptor> fds, Cycles timeout) = 0;
  virtual Call<Event> poll_all(Thread& self, Cycles timeout) = 0;

  // --- Ends of life, in kernel code of the thread that ends.
  // `self` ends and its task goes on: its thread-local ends are closed.
  virtual void close_ends_of(Thread& self) = 0;
  // `last` is the last thread of its task: ports leave the queue, who waits for one is refused, all
  // ends of all its threads and of the task are closed.
  virtual void close_ends_of_task(Thread& last) = 0;

 protected:
  ~IpcCalls() = default;
};

// An implementation in place of ours. What conditions, invariants and reports read of ours from
// IpcState, they ask of this; all of it between steps, with the kernel at rest.
class OwnIpc : public IpcCalls {
 public:
  virtual ~OwnIpc() = default;

  struct Counts {
    std::size_t connections = 0;       // open ends that the task's connect made
    std::size_t ports = 0;             // its ends that are not connected yet
    std::size_t listen_queue = 0;      // of those, on offer
    std::size_t waiting_connects = 0;  // clients that wait for a port of it
  };
  virtual Counts counts(TaskId task) const = 0;

  // Bits of the end that `thread` names by `fd`; false when it names none.
  virtual bool signaled(const Thread& thread, Descriptor fd) const = 0;
  virtual bool closed(const Thread& thread, Descriptor fd) const = 0;

  // Whether the thread sleeps in a poll although there is news for it: the finding lost_wakeup.
  virtual bool sleeps_on_news(const Thread& thread) const = 0;

  // What the books contradict, in words; empty while they are right: the finding invariant.
  virtual std::string contradiction() const = 0;
};

class Kernel;

// Makes the implementation for one run. The kernel outlives it.
class IpcFactory {
 public:
  virtual std::unique_ptr<OwnIpc> make(Kernel& kernel) = 0;

 protected:
  ~IpcFactory() = default;
};

}  // namespace ipcsim::kernel
