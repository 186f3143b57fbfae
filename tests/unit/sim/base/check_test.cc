// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/check.h"

#include <array>
#include <csignal>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>
#include <sys/wait.h>

namespace ipcsim {
namespace {

struct Ending {
  int status;
  std::string error_output;
};

// Runs `body` in a process of its own, whose standard error is read.
template <class Body>
Ending in_child(Body body) {
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
  Ending ending{};
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    ending.error_output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe_ends[0]);
  REQUIRE(::waitpid(child, &ending.status, 0) == child);
  return ending;
}

TEST_CASE("a check that fails says what and where, and aborts") {
  const Ending ending = in_child([] { SIM_CHECK(1 + 1 == 3, "sums are right"); });
  CHECK(WIFSIGNALED(ending.status));
  CHECK(WTERMSIG(ending.status) == SIGABRT);
  CHECK(ending.error_output.find("sums are right (1 + 1 == 3)") != std::string::npos);
  CHECK(ending.error_output.find("check_test.cc:") != std::string::npos);
}

TEST_CASE("a check that holds is silent") {
  const Ending ending = in_child([] { SIM_CHECK(1 + 1 == 2, "sums are right"); });
  CHECK(WIFEXITED(ending.status));
  CHECK(ending.error_output.empty());
}

}  // namespace
}  // namespace ipcsim
