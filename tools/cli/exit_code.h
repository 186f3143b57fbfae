// SPDX-License-Identifier: BSD-2-Clause
// ExitCode: what each exit status of the program means. Scripts rely on them: a code never changes
// its meaning.
#pragma once

namespace ipcsim::cli {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,          // an expectation failed, a bug was found, or a test failed
  kUsage = 2,           // wrong usage; also a file that cannot be read or written
  kBrokenScenario = 3,  // the scenario file has errors
  kLimit = 4,           // a limit was reached: no verdict
  kNondeterminism = 5,  // two runs that had to be equal were not
  kInternal = 70,       // our own defect
  kInterrupted = 130,   // Ctrl-C
};

}  // namespace ipcsim::cli
