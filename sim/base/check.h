// SPDX-License-Identifier: BSD-2-Clause
// SIM_CHECK: what must hold of our own code. Always on, also in release builds. A check that fails
// is our defect, never the user's: it prints where and why and aborts; the program's abort handler
// adds the line that replays the run (tools/cli/crash_report.h) and exits with code 70.
#pragma once

namespace ipcsim {

[[noreturn]] void check_failed(const char* expression, const char* file, int line,
                               const char* message);

}  // namespace ipcsim

// `message` says what should have held, in words, as a string literal.
#define SIM_CHECK(expression, message) \
  (static_cast<bool>(expression)       \
       ? static_cast<void>(0)          \
       : ::ipcsim::check_failed(#expression, __FILE__, __LINE__, message))
