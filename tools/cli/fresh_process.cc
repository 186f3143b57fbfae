// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/fresh_process.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>

#include "tools/cli/write_all.h"

namespace ipcsim::cli {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";
constexpr int kNotStarted = 127;

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  void shut() {
    for (int* end : {&read_end, &write_end}) {
      if (*end >= 0) ::close(*end);
      *end = -1;
    }
  }
};

// Between fork and exec: only calls that need no memory.
[[noreturn]] void become(const std::vector<char*>& words, const Pipe& input, const Pipe& output) {
  dup2(input.read_end, STDIN_FILENO);
  dup2(output.write_end, STDOUT_FILENO);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  execv(kThisProgram, words.data());
  _exit(kNotStarted);
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 65536> piece{};
  for (;;) {
    const ssize_t count = read(fd, piece.data(), piece.size());
    if (count > 0) {
      text.append(piece.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return text;
    }
  }
}

std::string describe_end(int status, int expected_code) {
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  if (code == kNotStarted) return "could not be started";
  return code == expected_code ? std::string() : fmt::format("ended with exit code {}", code);
}

}  // namespace

Usage<FreshProcess> run_fresh_process(std::span<const std::string> arguments,
                                      std::string_view input, int expected_code) {
  std::vector<std::string> words{"ipcsim"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  Pipe to_child;
  Pipe from_child;
  const bool piped = to_child.open() && from_child.open();
  const pid_t child = piped ? fork() : -1;
  if (child == 0) become(pointers, to_child, from_child);
  if (child < 0) {
    const int error = errno;
    to_child.shut();
    from_child.shut();
    return wrong_usage(fmt::format("a second process cannot be started: {}", std::strerror(error)));
  }
  ::close(from_child.write_end);
  from_child.write_end = -1;
  // It reads all of its input before it writes anything, so the pipes cannot block each other.
  static_cast<void>(write_all(to_child.write_end, input));
  to_child.shut();
  FreshProcess finished;
  finished.output = read_to_end(from_child.read_end);
  from_child.shut();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  finished.end = describe_end(status, expected_code);
  return finished;
}

}  // namespace ipcsim::cli
