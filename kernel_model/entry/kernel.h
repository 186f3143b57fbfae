// SPDX-License-Identifier: BSD-2-Clause
// Kernel: the calls and interrupts of the kernel model. Every call runs on the fiber of its thread,
// in kernel mode on the thread's CPU, with interrupts off: entry, locks, commit (the one step at
// which it takes effect), return to user code. See system_call_path.h for the way they share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/entry/device_reports.h"
#include "kernel_model/entry/user_thread.h"
#include "kernel_model/ipc/ipc_calls.h"
#include "kernel_model/object/tracer.h"
#include "kernel_model/state/kernel_state.h"
#include "sim/engine/engine.h"

namespace ipcsim::kernel {

class SystemCallPath;

class Kernel final : public IpcCalls {
 public:
  Kernel(engine::Engine& engine, Tracer& tracer, KernelState& state)
      : engine_(engine), tracer_(tracer), state_(state), awaiting_(&state.arena) {}
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // --- Before the run.
  TaskId add_task(std::string_view name, std::uint32_t uid, bool privileged);
  ThreadId add_thread(TaskId task, const ThreadDescription& description);
  void start_processors(unsigned count);
  // A frame of zeros that nobody holds, to be mapped; nothing when there is none left.
  std::optional<FrameId> add_frame();
  // Maps it, to be read and written; false when no frame is left for a page table.
  bool add_memory(TaskId owner, std::uint64_t page, FrameId frame);
  DeviceId add_device(const machine::DeviceDescription& description);
  // Somebody's own connections and polls, in place of those below.
  void use(OwnIpc& own) {
    ipc_calls_ = &own;
    state_.own_ipc = &own;
  }
  IpcCalls& ipc_calls() { return *ipc_calls_; }

  // --- The calls, for a thread that runs (UserThread documents them).
  Call<Descriptor> connect(Thread& self, TaskId server, Scope scope) override;
  Call<Descriptor> new_port(Thread& self, Scope scope) override;
  Call<Nothing> push_to_listen_queue(Thread& self, Descriptor port) override;
  Call<Nothing> close(Thread& self, Descriptor fd) override;
  Call<Buffer> read(Thread& self, Descriptor fd) override;
  Call<Nothing> write(Thread& self, Descriptor fd, std::span<const std::byte> bytes) override;
  Call<Nothing> wakeup(Thread& self, Descriptor fd) override;
  Call<Event> poll(Thread& self, std::span<const Descriptor> fds, Cycles timeout) override;
  Call<Event> poll_all(Thread& self, Cycles timeout) override;
  void close_ends_of(Thread& self) override;
  void close_ends_of_task(Thread& last) override;
  Call<Nothing> set_permission(Thread& self, std::int64_t uid, SystemCall call);
  Call<FrameId> take_frame(Thread& self, SystemCall call, std::optional<std::int64_t> from);
  Call<Nothing> free_frame(Thread& self, std::int64_t number);
  Call<Nothing> map(Thread& self, TaskId target, std::uint64_t page, std::int64_t number,
                    PageAccess access);
  Call<Nothing> protect(Thread& self, TaskId target, std::uint64_t page, PageAccess access);
  Call<Nothing> unmap(Thread& self, TaskId target, std::uint64_t page);
  Call<Descriptor> open_fault_socket(Thread& self, Scope scope);
  Call<PageFault> take_fault(Thread& self, Descriptor fd);
  Call<Nothing> resume_fault(Thread& self, Descriptor fd, std::int64_t record);
  Call<Nothing> refuse_fault(Thread& self, Descriptor fd, std::int64_t record);
  Call<Descriptor> open_interrupt_socket(Thread& self, DeviceId device, Scope scope);
  Call<Nothing> ack_interrupt(Thread& self, Descriptor fd, std::int64_t sequence);
  Call<std::uint64_t> device_read(Thread& self, DeviceId device, std::int64_t number);
  Call<Nothing> device_write(Thread& self, DeviceId device, std::int64_t number,
                             std::uint64_t value);
  Call<ThreadId> spawn(Thread& self, const ThreadDescription& description);
  Call<Nothing> exit(Thread& self, SystemCall call);
  Call<Nothing> kill(Thread& self, TaskId victim);
  Call<Nothing> sleep(Thread& self, Cycles span);
  Call<Nothing> yield(Thread& self);

