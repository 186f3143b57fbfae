// SPDX-License-Identifier: BSD-2-Clause
// ReferenceKernel: what every call of the kernel means, written as plainly as possible: no locks,
// no time, lists that are searched. It replays the trace of a run, record by record in the order in
// which the calls took effect, and says where the run departs from it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kernel_model/abi/configuration.h"
#include "kernel_model/abi/descriptor_number.h"
#include "kernel_model/abi/system_call.h"
#include "kernel_model/abi/user_types.h"
#include "kernel_model/abi/vocabulary.h"
#include "sim/trace/recorder.h"
#include "tests/properties/reference_errors.h"
#include "tests/properties/reference_faults.h"
#include "tests/properties/reference_memory.h"
#include "tests/properties/reference_objects.h"

namespace ipcsim::test {

// What fetch_add adds in random programs.
inline constexpr std::uint64_t kAddend = 7;

// A descriptor's number as the trace keeps it.
inline std::int64_t descriptor(std::uint64_t argument) {
  return std::bit_cast<std::int64_t>(argument);
}

class ReferenceKernel : ReferenceObjects {
 public:
  struct World {
    kernel::Configuration config;
    unsigned cpus = 1;
    std::uint64_t memory_pages = 256;
    bool picks_freely = false;  // the schedule chooses who runs next
    struct Task {
      std::uint32_t uid = 0;
      bool privileged = false;
    };
    std::vector<Task> tasks;
    struct Thread {
      unsigned task = 0;
      std::optional<unsigned> cpu;
    };
    std::vector<machine::DeviceDescription> devices;
    std::vector<Thread> threads;         // those that exist from the start
    std::optional<unsigned> spawned_on;  // where every spawned thread is pinned to
  };

  explicit ReferenceKernel(const World& world);

  // The next record; says what is wrong with it, in words, or nothing.
  std::optional<std::string> replay(const trace::Record& record, const trace::Recorder& recorder);

  // At the end of the run: somebody could still go on by itself.
  bool somebody_can_run() const;

  // What the calls of a thread gave, in their order, as far as they came back.
  const std::vector<CallOutcome>& outcomes(unsigned thread) const {
    return threads_[thread].outcomes;
  }
  // What its loads and atomics found.
  const std::vector<std::uint64_t>& loaded(unsigned thread) const {
    return threads_[thread].loaded;
  }
  // A task ended because of a fault.
  bool a_fault_ended_a_task() const { return a_fault_ended_a_task_; }
  std::size_t threads() const { return threads_.size(); }

 private:
  using Problem = std::optional<std::string>;
  using Arguments = std::array<std::uint64_t, trace::kMaximumArguments>;

  // --- The books. An end is known by its place among all; -1 is none.
  End& end_at(int end) { return ends_[static_cast<std::size_t>(end)]; }
  const End& end_at(int end) const { return ends_[static_cast<std::size_t>(end)]; }
  int ends() const { return static_cast<int>(ends_.size()); }
  Connection& connection_of(const End& end) {
    return connections_[static_cast<std::size_t>(end.connection)];
  }
  Thread& thread_at(int thread) { return threads_[static_cast<std::size_t>(thread)]; }
  int find(const Thread& thread, std::int64_t fd) const;
  Table& table_of(const End& end);
  std::optional<std::int64_t> peek(const Table& table, bool local) const;
  int make_end(unsigned thread, bool local);
  int link(unsigned client, bool local, int port);
  // Threads come behind CPUs and devices.
  std::uint64_t lane_of(unsigned thread) const { return thread + first_lane_; }
  std::uint64_t lane_of_poller(int end) const;
  void set_bit(int end, bool End::*bit, kernel::Reason why);
  int poller_of(int end) const;
  CallOutcome report(int end);
  void close(int end);
  void wake(unsigned thread, kernel::Reason why);
  unsigned count_connections(unsigned task) const;
  unsigned count_ports(unsigned task) const;
  unsigned count_threads(unsigned task) const;
  bool last_of_task(unsigned thread) const;
  bool could_be_dying(unsigned task) const;
  bool could_die_of_a_fault(unsigned task) const;
  // Nobody handles a fault of it: then that is why it is dying now.
  bool dies_of_a_fault(unsigned task);
  void stop_task(unsigned task, unsigned self);
  int next_to_close(unsigned thread) const;

