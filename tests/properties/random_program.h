// SPDX-License-Identifier: BSD-2-Clause
// RandomProgram: threads of several tasks that make random calls with random arguments, most of
// them sensible. What they do depends on one seed and on what their calls give, and on nothing
// else.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.h"
#include "tests/properties/reference_kernel.h"
#include "tests/support/kernel_fixture.h"

namespace ipcsim::test {

class RandomProgram {
 public:
  // Draws machine, policies, limits, tasks and threads.
  explicit RandomProgram(std::uint64_t seed);

  const Setup& setup() const { return setup_; }
  ReferenceKernel::World world() const;

  // Puts tasks and threads into a machine that has been booted with setup().
  void start(Machine& machine);

  // What the calls of each thread gave, as its code saw it.
  struct Seen {
    CallOutcome outcome;
    bool killed = false;
  };
  const std::vector<std::vector<Seen>>& seen() const { return seen_; }
  // What its loads and atomics found.
  const std::vector<std::vector<std::uint64_t>>& loaded() const { return loaded_; }

 private:
  struct Actor {
    Actor(unsigned number, unsigned of_task, Random generator)
        : thread(number), task(of_task), random(generator) {}
    unsigned thread;
    unsigned task;
    Random random;
    std::vector<std::int64_t> fds;
    std::optional<std::int64_t> fault_socket;               // it is the memory daemon's
    std::vector<std::pair<std::int64_t, DeviceId>> driven;  // by it: socket and device
    bool alive = true;
  };

  void act(Machine& machine, unsigned thread, UserThread& self);
  void run(Machine& machine, Actor& actor, UserThread& self);
  void step(Machine& machine, Actor& actor, UserThread& self);
  void message(Actor& actor, UserThread& self);
  void wait(Actor& actor, UserThread& self);
  void serve(Actor& actor, UserThread& self);
  void manage(Machine& machine, Actor& actor, UserThread& self);
  void use_memory(Actor& actor, UserThread& self);
  void manage_memory(Actor& actor, UserThread& self);
  void change_memory(Actor& actor, UserThread& self);
  void access_memory(Actor& actor, UserThread& self);
  bool open_fault_socket(Actor& actor, UserThread& self);
  void serve_faults(Actor& actor, UserThread& self);
  bool take_and_answer(Actor& actor, UserThread& self, Descriptor socket);
  bool supply(Actor& actor, UserThread& self, const kernel::PageFault& fault);
  void try_faults(Actor& actor, UserThread& self);
  void draw_devices(Random& random);
  void use_device(Actor& actor, UserThread& self);
  void drive(Actor& actor, UserThread& self);
  bool read_register(Actor& actor, UserThread& self, DeviceId device, std::int64_t number);
  void write_register(Actor& actor, UserThread& self, DeviceId device);
  std::int64_t any_frame(Actor& actor);
  std::uint64_t any_page(Actor& actor);
  std::optional<std::uint64_t> page_to_use(Actor& actor);
  std::int64_t any_fd(Actor& actor);
  Scope any_scope(Actor& actor);
  Cycles any_timeout(Actor& actor);
  Cycles any_span(Actor& actor);
  // Where nobody dies and nobody handles faults, only what is mapped is touched, and stays.
  bool may_fault() const { return dies_ || handles_faults_; }
  Seen& note(Actor& actor, kernel::SystemCall call, std::optional<KernelError> error);
  template <class T>
  bool noted(Actor& actor, kernel::SystemCall call, const Call<T>& result) {
    note(actor, call, result ? std::nullopt : std::optional(result.error()));
    return result.ok();
  }
  void note_event(Actor& actor, kernel::SystemCall call, const Call<Event>& event);
  void note_fd(Actor& actor, kernel::SystemCall call, const Call<Descriptor>& fd);

  std::uint64_t seed_;
  Setup setup_;
  unsigned length_ = 0;          // calls of a thread
  bool waits_for_ever_ = false;  // a few polls have no time-out
  bool dies_ = false;            // threads and tasks are ended
  bool uses_memory_ = false;
  bool handles_faults_ = false;  // there is a memory daemon
  std::vector<machine::DeviceDescription> devices_;
  struct TaskPlan {
    std::uint32_t uid = 0;
    bool privileged = false;
  };
  std::vector<TaskPlan> tasks_;
  struct ThreadPlan {
    unsigned task = 0;
    std::optional<unsigned> cpu;
  };
  std::vector<ThreadPlan> threads_;
  std::vector<std::vector<std::int64_t>> shared_fds_;  // full-task descriptors, by task
  std::vector<std::vector<Seen>> seen_;
  std::vector<std::vector<std::uint64_t>> loaded_;
  std::vector<std::int64_t> frames_;             // that were given to anybody
  std::optional<unsigned> daemon_;               // the task that handles faults, as far as is known
  std::vector<std::int64_t> taken_;              // faults
  std::vector<std::set<std::uint64_t>> mapped_;  // pages, by task, as far as is known
  unsigned spawned_ = 0;
};

}  // namespace ipcsim::test
