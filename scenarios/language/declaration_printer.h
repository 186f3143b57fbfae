// SPDX-License-Identifier: BSD-2-Clause
// DeclarationPrinter: what stands at the top level of a file, as canonical text.
#pragma once

#include <string_view>

#include "scenarios/language/ast.h"
#include "scenarios/language/page.h"

namespace ipcsim::scenario {

class DeclarationPrinter {
 public:
  explicit DeclarationPrinter(Page& page) : page_(page) {}

  void operator()(const ImportDeclaration& node);
  void operator()(const ParamDeclaration& node);
  void operator()(const ConstDeclaration& node);
  void operator()(const MachineDeclaration& node);  // machine_printer.cc
  void operator()(const PolicyDeclaration& node);   // machine_printer.cc
  void operator()(const TaskDeclaration& node);
  void operator()(const TemplateDeclaration& node);
  void operator()(const ProcDeclaration& node);
  void operator()(const MemoryDeclaration& node);
  void operator()(const InjectDeclaration& node);
  void operator()(const ScheduleDeclaration& node);
  // expectation_printer.cc
  void operator()(const RunExpectationDeclaration& node);
  void operator()(const ScheduleExpectationDeclaration& node);
  void operator()(const OutcomesDeclaration& node);
  void operator()(const AllowDeclaration& node);
  void operator()(const ExpectFindingDeclaration& node);

 private:
  void print_task_body(LineText header, const TaskBody& body);
  void print_thread(const ThreadDeclaration& thread);
  void print_machine_item(const MachineItem& item);
  bool add_short_machine(LineText& line, const MachineDeclaration& node) const;
  bool add_short_cost(LineText& line, const MachineCost& cost) const;
  // device_printer.cc
  void print_device(const MachineDevice& device);
  bool add_short_device(LineText& line, const MachineDevice& device) const;

  Page& page_;
};

// `task consumer`
void add_word_and_name(LineText& line, std::string_view word, const Name& name);

}  // namespace ipcsim::scenario
