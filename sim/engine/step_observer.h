// SPDX-License-Identifier: BSD-2-Clause
// StepObserver: told what happens, with the program at rest. It may end the run.
#pragma once

namespace ipcsim::engine {

class StepObserver {
 public:
  // A step has ended; told only while Engine::tell_step_ends() is on.
  virtual void step_ended() = 0;

  // The clock has come to the deadline that was set, and everything up to it is done.
  virtual void deadline_reached() = 0;

 protected:
  ~StepObserver() = default;
};

}  // namespace ipcsim::engine
