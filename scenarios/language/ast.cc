// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/ast.h"

namespace ipcsim::scenario {

std::string documentation_of(const ScenarioFile& file) {
  std::string text = documentation_of(file.version_surroundings.before);
  const std::string below = documentation_of(file.documentation);
  if (!text.empty() && !below.empty()) text += '\n';
  return text + below;
}

}  // namespace ipcsim::scenario
