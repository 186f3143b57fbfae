// SPDX-License-Identifier: BSD-2-Clause
// Scenarios given as text, for tests: loaded, run, and what came of it as texts.
#pragma once

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "scenarios/scenario.h"

namespace ipcsim::scenario {

inline Loaded load_body(const std::string& body, const Overrides& overrides = {}) {
  return load_text("scenario 1\n" + body, "test.scn", overrides);
}

inline std::string messages_of(const Loaded& loaded) {
  return render(loaded.diagnostics, Colour::kNone);
}

// The scenario must load; every invariant is checked after every step.
inline RunReport run_body(const std::string& body, RunOptions options = {},
                          const Overrides& overrides = {}) {
  const Loaded loaded = load_body(body, overrides);
  INFO(messages_of(loaded));
  REQUIRE(loaded.scenario != nullptr);
  options.paranoid = true;
  return run(*loaded.scenario, options);
}

// One thread on a machine where everything costs one cycle.
inline RunReport run_thread(const std::string& statements) {
  return run_body("machine { cost unit }\ntask script { thread main {\n" + statements + "\n} }\n");
}

// "passed", or what was found: "unhandled_error test.scn:4: division by zero".
inline std::string outcome_of(const RunReport& report) {
  if (report.verdict == Verdict::kLimit) return "limit: " + report.limit;
  std::string text = report.verdict == Verdict::kPassed ? "passed" : "";
  for (const Finding& finding : report.findings) {
    if (!text.empty()) text += "; ";
    text += finding.name + " " + finding.place + ": " + finding.message;
    if (finding.silenced) text += " (silenced)";
  }
  return text;
}

}  // namespace ipcsim::scenario
