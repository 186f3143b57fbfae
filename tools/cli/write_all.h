// SPDX-License-Identifier: BSD-2-Clause
// write_all: all of a text to a file descriptor, however many calls it takes. 0, or the errno of
// the call that failed; SIGPIPE must be ignored, so that a vanished reader is EPIPE.
#pragma once

#include <string_view>

namespace ipcsim::cli {

int write_all(int fd, std::string_view text);

}  // namespace ipcsim::cli
