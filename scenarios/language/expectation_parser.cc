// SPDX-License-Identifier: BSD-2-Clause
// What a file says must hold, and what it expects to be found.
#include <array>
#include <string_view>
#include <utility>

#include "scenarios/language/block_parser.h"
#include "scenarios/language/declaration_parser.h"

namespace ipcsim::scenario {

std::optional<Declaration::Node> DeclarationParser::parse_run_expectation(RunExpectation kind) {
  context_.advance();
  RunExpectationDeclaration expectation;
  expectation.kind = kind;
  expectation.condition = expressions_.parse();
  if (kind == RunExpectation::kEventually && context_.accept_word("within")) {
    expectation.within = expressions_.parse();
  }
  expectation.judged = expressions_.parse_judged_under();
  return expectation;
}

std::optional<Declaration::Node> DeclarationParser::parse_schedule_expectation(
    ScheduleExpectation kind) {
  context_.advance();
  return ScheduleExpectationDeclaration{kind, expressions_.parse()};
}

std::optional<Declaration::Node> DeclarationParser::parse_outcomes() {
  context_.advance();
  OutcomesDeclaration outcomes;
  do outcomes.observed.push_back(expressions_.parse());
  while (context_.accept(TokenKind::kComma));
  // Comments between the rows move in front of the declaration.
  std::vector<Comment> opening;
  std::vector<Comment> closing;
  parse_items(context_, BlockKind::kOther, {opening, closing},
              [&](ItemPlace) { outcomes.rows.push_back(parse_outcome_row()); });
  context_.add_inner_comments(std::move(opening));
  context_.add_inner_comments(std::move(closing));
  return outcomes;
}

OutcomeRow DeclarationParser::parse_outcome_row() {
  OutcomeRow row;
  const SourceRange first = context_.range();
  do row.values.push_back(expressions_.parse());
  while (context_.accept(TokenKind::kComma));
  row.range = context_.range_since(first);
  end_of_item(context_);
  return row;
}

std::optional<Declaration::Node> DeclarationParser::parse_allow() {
  context_.advance();
  AllowDeclaration allow;
  allow.finding = context_.expect_name("the name of a finding");
  if (context_.accept(TokenKind::kIn)) allow.task = expressions_.parse_path("the name of a task");
  return allow;
}

std::optional<Declaration::Node> DeclarationParser::parse_expect_finding() {
  const SourceRange first = context_.range();
  context_.advance();
  ExpectFindingDeclaration finding;
  do finding.findings.push_back(context_.expect_name("the name of a finding"));
  while (context_.accept(TokenKind::kBar));
  if (context_.accept(TokenKind::kIn)) {
    do finding.threads.push_back(expressions_.parse_path("the name of a thread"));
    while (context_.accept(TokenKind::kComma));
  }
  if (context_.accept_word("with")) parse_finding_with(finding);
  if (!context_.accept_word("by")) {
    constexpr auto kAll = std::to_array<std::string_view>({"in", "with", "by"});
    context_.expected(DiagnosticCode::unexpected_token, kAll, kAll)
        .with_secondary(first, "say which verb finds it: `by run`, `by fuzz` or `by check`");
  }
  parse_finding_verb(finding);
  for (SourceRange clause = context_.range(); parse_finding_clause(finding, clause);) {
    clause = context_.range();
  }
  if (!context_.failed() && !context_.at_statement_end()) {
    constexpr auto kAll =
        std::to_array<std::string_view>({"within", "shrinks_to", "window", "the end of the line"});
    context_.expected(DiagnosticCode::missing_statement_end, kAll, kAll);
  }
  return finding;
}

// Behind `with`: `defect N`, or a policy and its value.
void DeclarationParser::parse_finding_with(ExpectFindingDeclaration& finding) {
  if (context_.accept_word("defect")) {
    finding.with = WithDefect{context_.expect_name("the name of a defect")};
    return;
  }
  WithPolicy with;
  with.policy = context_.expect_name("`defect` or the name of a policy");
  with.value = context_.expect_name("a value of the policy");
  finding.with = std::move(with);
}

void DeclarationParser::parse_finding_verb(ExpectFindingDeclaration& finding) {
  constexpr auto kVerbs = std::to_array<std::string_view>({"run", "fuzz", "check"});
  if (context_.accept_word("run")) {
    finding.verb = FindingVerb::kRun;
  } else if (context_.accept_word("fuzz")) {
    finding.verb = FindingVerb::kFuzz;
  } else if (context_.accept_word("check")) {
    finding.verb = FindingVerb::kCheck;
  } else {
    context_.expected(DiagnosticCode::unknown_word, kVerbs, kVerbs);
  }
}

bool DeclarationParser::parse_finding_clause(ExpectFindingDeclaration& finding,
                                             SourceRange clause) {
  if (context_.accept_word("within")) {
    if (finding.within_runs) report_repeated("within", clause);
    finding.within_runs = expressions_.parse();
    context_.expect_word("runs");
    return true;
  }
  if (context_.accept_word("shrinks_to")) {
    if (finding.shrinks_to) report_repeated("shrinks_to", clause);
    finding.shrinks_to = expressions_.parse();
    return true;
  }
  if (context_.accept_word("window")) {
    if (finding.window) report_repeated("window", clause);
    finding.window = expressions_.parse_range();
    return true;
  }
  return false;
}

}  // namespace ipcsim::scenario
