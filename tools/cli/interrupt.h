// SPDX-License-Identifier: BSD-2-Clause
// Ctrl-C: the program ends at once with exit code 130. What has been written stays; a file that is
// being put in its place is finished first.
#pragma once

#include <csignal>

namespace ipcsim::cli {

// Leaves the signal ignored where the caller of the program ignores it. Also ignores SIGPIPE: a
// vanished reader is an error of the write.
void install_interrupt_handler();

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
