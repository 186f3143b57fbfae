// SPDX-License-Identifier: BSD-2-Clause
// A text and what the parser made of it, for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "scenarios/language/diagnostic.h"
#include "scenarios/language/diagnostic_renderer.h"
#include "scenarios/language/parser.h"
#include "tests/support/tree_text.h"

namespace ipcsim::scenario {

struct ParsedText {
  std::shared_ptr<SourceFiles> sources;
  Diagnostics diagnostics;
  ScenarioFile tree;

  std::string messages() const { return render(diagnostics, Colour::kNone); }
  std::string codes() const {
    std::string text;
    for (const ReportedDiagnostic& diagnostic : reported(diagnostics)) {
      if (!text.empty()) text += ' ';
      text += diagnostic.code + "@" + std::to_string(diagnostic.place->begin.line) + ":" +
              std::to_string(diagnostic.place->begin.column);
    }
    return text;
  }
};

inline ParsedText parse_text(std::string text) {
  ParsedText parsed;
  parsed.sources = std::make_shared<SourceFiles>();
  parsed.diagnostics = Diagnostics(parsed.sources);
  const FileIndex file = parsed.sources->add("test.scn", std::move(text));
  parsed.tree = parse(*parsed.sources, file, parsed.diagnostics);
  return parsed;
}

// Statements, from line 4 on, in a thread of a task.
inline ParsedText parse_statements(const std::string& statements) {
  return parse_text("scenario 1\ntask t {\nthread main {\n" + statements + "\n}\n}\n");
}

// One expression: the value of the only declaration.
inline std::string expression_text(const std::string& expression) {
  const ParsedText parsed = parse_text("scenario 1\nconst c = " + expression + "\n");
  if (parsed.diagnostics.has_errors()) return parsed.messages();
  return tree_text(*parsed.tree.declarations.at(0).as<ConstDeclaration>()->value);
}

// One statement.
inline std::string statement_text(const std::string& statement) {
  const ParsedText parsed = parse_statements(statement);
  if (parsed.diagnostics.has_errors()) return parsed.messages();
  const auto& task = *parsed.tree.declarations.at(0).as<TaskDeclaration>();
  return tree_text(std::get<TaskBody>(task.body).threads.at(0).body.statements.at(0));
}

// One declaration.
inline std::string declaration_text(const std::string& declaration) {
  const ParsedText parsed = parse_text("scenario 1\n" + declaration + "\n");
  if (parsed.diagnostics.has_errors()) return parsed.messages();
  const std::string text = tree_text(parsed.tree);
  const std::size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace ipcsim::scenario
