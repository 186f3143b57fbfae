// SPDX-License-Identifier: BSD-2-Clause
// KernelRig: a kernel on CPUs, without the System around it; its threads are given as functions. A
// cost model in which every number differs, so that none can stand for another. Invariants are
// checked after every step.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "kernel_model/entry/injections.h"
#include "kernel_model/entry/kernel.h"
#include "kernel_model/state/invariants.h"

namespace ipcsim::kernel {

class KernelRig final : public engine::StepObserver {
 public:
  using Code = std::function<void(UserThread&)>;

  explicit KernelRig(unsigned cpus, const Configuration& config = {},
                     engine::Chooser* chooser = nullptr)
      : cpus_(cpus),
        timers_(cpus),
        state_(start(chooser), tracer_, arena_, config, cost_, timers_, 1'000'000, 256),
        kernel_(engine_, tracer_, state_),
        injections_(kernel_) {
    for (unsigned number = 0; number < cpus; ++number) {
      state_.scheduler.add_processor(CpuId(number), engine_.add_lane("cpu"));
    }
  }

  TaskId task(std::string_view name) { return kernel_.add_task(name, 0, true); }
  ThreadId thread(TaskId task, std::string_view name, Code code, CpuId pinned = CpuId::none()) {
    ThreadDescription description;
    description.name = name;
    description.program = &programs_.emplace_back(std::move(code));
    description.pinned = pinned;
    return kernel_.add_thread(task, description);
  }

  // To the end; what its threads own must be gone by then.
  const engine::RunOutcome& run() {
    engine_.observe(this);
    engine_.tell_step_ends(true);
    kernel_.start_processors(cpus_);
    engine_.run();
    return engine_.outcome();
  }

  void step_ended() override {
    if (engine_.unwinding()) return;
    if (const auto found = check_invariants(state_); found && violation_.empty()) {
      violation_ = found->message;
    }
    injections_.offer();
    kernel_.release_awaiting();
    engine_.tell_step_ends(true);
  }
  void deadline_reached() override {}

  KernelState& state() { return state_; }
  Kernel& kernel() { return kernel_; }
  engine::Engine& engine() { return engine_; }
  Injections& injections() { return injections_; }
  const machine::CostModel& cost() const { return cost_; }
  const std::string& violation() const { return violation_; }
  bool ended(ThreadId thread) const { return state_.tasks[thread].state == RunState::kEnded; }
  bool ended(TaskId task) const { return state_.tasks[task].state == TaskState::kEnded; }
  std::vector<Cycle> cycles_of(EventCode code) const {
    std::vector<Cycle> cycles;
    for (const trace::Record& record : recorder_.records()) {
      if (record.event == static_cast<std::uint16_t>(code)) cycles.push_back(record.cycle);
    }
    return cycles;
  }

 private:
  class Program final : public ThreadProgram {
   public:
    explicit Program(Code code) : code_(std::move(code)) {}
    void run(UserThread& self) override { code_(self); }

   private:
    Code code_;
  };

  static machine::CostModel distinct_costs() {
    machine::CostModel cost;
    Cycles number = 100;
#define COST(key, meaning) cost.key = ++number;
#include "kernel_model/machine/cost_keys.def"
#undef COST
    cost.lock_acquire = 7;  // several of them are less than what lies before a commit
    return cost;
  }

  engine::Engine& start(engine::Chooser* chooser) {
    engine_.reset({}, chooser != nullptr ? *chooser : reference_, cpus_);
    return engine_;
  }

  unsigned cpus_;
  engine::ReferenceChooser reference_;
  engine::Engine engine_;
  trace::Recorder recorder_;
  Tracer tracer_{engine_, recorder_};
  Arena arena_;
  machine::CostModel cost_ = distinct_costs();
  std::vector<engine::EventQueue<ThreadId>> timers_;
  std::deque<Program> programs_;
  KernelState state_;
  Kernel kernel_;
  Injections injections_;
  std::string violation_;
};

}  // namespace ipcsim::kernel
