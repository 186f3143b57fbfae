// SPDX-License-Identifier: BSD-2-Clause
// What a file says must hold, and what it expects to be found.
#include <variant>

#include "scenarios/language/declaration_printer.h"
#include "scenarios/language/expression_printer.h"

namespace ipcsim::scenario {

void DeclarationPrinter::operator()(const RunExpectationDeclaration& node) {
  LineText line;
  switch (node.kind) {
    case RunExpectation::kAlways:
      line.add("always ");
      break;
    case RunExpectation::kNever:
      line.add("never ");
      break;
    case RunExpectation::kEventually:
      line.add("eventually ");
      break;
    case RunExpectation::kFinally:
      line.add("finally ");
      break;
  }
  add_expression(line, *node.condition);
  if (node.within) {
    line.add(" within ");
    add_expression(line, *node.within);
  }
  add_judged_under(line, node.judged);
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const ScheduleExpectationDeclaration& node) {
  LineText line;
  line.add(node.kind == ScheduleExpectation::kExists ? "exists " : "forall ");
  add_expression(line, *node.condition);
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const OutcomesDeclaration& node) {
  LineText line;
  line.add("outcomes ");
  add_list(line, node.observed);
  LineText whole = line;
  whole.add(node.rows.empty() ? " {}" : " { ");
  for (const OutcomeRow& row : node.rows) {
    add_list(whole, row.values);
    whole.add(&row == &node.rows.back() ? " }" : "; ");
  }
  if (page_.fits(whole)) {
    page_.add_line(whole);
    return;
  }
  line.add(" {");
  page_.add_line(line);
  page_.indent({});
  for (const OutcomeRow& row : node.rows) {
    LineText row_line;
    add_list(row_line, row.values);
    page_.add_line(row_line);
  }
  page_.outdent({});
  page_.add_line("}");
}

void DeclarationPrinter::operator()(const AllowDeclaration& node) {
  LineText line;
  add_word_and_name(line, "allow", node.finding);
  if (node.task) {
    line.add(" in ");
    add_expression(line, *node.task);
  }
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const ExpectFindingDeclaration& node) {
  LineText line;
  line.add("expect_finding ");
  for (const Name& finding : node.findings) {
    if (&finding != &node.findings.front()) line.add(" | ");
    line.add(finding.text);
  }
  if (!node.threads.empty()) {
    line.add(" in ");
    add_list(line, node.threads);
  }
  if (const auto* defect = std::get_if<WithDefect>(&node.with)) {
    add_word_and_name(line, " with defect", defect->defect);
  } else if (const auto* policy = std::get_if<WithPolicy>(&node.with)) {
    add_word_and_name(line, " with", policy->policy);
    line.add(' ');
    line.add(policy->value.text);
  }
  line.add(" by ");
  line.add(node.verb == FindingVerb::kRun    ? "run"
           : node.verb == FindingVerb::kFuzz ? "fuzz"
                                             : "check");
  if (node.within_runs) {
    line.add(" within ");
    add_expression(line, *node.within_runs);
    line.add(" runs");
  }
  if (node.shrinks_to) {
    line.add(" shrinks_to ");
    add_expression(line, *node.shrinks_to);
  }
  if (node.window) {
    line.add(" window ");
    add_range(line, *node.window);
  }
  page_.add_line(line);
}

}  // namespace ipcsim::scenario
