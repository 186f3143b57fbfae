// SPDX-License-Identifier: BSD-2-Clause
// UserThread: what the code of a simulated thread may do. All of it ends in the kernel or costs
// simulated time; nothing else touches the machine. The code runs on the thread's own fiber, as if
// it had the CPU for itself; a call returns when the kernel lets the thread go on.
//
// Every call may give KernelError::killed: then the thread has been ended (or the run is over) and
// its code must return from ThreadProgram::run at once. All that it calls meanwhile gives the same.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/user_types.h"
#include "sim/base/cycles.h"
#include "sim/trace/record.h"

namespace ipcsim::kernel {

class Kernel;
class UserThread;
struct Thread;

// The code of a thread. One object may serve several threads; it must outlive the run.
class ThreadProgram {
 public:
  virtual void run(UserThread& self) = 0;

  // Whether a suspended run of it may simply be forgotten, because nothing on its stack owns
  // anything outside the run's arena. Otherwise its pending call gives `killed` when the run is
  // over, and it must return.
  virtual bool abandonable() const { return false; }

 protected:
  ~ThreadProgram() = default;
};

// Something a thread of a scenario waits for outside the kernel (`await`). Judged after every step.
class AwaitCondition {
 public:
  virtual bool holds() const = 0;

  // Whether what devices do can make it hold, even if no thread hears of it.
  virtual bool names_devices() const { return false; }

 protected:
  ~AwaitCondition() = default;
};

// How a thread is started, by the scenario or by spawn(). Names are borrowed and outlive the run.
struct ThreadDescription {
  std::string_view name;  // as the trace shows it: "consumer.main"
  ThreadProgram* program = nullptr;
  CpuId pinned = CpuId::none();  // the only CPU it may run on, or none
  bool background = false;       // the run does not wait for its end
};

class UserThread {
 public:
  UserThread(Kernel& kernel, Thread& thread) : kernel_(kernel), thread_(thread) {}
  UserThread(const UserThread&) = delete;
  UserThread& operator=(const UserThread&) = delete;

  ThreadId id() const;
  TaskId task() const;
  Cycle now() const;

  // The scenario statement being executed: the trace shows it behind `@`.
  void set_source(trace::SourceLine line);

  // Basic IPC. `timeout` is in cycles; kNever waits without end, 0 only looks.
  Call<Descriptor> connect(TaskId server, Scope scope);
  Call<Descriptor> new_port(Scope scope);
  Call<Nothing> push_to_listen_queue(Descriptor port);
  Call<Nothing> close(Descriptor fd);
  Call<Buffer> read(Descriptor fd);
  Call<Nothing> write(Descriptor fd, std::span<const std::byte> bytes);
  Call<Nothing> wakeup(Descriptor fd);
  Call<Event> poll(std::span<const Descriptor> set, Cycles timeout = kNever);
  Call<Event> poll_all(Cycles timeout = kNever);

  // Who may connect to the caller's task.
  Call<Nothing> block_uid(std::int64_t uid);
  Call<Nothing> unblock_uid(std::int64_t uid);

  // Frames, by their numbers, and what is mapped where. `page` is the address of a page's first
  // byte.
  Call<FrameId> new_frame();
  Call<FrameId> copy_frame(std::int64_t frame);
  Call<Nothing> free_frame(std::int64_t frame);
  Call<Nothing> map(TaskId task, std::uint64_t page, std::int64_t frame, PageAccess access);
  Call<Nothing> protect(TaskId task, std::uint64_t page, PageAccess access);
  Call<Nothing> unmap(TaskId task, std::uint64_t page);

  // Page faults, for the memory daemon: whoever opens the socket becomes it. A record is answered
  // by its number; an answer that comes too late succeeds and does nothing.
  Call<Descriptor> open_fault_socket(Scope scope);
  Call<PageFault> take_fault(Descriptor fd);
  Call<Nothing> resume_fault(Descriptor fd, std::int64_t record);
  Call<Nothing> refuse_fault(Descriptor fd, std::int64_t record);
  // Devices and their interrupts; for privileged tasks. An interrupt socket's `signaled` event
  // carries the sequence number that its acknowledgement names. Registers: machine/*.h of the kind.
  Call<Descriptor> open_interrupt_socket(DeviceId device, Scope scope);
  Call<Nothing> ack_interrupt(Descriptor fd, std::int64_t sequence);
  Call<std::uint64_t> device_read(DeviceId device, std::int64_t number);
  Call<Nothing> device_write(DeviceId device, std::int64_t number, std::uint64_t value);

  // Threads and tasks. exit_thread and exit_task always give `killed`.
  Call<ThreadId> spawn(const ThreadDescription& thread);
  Call<Nothing> exit_thread();
  Call<Nothing> exit_task();
  Call<Nothing> kill(TaskId victim);
  Call<Nothing> sleep(Cycles span);
  Call<Nothing> yield();

  // Memory, through the MMU of the CPU: each aligned word of 8 bytes is one step. A page fault
  // waits for the memory daemon; one that nobody handles ends the task. Atomics need an aligned
  // address and give what was there before.
  Call<Nothing> load(std::uint64_t address, std::span<std::byte> to);
  Call<Nothing> store(std::uint64_t address, std::span<const std::byte> from);
  Call<std::uint64_t> exchange(std::uint64_t address, std::uint64_t value);
  Call<std::uint64_t> fetch_add(std::uint64_t address, std::uint64_t value);
  Call<std::uint64_t> compare_exchange(std::uint64_t address, std::uint64_t expected,
                                       std::uint64_t value);
  Call<Nothing> fence();

  // The time-stamp counter: the cycle at which it is read (RDTSC).
  Call<Cycle> read_tsc();

  // Not system calls. compute() is user code that takes `span` cycles and can be interrupted; a
  // short one passes with the thread's next call, or in catch_up(), which is for code that looks at
  // others without a call. random() is a choice among 0 .. bound-1 (bound >= 1); await() holds the
  // thread back until the condition holds (it gives up the CPU unless it holds already).
  Call<Nothing> compute(Cycles span);
  Call<Nothing> catch_up();
  Call<std::int64_t> random(std::int64_t bound);
  Call<Nothing> await(const AwaitCondition& condition);

 private:
  Kernel& kernel_;
  Thread& thread_;
};

}  // namespace ipcsim::kernel