  // --- User code that is no call.
  Call<Nothing> compute(Thread& self, Cycles span);
  Call<Nothing> catch_up(Thread& self);
  Call<std::int64_t> random(Thread& self, std::int64_t bound);
  Call<Nothing> await(Thread& self, const AwaitCondition& condition);
  Call<Nothing> load(Thread& self, std::uint64_t address, std::span<std::byte> to);
  Call<Nothing> store(Thread& self, std::uint64_t address, std::span<const std::byte> from);
  Call<std::uint64_t> exchange(Thread& self, std::uint64_t address, std::uint64_t value);
  Call<std::uint64_t> fetch_add(Thread& self, std::uint64_t address, std::uint64_t value);
  Call<std::uint64_t> compare_exchange(Thread& self, std::uint64_t address, std::uint64_t expected,
                                       std::uint64_t value);
  Call<Nothing> fence(Thread& self);
  Call<Cycle> read_tsc(Thread& self);

  // Lets go on whom an `await` held back and whose condition holds now. Between steps only.
  void release_awaiting();
  bool somebody_awaits() const { return !awaiting_.empty(); }

  // Ends a task, or a thread alone, between steps.
  void kill_from_outside(TaskId task);
  void kill_from_outside(ThreadId thread);

  KernelState& state() { return state_; }
  const KernelState& state() const { return state_; }
  engine::Engine& engine() { return engine_; }
  Tracer& tracer() { return tracer_; }

 private:
  friend class SystemCallPath;
  static void thread_main(void* thread);
  static void idle_main(void* processor);
  Task& task_of(const Thread& thread) { return state_.tasks[thread.task]; }
  Thread& start_thread(Task& task, const ThreadDescription& description);

  // User time of `self` up to its next step, with whatever interrupts come. False: it is killed.
  bool pass_user_time(Thread& self, Cycles kernel, machine::Activity activity);
  // The interrupt that comes first, to its end; its thread may run elsewhere afterwards.
  void take_interrupt(Thread& self);
  void take_shootdown(Thread& self);
  void take_scheduling(Thread& self, std::uint8_t vector);
  void end_interrupt(Thread& self, std::uint8_t vector);
  void leave_interrupt(Thread& self);
  bool expire_timers(Thread& self);
  // Interrupts of devices.
  void take_device_interrupt(Thread& self, std::uint8_t vector);
  void deal_with_level(Thread& self, InterruptLine& line);
  void deal_with_edge(Thread& self, InterruptLine& line);
  void signal_driver(InterruptLine& line, std::uint16_t cpu, trace::SourceLine source);
  void set_masked(InterruptLine& line, bool masked, std::uint16_t cpu, trace::SourceLine source);
  void write_redirection(const InterruptLine& line);
  InterruptLine* line_of(const End& end);
  void leave_line(Thread& self, InterruptLine& line);
  void let_line_go_on(Thread& self, InterruptLine& line);
  void note_brought(Thread& self, const Event& event);
  void release_lines(Task& task);
  std::optional<KernelError> register_error(const Thread& self, const machine::Device& device,
                                            std::int64_t number) const;
  bool must_end(const Thread& thread) {
    return thread.killed || task_of(thread).state != TaskState::kAlive;
  }

  // The end of a thread, in kernel code on its own fiber; its last act is the last thread's
  // teardown of the task. Afterwards the thread is kEnded and only leaves its CPU.
  void end_thread(Thread& self);
  void end_task(Thread& last);
  void close_all(Thread& self, DescriptorTable& table);
  void tear_down_service(Thread& self, Task& task);
  void close_end(Thread& self, End& end);
  void mark_dying(Task& task, EndCause cause);
  void stop_threads(Task& task, Thread& self);
  bool reached(const Task& task, LimitName limit, std::uint32_t count) const;
  void stop_thread(Thread& victim);
  void stop_waiting_client(Thread& victim);

  // Memory.
  template <class Use>
  bool access(Thread& self, machine::AccessKind kind, std::uint64_t address, std::size_t bytes,
              Use use);
  template <class Use>
  bool atomic(Thread& self, machine::AccessKind kind, std::uint64_t address, Use use);
  void count_if_shared(machine::AccessKind kind, std::uint64_t physical, std::size_t bytes);
  void record_access(const Thread& self, EventCode code,
                     std::array<std::uint64_t, trace::kMaximumArguments> arguments);
  bool handle_fault(Thread& self, machine::AccessKind kind, std::uint64_t address,
                    const machine::Fault& fault);
  bool allows(const Task& task, std::uint64_t page, PageAccess access) const;
  std::optional<UnhandledBecause> why_unhandled(const Thread& self, machine::FaultKind kind,
                                                std::uint64_t page);
  bool wait_for_answer(Thread& self, SystemCallPath& path, const PageFault& fault);
  void end_faulting_task(Thread& self, const PageFault& fault, UnhandledBecause because);
  void note_unhandled(const PageFault& fault, UnhandledBecause because);
  std::optional<FrameId> data_frame(std::int64_t number) const;
  bool map_page(Task& task, std::uint64_t page, FrameId frame, PageAccess access);
  std::optional<KernelError> page_error(const Thread& self, const Task& task, std::uint64_t page,
                                        PageAccess left) const;
  bool shoot_down(Thread& self, machine::Activity activity, const TlbShootdown& request);
  void serve_shootdowns(Thread& self, machine::Activity activity);
  void invalidate(Processor& processor, const TlbShootdown& request);
  void tear_down_memory(Thread& self, Task& task);
  bool lock_waiters(SystemCallPath& path, const FaultRecord& record);
  std::optional<KernelError> socket_error(const Thread& self, Descriptor fd) const;
  std::optional<KernelError> answer_error(const Thread& self, Descriptor fd,
                                          std::int64_t record) const;
  void end_waiting_task(Thread& self, const FaultRecord& record, UnhandledBecause because);
  void end_orphaned_tasks(Thread& self, machine::Activity activity);

