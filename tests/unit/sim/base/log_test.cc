// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/log.h"

#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

namespace ipcsim {
namespace {

// What `body` writes to standard error; less than a pipe holds.
template <class Body>
std::string error_output_of(Body body) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  std::fflush(stderr);
  const int saved = ::dup(STDERR_FILENO);
  ::dup2(pipe_ends[1], STDERR_FILENO);
  body();
  std::fflush(stderr);
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  ::close(pipe_ends[1]);
  std::string output;
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe_ends[0]);
  return output;
}

void log_all(Log& log) {
  log.debug("one");
  log.info("two");
  log.warning("three");
  log.error("four {}");
}

TEST_CASE("lines name the program and the level, and nothing that changes from run to run") {
  CHECK(error_output_of([] {
          Log log("ipcsim", LogLevel::kDebug);
          log_all(log);
        }) ==
        "ipcsim: debug: one\nipcsim: info: two\nipcsim: warning: three\nipcsim: error: four {}\n");
}

TEST_CASE("messages below the level are dropped") {
  CHECK(error_output_of([] {
          Log log("ipcsim", LogLevel::kWarning);
          CHECK_FALSE(log.enabled(LogLevel::kInfo));
          CHECK(log.enabled(LogLevel::kError));
          log_all(log);
        }) == "ipcsim: warning: three\nipcsim: error: four {}\n");
}

TEST_CASE("a silent log is silent") {
  CHECK(error_output_of([] {
          Log log("ipcsim", LogLevel::kSilent);
          CHECK_FALSE(log.enabled(LogLevel::kError));
          CHECK_FALSE(log.enabled(LogLevel::kSilent));
          log_all(log);
        }).empty());
}

TEST_CASE("two logs of one name do not know each other") {
  CHECK(error_output_of([] {
          Log quiet("same", LogLevel::kSilent);
          Log loud("same", LogLevel::kInfo);
          quiet.info("no");
          loud.info("yes");
        }) == "same: info: yes\n");
}

}  // namespace
}  // namespace ipcsim
