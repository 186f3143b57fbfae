// SPDX-License-Identifier: BSD-2-Clause
// in_child: runs a piece of a test in a process of its own, for what ends the process: a check that
// fails, a crash.
#pragma once

#include <array>
#include <csignal>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>
#include <sys/wait.h>

namespace ipcsim::test {

struct ChildEnding {
  int status;                // as waitpid() gives it
  std::string error_output;  // all of standard error

  bool aborted() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT; }
};

// When `body` returns, the process exits with code 0.
template <class Body>
ChildEnding in_child(Body body) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    static_cast<void>(::signal(SIGABRT, SIG_DFL));
    ::dup2(pipe_ends[1], STDERR_FILENO);
    body();
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  ChildEnding ending{};
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    ending.error_output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe_ends[0]);
  REQUIRE(::waitpid(child, &ending.status, 0) == child);
  return ending;
}

}  // namespace ipcsim::test
