// SPDX-License-Identifier: BSD-2-Clause
// DeclarationParser: what stands at the top level of a file.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/language/ast.h"
#include "scenarios/language/expression_parser.h"
#include "scenarios/language/parse_context.h"
#include "scenarios/language/statement_parser.h"

namespace ipcsim::scenario {

class DeclarationParser {
 public:
  explicit DeclarationParser(ParseContext& context)
      : context_(context), expressions_(context), statements_(context, expressions_) {}

  // At a word. Nothing when no declaration begins with it, or one that is not offered; reported.
  std::optional<Declaration::Node> parse_node();

 private:
  using Node = std::optional<Declaration::Node>;

  Node parse_import();
  Node parse_param();
  Node parse_const();
  Node parse_machine();
  Node parse_policy();
  Node parse_task();
  Node parse_template();
  Node parse_proc();
  Node parse_inject();
  Node parse_schedule();
  Node parse_unknown();

  // Expectations (expectation_parser.cc).
  Node parse_run_expectation(RunExpectation kind);
  Node parse_schedule_expectation(ScheduleExpectation kind);
  Node parse_outcomes();
  OutcomeRow parse_outcome_row();
  Node parse_allow();
  Node parse_expect_finding();
  void parse_finding_with(ExpectFindingDeclaration& finding);
  void parse_finding_verb(ExpectFindingDeclaration& finding);
  bool parse_finding_clause(ExpectFindingDeclaration& finding, SourceRange clause);

  MachineItem parse_machine_item(ItemPlace place);
  MachineSetting parse_machine_setting(MachineKey key);
  MachineCost parse_cost();
  FileName parse_file_name();  // at a bytes token
  CostSetting parse_cost_setting(ItemPlace place);
  // device_parser.cc
  MachineDevice parse_device();
  void parse_device_clause(MachineDevice& device, ItemPlace place);
  PolicyItem parse_policy_item(ItemPlace place);
  TaskBody parse_task_body();
  void parse_task_item(TaskBody& body, ItemPlace place);
  ThreadDeclaration parse_thread();
  MemoryDeclaration parse_memory();
  std::optional<Declaration::Node> parse_shared_memory();
  TemplateUse parse_template_use();
  std::optional<Replicas> parse_replicas();
  void report_repeated(std::string_view word, SourceRange range);

  ParseContext& context_;
  ExpressionParser expressions_;
  StatementParser statements_;
};

}  // namespace ipcsim::scenario
