// SPDX-License-Identifier: BSD-2-Clause
#include "tests/support/script.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "kernel_model/system.h"
#include "scenarios/language/checker.h"
#include "scenarios/language/compiler.h"
#include "scenarios/language/diagnostic_renderer.h"
#include "scenarios/language/expectations.h"
#include "scenarios/language/failure_text.h"
#include "scenarios/language/finding_name.h"
#include "scenarios/language/interpreter.h"
#include "scenarios/language/scenario_devices.h"

namespace ipcsim::scenario {
namespace {

class NoFiles final : public SourceLoader {
 public:
  Result<std::string, std::string> load(const std::string&) override {
    return Failure(std::string("no such file"));
  }
};

class Allowed final : public AllowedFindings {
 public:
  explicit Allowed(const CheckedScenario& checked) : checked_(checked) {}

  bool allows(std::string_view finding, kernel::TaskId task) const override {
    return std::ranges::any_of(checked_.expectations.allowed, [&](const CheckedAllow& allow) {
      return name_of(allow.finding) == finding &&
             (allow.tasks.empty() || std::ranges::find(allow.tasks, task) != allow.tasks.end());
    });
  }

 private:
  const CheckedScenario& checked_;
};

std::string words_of(const Program& program, const ScriptFailure& failure) {
  return std::string(finding_name(failure.kind)) + " " + place_of(program, failure.instruction) +
         ": " + text_of(program, failure).message;
}

std::string outcome_of(const Program& program, const Interpreter& interpreter,
                       const engine::RunOutcome& outcome) {
  std::string text = "passed";
  if (interpreter.limit().has_value()) {
    text = "limit: " + std::string(describe(interpreter.limit()->reached)) + " at " +
           place_of(program, interpreter.limit()->instruction);
  } else if (outcome.end == engine::RunEnd::kLimit) {
    text = "limit: " + outcome.limit;
  } else if (interpreter.failure() != nullptr) {
    text = words_of(program, *interpreter.failure());
  } else if (outcome.end == engine::RunEnd::kFinding) {
    text = outcome.finding.name + ": " + outcome.finding.message;
  }
  for (const ScriptFailure& failure : interpreter.silenced()) {
    text += "; silenced " + words_of(program, failure);
  }
  return text;
}

}  // namespace

CompiledScript compile_script(const std::string& body) {
  SourceFiles sources;
  Diagnostics diagnostics(std::shared_ptr<const SourceFiles>(&sources, [](const SourceFiles*) {}));
  NoFiles loader;
  const FileIndex file = sources.add("test.scn", "scenario 1\n" + body);
  CompiledScript script;
  script.checked = check(sources, file, loader, {}, diagnostics);
  INFO(render(diagnostics, Colour::kNone));
  REQUIRE(script.checked != nullptr);
  std::optional<Program> program = compile(*script.checked, sources, diagnostics);
  REQUIRE(program.has_value());
  script.program = *std::move(program);
  return script;
}

ScriptRun run_script(const std::string& body, const RunRules& rules) {
  const CompiledScript script = compile_script(body);
  const Allowed allowed(*script.checked);
  kernel::System system;
  Interpreter interpreter(system);
  Expectations expectations(interpreter);
  ScenarioDevices devices;
  engine::ReferenceChooser chooser;
  kernel::SystemConfig config;
  config.cpus = script.checked->machine.cpus;
  config.cost = &script.checked->machine.cost;
  config.kernel = script.checked->kernel;
  config.recorded = 0;
  config.paranoid = true;
  system.boot(config, chooser);
  interpreter.begin(script.program, allowed, rules);
  expectations.begin();
  devices.add(*script.checked, interpreter);
  const engine::RunOutcome& outcome = system.run();
  if (outcome.end == engine::RunEnd::kFinished) expectations.end();

  ScriptRun run{outcome_of(script.program, interpreter, outcome), {}, {}, outcome.cycle};
  if (const ScriptFailure* const failure = interpreter.failure()) {
    run.details = text_of(script.program, *failure).details;
    if (failure->thread.valid()) {
      run.thread = system.lanes().lane_name(system.lane_of(failure->thread));
    }
  }
  return run;
}

ScriptRun run_statements(const std::string& statements) {
  return run_script("machine { cost unit }\ntask script { thread main {\n" + statements +
                    "\n} }\n");
}

}  // namespace ipcsim::scenario