  // Parts of the calls.
  bool offers(Scope scope) const;
  bool lock_descriptors(SystemCallPath& path, Thread& self, Descriptor fd);
  bool lock_connection(SystemCallPath& path, Thread& self, Descriptor fd);
  bool lock_if_port(SystemCallPath& path, const End& end);
  bool lock_for_signal(SystemCallPath& path, const End& end, bool& overlaps);
  bool lock_for_close(SystemCallPath& path, End& end);
  // The locks of whomever a bit of these ends may wake, and of a client that waits in connect.
  bool lock_for_wakes(SystemCallPath& path, const End& end, const End* other = nullptr,
                      Thread* client = nullptr);
  bool lock_poll_set(SystemCallPath& path, Thread& self, const PollSet& set);
  bool lock_for_connect(SystemCallPath& path, Thread& self, Service& service, bool& admitted);
  std::optional<KernelError> connect_error(const Thread& self, TaskId server, Scope scope,
                                           bool admitted);
  std::optional<KernelError> send_error(const End& end);
  bool wait_for_receiver(Thread& self, SystemCallPath& path, Descriptor fd);
  void serve_waiting_client(Thread& client, End& port, std::uint32_t flow);
  Call<Descriptor> wait_for_port(Thread& self, SystemCallPath& path, TaskId server, Scope scope);
  bool is_refused(const Thread& client, std::optional<std::uint32_t> uid);
  bool lock_waiting_clients(SystemCallPath& path, Service& service,
                            std::optional<std::uint32_t> uid);
  void refuse_waiting_clients(Service& service, std::optional<std::uint32_t> uid);
  std::uint64_t keep_descriptors(std::span<const Descriptor> fds);
  std::optional<Descriptor> find_polled(Thread& self, std::span<const Descriptor> fds);
  Call<Event> wait_for_event(Thread& self, SystemCallPath& path, const PollSet& set, Cycles timeout,
                             std::optional<std::uint64_t> kept);
  Call<Event> sleep_in_poll(Thread& self, SystemCallPath& path, const PollSet& set, Cycles timeout);
  // Of several defects: between two parts of a call its locks are free and time passes. Takes these
  // locks, in their order; false when the run is over.
  bool lose_atomicity(Thread& self, const SystemCallPath& path,
                      std::initializer_list<KernelLock*> again);
  void close_connected(Thread& self, End& end, std::uint32_t flow);

  // Locks, by whoever runs on a CPU. In the big-lock kernel every lock is the big one.
  // Taking one is a step, `before` cycles from now and what it costs to take a lock.
  void acquire(Thread& self, KernelLock& lock, machine::Activity activity, Cycles before = 0);
  KernelLock& actual(KernelLock& lock) {
    return state_.config.is(PolicyValue::kernel_lock_big) ? state_.big_lock : lock;
  }
  static bool holds(const Thread& self, const KernelLock& lock) {
    return std::ranges::find(self.held_locks, &lock) != self.held_locks.end();
  }
  void take_or_wait(Thread& self, KernelLock& lock);
  bool wait_for(KernelLock& lock, Thread& self);
  void release(KernelLock& lock);
  void hand_over(KernelLock& lock);
  void release_all(Thread& self);
  void release_above(Thread& self, KernelLock& lock);  // those that were taken after it
  void note_change() { ++state_.changes; }

  engine::Engine& engine_;
  Tracer& tracer_;
  KernelState& state_;
  DeviceReports reports_{tracer_, state_};
  IpcCalls* ipc_calls_ = this;
  std::pmr::vector<Thread*> awaiting_;  // ascending by tid
};

}  // namespace ipcsim::kernel
