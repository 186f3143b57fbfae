// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cli/write_all.h"

#include <cerrno>
#include <unistd.h>

#include <sys/poll.h>

namespace ipcsim::cli {
namespace {

// The descriptor may have been made non-blocking by whoever shares it.
void wait_for_room(int fd) {
  pollfd waited{fd, POLLOUT, 0};
  static_cast<void>(poll(&waited, 1, -1));
}

}  // namespace

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_for_room(fd);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace ipcsim::cli
