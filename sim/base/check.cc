// SPDX-License-Identifier: BSD-2-Clause
#include "sim/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace ipcsim {

void check_failed(const char* expression, const char* file, int line, const char* message) {
  std::fprintf(stderr, "ipcsim: internal check failed: %s (%s) at %s:%d\n", message, expression,
               file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace ipcsim
