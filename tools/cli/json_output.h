// SPDX-License-Identifier: BSD-2-Clause
// JSON: the results of each verb as one object, for other programs. Every object begins with
// "format", a name with a version, which changes when a field is renamed, removed or means
// something else; new fields may come at any time. The texts end with a line end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"
#include "tools/cli/comparison.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/fuzz_summary.h"
#include "tools/cli/run_request.h"
#include "tools/cli/test_result.h"
#include "tools/cli/usage_error.h"

namespace ipcsim::cli {

enum class Determinism : std::uint8_t { kNotChecked, kEqual, kDifferent };

struct RunResult {
  const RunRequest& request;
  const scenario::Diagnostics& diagnostics;
  const scenario::Scenario* scenario = nullptr;  // null: it has errors and was not run
  const scenario::RunReport* report = nullptr;   // null with it
  Determinism determinism = Determinism::kNotChecked;
  ExitCode code = ExitCode::kOk;
  std::string again{};  // the command that repeats the run
  std::string_view verb = "run";
  std::string story{};  // of `replay --explain`
};
std::string run_json(const RunResult& result);

// Diagnostics only when a variant has errors, and was therefore not run.
std::string compare_json(const Comparison& comparison, const scenario::Diagnostics& diagnostics,
                         ExitCode code);

// Of all searches of one command.
std::string fuzz_json(std::span<const FuzzResult> results, std::uint64_t seed, ExitCode code);

struct LintedFile {
  std::string file;
  scenario::Diagnostics diagnostics;
  std::optional<UsageError> error{};  // why it could not be read
};
std::string lint_json(std::span<const LintedFile> files, ExitCode code);

struct FormattedFile {
  std::string file;
  bool changed = false;
  scenario::Diagnostics diagnostics;
  std::optional<std::string> text;    // of stdin, which cannot be rewritten
  std::optional<UsageError> error{};  // why it could not be read or written
};
std::string fmt_json(std::span<const FormattedFile> files, ExitCode code);

// What a verb gives when it could not begin: `verb` is its name.
std::string error_json(std::string_view verb, const UsageError& error);

std::string test_json(std::span<const TestResult> results, ExitCode code);

std::string explain_json(std::span<const scenario::Explanation> explanations);

}  // namespace ipcsim::cli
