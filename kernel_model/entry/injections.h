// SPDX-License-Identifier: BSD-2-Clause
// Injections: makes the declared injections of a run happen, between steps, with the kernel at
// rest. Each happens at most once.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel_model/abi/injection.h"
#include "kernel_model/entry/kernel.h"
#include "sim/engine/engine.h"

namespace ipcsim::kernel {

class Injections final : public engine::EventHandler {
 public:
  explicit Injections(Kernel& kernel) : kernel_(kernel) {}

  // Before the run. One with a cycle happens then, as a step of `lane`.
  void add(const Injection& injection, trace::LaneId lane);

  // Whether the schedule may still choose one.
  bool open() const { return open_ > 0; }

  // After a step: the choice whether one of the open ones happens here.
  void offer();

  void happen(std::uint64_t index) override;

 private:
  struct Declared {
    Injection injection;
    bool done = false;
  };

  void spurious_wakeup(TaskId task);

  Kernel& kernel_;
  std::vector<Declared> declared_;
  std::uint64_t open_ = 0;  // without a cycle and not done
};

}  // namespace ipcsim::kernel
