// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/interrupt.h"

#include <string_view>
#include <unistd.h>

#include "tools/cli/exit_code.h"
#include "tools/cli/write_all.h"

namespace ipcsim::cli {
namespace {

// Static storage, as in crash_report.cc and for the same reason: a signal handler has no arguments.
volatile std::sig_atomic_t may_finish = 0;      // NOLINT: see above
volatile std::sig_atomic_t interrupt_seen = 0;  // NOLINT: see above

// Runs at any moment: only calls that are safe in a signal handler.
void end_interrupted(int) {
  if (may_finish != 0 && interrupt_seen == 0) {
    interrupt_seen = 1;
    static_cast<void>(
        write_all(STDERR_FILENO, "\nipcsim: interrupted; once more ends it at once\n"));
    return;
  }
  static_cast<void>(write_all(STDERR_FILENO, "\nipcsim: interrupted\n"));
  _exit(static_cast<int>(ExitCode::kInterrupted));
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);

  struct sigaction present {};
  sigaction(SIGINT, nullptr, &present);
  if (present.sa_handler == SIG_IGN) return;
  action.sa_handler = end_interrupted;
  sigemptyset(&action.sa_mask);
  // Simulated threads have small stacks of their own; the crash report sets up the other one.
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGINT, &action, nullptr);
}

StopOnInterrupt::StopOnInterrupt() {
  interrupt_seen = 0;
  may_finish = 1;
}

StopOnInterrupt::~StopOnInterrupt() { may_finish = 0; }

const volatile std::sig_atomic_t& StopOnInterrupt::flag() const { return interrupt_seen; }

InterruptsHeld::InterruptsHeld() {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  sigprocmask(SIG_BLOCK, &held, &before_);
}

InterruptsHeld::~InterruptsHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace ipcsim::cli
