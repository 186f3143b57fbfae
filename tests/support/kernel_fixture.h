// SPDX-License-Identifier: BSD-2-Clause
// Machine: a booted System for tests, its threads given as functions, its trace as texts that can
// be searched. Every run is checked against the invariants after every step unless a test says
// otherwise. What a thread's function owns is destroyed: its stack is never abandoned.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/system.h"
#include "sim/engine/schedule.h"
#include "sim/trace/event_line.h"

namespace ipcsim::test {

using kernel::Call;
using kernel::Descriptor;
using kernel::DeviceId;
using kernel::Event;
using kernel::EventKind;
using kernel::KernelError;
using kernel::Scope;
using kernel::TaskId;
using kernel::ThreadId;
using kernel::UserThread;

inline constexpr Scope kLocal = Scope::kThreadLocal;
inline constexpr Scope kFull = Scope::kFullTask;

// A shipped cost model; the name must exist.
machine::CostModel cost_model(std::string_view name);

struct Setup {
  unsigned cpus = 1;
  std::string_view cost = "unit";
  Cycles slice = 1'000'000;
  std::vector<std::pair<std::string_view, std::string_view>> policies = {};
  std::vector<std::pair<std::string_view, std::uint32_t>> limits = {};
  std::vector<std::string_view> defects = {};
  std::uint64_t memory_pages = 256;
  std::uint64_t steps = 200'000;  // the run stops there with kLimit
  bool paranoid = true;
  bool record = true;
  bool by_pass = true;                     // see engine::Engine::use_by_pass
  std::optional<std::uint64_t> seed = {};  // of a random walk; none: the reference schedule
  std::optional<engine::Schedule> replay = {};
};

struct ThreadOptions {
  std::optional<unsigned> cpu = {};
  bool background = false;
};

// The trace of a run, event by event.
class RunTrace {
 public:
  explicit RunTrace(const kernel::System& system);
  RunTrace(const RunTrace&) = delete;  // its events borrow from its lines
  RunTrace& operator=(const RunTrace&) = delete;

  const std::vector<trace::EventLine>& events() const { return events_; }
  std::vector<trace::EventLine> named(std::string_view name) const;
  std::vector<trace::EventLine> of(std::string_view lane, std::string_view name) const;
  // The value of an argument; "-" when the event has none of that key.
  static std::string argument(const trace::EventLine& event, std::string_view key);
  // What stands in the lines, one event each, for INFO and for comparison.
  std::string text() const;

 private:
  std::deque<std::string> lines_;
  std::vector<trace::EventLine> events_;
};

class Machine {
 public:
  using Code = std::function<void(UserThread&)>;

  explicit Machine(const Setup& setup = {}) { boot(setup); }

  // Forgets everything and starts anew.
  void boot(const Setup& setup);

  TaskId task(std::string_view name, std::uint32_t uid = 0, bool privileged = false);
  // Zeroed memory that these tasks share from the start.
  void memory(std::initializer_list<TaskId> tasks, std::uint64_t page, std::uint64_t pages = 1);
  kernel::DeviceId device(const machine::DeviceDescription& description);
  ThreadId thread(TaskId task, std::string_view name, Code code, ThreadOptions options = {});
  // A thread that offers a port of this scope and goes on, with its end, when a client has come.
  using EndCode = std::function<void(UserThread&, Descriptor)>;
  ThreadId server(TaskId task, std::string_view name, Scope scope, EndCode code,
                  ThreadOptions options = {});
  // A thread that connects to `to`, as often as it takes, and goes on with its end.
  ThreadId client(TaskId task, std::string_view name, TaskId to, Scope scope, EndCode code,
                  ThreadOptions options = {});
  // For UserThread::spawn.
  kernel::ThreadDescription spawned(std::string_view name, Code code, ThreadOptions options = {});
  // From outside, at a cycle. After the tasks and threads have been added.
  void kill_at(Cycle at, TaskId task);
  void kill_at(Cycle at, TaskId task, ThreadId thread);
  void wake_spuriously_at(Cycle at, TaskId task);

  const engine::RunOutcome& run();
  // The same; a finding or a limit is a failed CHECK that shows the trace.
  void run_well();
  // The same; anything but this finding is a failed CHECK that shows the trace.
  void run_to_finding(std::string_view name);

  kernel::System& system() { return system_; }
  const kernel::Observation& observation() const { return system_.observation(); }
  const RunTrace& trace();                           // of the last run
  std::vector<Cycles> accounts(unsigned cpu) const;  // the sums, for comparing with the clock
  Cycles account(unsigned cpu, std::string_view activity) const;

  // An order between threads that no schedule can change: `reach` waits until `pass` was called so
  // often. False: the thread has been ended.
  void pass();
  bool reach(UserThread& self, unsigned stage);

 private:
  class Program final : public kernel::ThreadProgram {
   public:
    explicit Program(Code code) : code_(std::move(code)) {}
    void run(UserThread& self) override { code_(self); }

   private:
    Code code_;
  };

  std::string_view keep(std::string_view name) { return names_.emplace_back(name); }
  std::string describe();

  machine::CostModel cost_;
  std::unique_ptr<engine::Chooser> chooser_;
  std::optional<engine::Schedule> replay_;
  std::deque<std::string> names_;
  std::deque<Program> programs_;
  kernel::System system_;
  std::optional<RunTrace> trace_;
  unsigned stage_ = 0;
};

// Calls `test` for the reference schedule and for random ones, with one kernel lock and with many.
void under_schedules(unsigned cpus, std::uint64_t schedules,
                     const std::function<void(const Setup&)>& test);

std::vector<std::byte> bytes(std::string_view text);
std::string text(const kernel::Buffer& buffer);  // without the zero bytes at its end

// poll of a list, for brevity.
Call<Event> poll(UserThread& self, std::initializer_list<Descriptor> fds, Cycles timeout = kNever);

// 8 bytes of memory at an address.
Call<std::uint64_t> load64(UserThread& self, std::uint64_t address);
Call<Nothing> store64(UserThread& self, std::uint64_t address, std::uint64_t value);

// A port of this scope on offer, or none when the thread has been ended.
std::optional<Descriptor> offer(UserThread& self, Scope scope);
// connect, again and again while the server offers nothing.
std::optional<Descriptor> connect(UserThread& self, TaskId server, Scope scope);

// "ok" or the error's name, for results that are collected and compared.
template <class T>
std::string outcome(const Call<T>& result) {
  return result ? "ok" : std::string(kernel::name_of(result.error()));
}
std::string shown(const Call<std::uint64_t>& value);  // the number, or the error's name
std::string outcome(const Call<Event>& event);        // "signaled 0", "timed_out", or an error
std::string outcome(const Call<Descriptor>& fd);      // "-1", or an error

}  // namespace ipcsim::test

template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all.c_str();
  }
};
