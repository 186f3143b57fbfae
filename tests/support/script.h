// SPDX-License-Identifier: BSD-2-Clause
// Scripts: scenarios given as text, compiled and run by the language alone, for its tests. Every
// invariant of the kernel is checked after every step.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/language/checked.h"
#include "scenarios/language/interpreter.h"
#include "scenarios/language/program.h"
#include "sim/base/cycles.h"

namespace ipcsim::scenario {

struct CompiledScript {
  std::unique_ptr<const CheckedScenario> checked;
  Program program;
};

// `body` is what stands behind the line `scenario 1`, in a file called test.scn. It must be right.
CompiledScript compile_script(const std::string& body);

// How a run ended, as text: "passed", "limit: …", or what was found with its place and message:
// "unhandled_error test.scn:4: division by zero". Silenced findings come behind the verdict.
struct ScriptRun {
  std::string outcome;
  std::vector<std::string> details;  // of the finding
  std::string thread;                // whose code failed
  Cycle end = 0;
};

ScriptRun run_script(const std::string& body, const RunRules& rules = {});

// The same for the statements of one thread, `script.main`, on a machine where everything costs one
// cycle. The first of them stands in line 4.
ScriptRun run_statements(const std::string& statements);

}  // namespace ipcsim::scenario
