// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/checker.h"

#include "scenarios/language/body_scope.h"
#include "scenarios/language/check_state.h"
#include "scenarios/language/configuration_checker.h"
#include "scenarios/language/constants.h"
#include "scenarios/language/cost_models.h"
#include "scenarios/language/device_checker.h"
#include "scenarios/language/expectation_checker.h"
#include "scenarios/language/layout.h"
#include "scenarios/language/modules.h"
#include "scenarios/language/proc_order.h"
#include "scenarios/language/statement_checker.h"
#include "scenarios/language/unused.h"

namespace ipcsim::scenario {

namespace {

void check_procs(CheckState& state, Constants& constants) {
  for (const std::uint32_t index : order_procs(state)) {
    ProcState& proc = state.procs[index];
    BodyScope scope(state, proc.module, proc.outline, {});
    const BodyContext context{state,       constants,
                              proc.module, state.result.bodies[proc.body.value()].resolutions,
                              &scope,      {}};
    StatementChecker statements(context, BodyKind::kProc);
    statements.check_body(proc.declaration->parameters, proc.declaration->body);
    proc.result = statements.result();
  }
}

void check_threads(CheckState& state, Constants& constants) {
  for (const BodyJob& job : state.jobs) {
    TaskShape& shape = state.shapes[job.shape];
    const ThreadDeclaration& thread = shape.body->threads[job.family];
    BodyScope scope(state, shape.module, shape.threads[job.family], job.bindings);
    const BodyContext context{state,        constants,
                              shape.module, state.result.bodies[job.body.value()].resolutions,
                              &scope,       job.shape};
    StatementChecker(context, BodyKind::kThread).check_body(thread.parameters, thread.body);
  }
}

}  // namespace

std::unique_ptr<const CheckedScenario> check(SourceFiles& sources, FileIndex main,
                                             SourceLoader& loader, const Overrides& overrides,
                                             Diagnostics& diagnostics) {
  Modules modules;
  modules.load(sources, main, loader, diagnostics);
  // What could not be read would be missed everywhere.
  if (diagnostics.has_errors()) return nullptr;

  auto result = std::make_unique<CheckedScenario>();
  CheckState state(modules, diagnostics, *result);
  state.symbols.collect(modules, diagnostics);

  Constants constants(state);
  Layout layout(state, constants);
  layout.declare();
  constants.evaluate_all(overrides);
  CostModels cost_models(sources, loader, diagnostics);
  ConfigurationChecker(state, constants, cost_models).check(overrides);
  DeviceChecker(state, constants).check();
  layout.count_tasks();
  layout.expand();

  check_procs(state, constants);
  check_threads(state, constants);
  judge_never_spawned(state);
  ExpectationChecker(state, constants).check();

  if (diagnostics.has_errors()) return nullptr;
  warn_of_unused(state);
  warn_of_silent_polls(state);
  result->files = modules.take_trees();
  return result;
}

}  // namespace ipcsim::scenario
