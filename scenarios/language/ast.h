// SPDX-License-Identifier: BSD-2-Clause
// The syntax tree of one file, whole. Nothing in it is resolved: names are words, imports are
// paths. Its parts: expression.h, statement.h, declaration.h, expectation.h.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/language/declaration.h"
#include "scenarios/language/expectation.h"

namespace ipcsim::scenario {

struct Declaration {
  using Node =
      std::variant<ImportDeclaration, ParamDeclaration, ConstDeclaration, MachineDeclaration,
                   PolicyDeclaration, TaskDeclaration, TemplateDeclaration, ProcDeclaration,
                   MemoryDeclaration, InjectDeclaration, ScheduleDeclaration,
                   RunExpectationDeclaration, ScheduleExpectationDeclaration, OutcomesDeclaration,
                   AllowDeclaration, ExpectFindingDeclaration>;

  SourceRange range;
  SurroundingsPtr surroundings;  // may be null; its `///` lines document the declaration
  Node node;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

struct ScenarioFile {
  FileIndex file = 0;
  SourceRange version_range;           // of the line `scenario 1`
  Surroundings version_surroundings;   // comments around that line
  std::vector<Comment> documentation;  // the `///` lines that document the file
  std::vector<Declaration> declarations;
  std::vector<Comment> closing;  // after the last declaration
};

// The text of the `///` lines that document the file, above its version line and below.
std::string documentation_of(const ScenarioFile& file);

}  // namespace ipcsim::scenario
