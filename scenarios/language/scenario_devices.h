// SPDX-License-Identifier: BSD-2-Clause
// ScenarioDevices: puts the devices of a scenario on the machine of a run, and keeps the conditions
// from which on they act.
#pragma once

#include <deque>

#include "scenarios/language/checked.h"
#include "scenarios/language/script_condition.h"

namespace ipcsim::scenario {

class ScenarioDevices {
 public:
  // Behind Interpreter::begin(). The scenario and the interpreter outlive the run.
  void add(const CheckedScenario& scenario, Interpreter& interpreter);

 private:
  std::deque<ScriptCondition> starts_;  // a deque: the system knows them by their place
};

}  // namespace ipcsim::scenario
