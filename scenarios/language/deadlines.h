// SPDX-License-Identifier: BSD-2-Clause
// Deadlines: the points in time at which a run fails unless something has happened before, of all
// `within` clauses together. The machine is told the first of them, always.
#pragma once

#include <cstdint>

#include "kernel_model/system.h"
#include "sim/base/cycles.h"
#include "sim/engine/event_queue.h"

namespace ipcsim::scenario {

class ScriptThread;

struct Deadline {
  ScriptThread* thread = nullptr;  // whose call it is; null: an expectation over the run
  std::uint32_t nesting = 0;       // which of ScriptThread::withins it is; or which expectation
  std::uint32_t instruction = 0;   // begin_within of that call
  Cycles span = 0;
};

class Deadlines {
 public:
  explicit Deadlines(kernel::System& system) : system_(system) {}

  void reset() { queue_.clear(); }

  engine::EventHandle add(Cycle at, const Deadline& deadline) {
    const engine::EventHandle handle = queue_.push(at, deadline);
    system_.set_deadline(queue_.next_cycle());
    return handle;
  }

  void cancel(engine::EventHandle handle) {
    queue_.cancel(handle);
    system_.set_deadline(queue_.next_cycle());
  }

  bool is_due() const { return !queue_.empty() && queue_.next_cycle() <= system_.now(); }

  // Takes the first; there must be one.
  Deadline take() {
    const Deadline first = queue_.pop();
    system_.set_deadline(queue_.next_cycle());
    return first;
  }

 private:
  kernel::System& system_;
  engine::EventQueue<Deadline> queue_;
};

}  // namespace ipcsim::scenario
