// SPDX-License-Identifier: BSD-2-Clause
// Ctrl-C: the program ends with exit code 130: at once, or, where a StopOnInterrupt lives, as soon
// as what has come about so far is written. What has been written stays; a file that is being put
// in its place is finished first.
#pragma once

#include <csignal>

namespace ipcsim::cli {

// Leaves the signal ignored where the caller of the program ignores it. Also ignores SIGPIPE: a
// vanished reader is an error of the write.
void install_interrupt_handler();

// While one exists, the first Ctrl-C only sets its flag; whoever works looks at it, ends what it
// does and writes what there is. The second one ends the program. There is one at a time.
class StopOnInterrupt {
 public:
  StopOnInterrupt();
  ~StopOnInterrupt();
  StopOnInterrupt(const StopOnInterrupt&) = delete;
  StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;

  const volatile std::sig_atomic_t& flag() const;
  bool interrupted() const { return flag() != 0; }
};

// While one exists, signals that ask the program to end wait.
class InterruptsHeld {
 public:
  InterruptsHeld();
  ~InterruptsHeld();
  InterruptsHeld(const InterruptsHeld&) = delete;
  InterruptsHeld& operator=(const InterruptsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace ipcsim::cli
