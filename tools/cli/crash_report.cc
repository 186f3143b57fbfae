// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/crash_report.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <unistd.h>

#include "tools/cli/exit_code.h"
#include "tools/cli/write_all.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IPCSIM_SANITIZER_REPORTS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define IPCSIM_SANITIZER_REPORTS 1
#endif

namespace ipcsim::cli {
namespace {

// Static storage, here alone in the program: a signal handler is called without arguments, at a
// moment when nothing can be allocated. Nothing of it is ever read back into a run.
struct Report {
  std::array<char, 4096> replay{};
  volatile std::sig_atomic_t replay_length = 0;
  alignas(std::max_align_t) std::array<char, std::size_t{64} * 1024> stack{};
};
Report last_words;  // NOLINT: see above

void say(std::string_view text) { static_cast<void>(write_all(STDERR_FILENO, text)); }

// Runs on a stack of its own, for the fault may be that a stack is full.
void report_crash(int signal) {
  if (signal == SIGSEGV || signal == SIGBUS) say("ipcsim: invalid memory access\n");
  if (signal == SIGFPE) say("ipcsim: invalid arithmetic\n");
  say("ipcsim: this is a defect of ipcsim, not of the scenario; please report it\n");
  const auto length = static_cast<std::size_t>(last_words.replay_length);
  if (length != 0) {
    say("next: ");
    say(std::string_view(last_words.replay.data(), length));
    say("\n");
  }
  _exit(static_cast<int>(ExitCode::kInternal));
}

void handle(int signal) {
  struct sigaction action {};
  action.sa_handler = report_crash;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void install_crash_report() {
  handle(SIGABRT);
#ifndef IPCSIM_SANITIZER_REPORTS  // else it tells more about these than we can
  stack_t stack{};
  stack.ss_sp = last_words.stack.data();
  stack.ss_size = last_words.stack.size();
  sigaltstack(&stack, nullptr);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) handle(signal);
#endif
}

void set_crash_replay(std::string_view command) {
  const std::size_t length = std::min(command.size(), last_words.replay.size());
  last_words.replay_length = 0;
  std::copy_n(command.begin(), length, last_words.replay.begin());
  last_words.replay_length = static_cast<std::sig_atomic_t>(length);
}

}  // namespace ipcsim::cli