  // --- The records.
  Problem replay_record(const trace::Record& record, const trace::Recorder& recorder);
  Problem replay_event(unsigned thread, const trace::Record& record);
  Problem replay_call(unsigned thread, const trace::Record& record,
                      const trace::Recorder& recorder);
  Problem replay_due(const trace::Record& record);
  Problem replay_ready(const trace::Record& record);
  Problem replay_switch(const trace::Record& record);
  Problem replay_end(unsigned thread, const trace::Record& record);
  Problem new_port(unsigned thread, const trace::Record& record);
  Problem push(unsigned thread, const trace::Record& record);
  Problem connect(unsigned thread, const trace::Record& record);
  Problem close_call(unsigned thread, const trace::Record& record);
  Problem read_or_write(unsigned thread, const trace::Record& record,
                        const trace::Recorder& recorder);
  Problem wakeup(unsigned thread, const trace::Record& record);
  Problem poll(unsigned thread, const trace::Record& record, const trace::Recorder& recorder);
  Problem poll_all(unsigned thread, const trace::Record& record);
  Problem wait_for_event(unsigned thread, std::uint16_t result, std::uint64_t ready,
                         std::uint64_t timeout, Cycle now);
  Problem permission(unsigned thread, const trace::Record& record);
  Problem spawn(unsigned thread, const trace::Record& record);
  Problem kill(unsigned thread, const trace::Record& record);
  Problem take_frame(unsigned thread, const trace::Record& record);
  Problem free_frame(unsigned thread, const trace::Record& record);
  Problem map(unsigned thread, const trace::Record& record);
  Problem change_page(unsigned thread, const trace::Record& record);
  Problem access(unsigned thread, const trace::Record& record);

  // --- Page faults.
  Problem fault(unsigned thread, const trace::Record& record);
  Problem fault_queued(unsigned thread, const trace::Record& record);
  Problem fault_resumed(unsigned thread, const trace::Record& record);
  bool allows(unsigned task, std::uint64_t page, bool writes) const;
  bool is_unhandled(unsigned task, std::uint64_t page) const;
  void look_at_traps();
  void tell_daemon();
  void lose_daemon();
  Problem open_fault_socket(unsigned thread, const trace::Record& record);
  Problem take_fault(unsigned thread, const trace::Record& record);
  Problem answer_fault(unsigned thread, const trace::Record& record);
  ReferenceErrors errors_of_socket(unsigned thread, int end, bool right) const;

  // --- Devices and their lines.
  std::optional<std::uint64_t> driven_by(int end) const;
  Problem replay_wire(const trace::Record& record);
  Problem take_interrupt(const trace::Record& record);
  Problem begin_interrupt(const trace::Record& record);
  Problem catch_up(Cycle now);
  void change_line(std::uint64_t pin, const ReferenceLine::Change& change);
  void move_wire(std::uint64_t pin);
  void lose_driver(int end, std::uint64_t pin);
  void release_lines(unsigned task);
  void note_brought(unsigned thread);
  Problem open_interrupt_socket(unsigned thread, const trace::Record& record);
  Problem ack_interrupt(unsigned thread, const trace::Record& record);
  Problem access_device(unsigned thread, const trace::Record& record);
  Problem move_as_seen(const trace::Record& record);
  Problem wires_moved(std::uint64_t pin);

  // --- Compares what a call gave with what it should give, and keeps it for the thread's code.
  Problem gave(unsigned thread, const CallOutcome& expected, std::uint16_t result);
  // The same where more than one result is right.
  Problem gave_one_of(unsigned thread, CallOutcome expected,
                      const std::set<std::uint16_t>& possible, std::uint16_t result);
  // What hangs on tasks that could be dying.
  void tell_memory_who_fades();
  void decide_block(const trace::Record& record);

  World world_;
  unsigned first_lane_;
  ReferenceMemory memory_;
  ReferenceFaults faults_;
  std::map<std::uint64_t, Peripheral> peripherals_;        // by pin
  std::vector<std::optional<std::uint64_t>> interrupted_;  // CPUs, and by which pin
  std::vector<Due> wires_;                                 // what a call did to them
  unsigned traps_ = 0;
  bool a_fault_ended_a_task_ = false;
  // Whether it blocks or ends, because its task dies of a fault, is seen from the next record.
  std::optional<unsigned> undecided_;
  std::vector<Task> tasks_;
  std::vector<Thread> threads_;
  std::vector<End> ends_;
  std::vector<Connection> connections_;
  std::deque<unsigned> run_queue_;
  std::deque<Due> expected_;
  std::uint64_t next_order_ = 1;
};

}  // namespace ipcsim::test
