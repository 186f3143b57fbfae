// SPDX-License-Identifier: BSD-2-Clause
// TestResult: how one scenario, or one stray trace, fared under `ipcsim test`.
#pragma once

#include <cstdint>
#include <string>

namespace ipcsim::cli {

enum class TestOutcome : std::uint8_t { kPassed, kFailed };

// What --bless did to the golden trace.
enum class Blessing : std::uint8_t { kNone, kCreated, kUpdated, kRemoved };

struct TestResult {
  std::string file;  // the scenario; of a stray trace: the trace
  TestOutcome outcome = TestOutcome::kPassed;
  Blessing blessing = Blessing::kNone;
  std::string reason{};   // of a failure, one line
  std::string details{};  // further lines, ready to print
  std::string next{};     // the command to type next, after a failure
};

}  // namespace ipcsim::cli
