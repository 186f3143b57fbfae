// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/declaration_printer.h"

#include <utility>
#include <variant>
#include <vector>

#include "scenarios/language/expression_printer.h"
#include "scenarios/language/statement_printer.h"

namespace ipcsim::scenario {

namespace {

void add_replicas(LineText& line, const std::optional<Replicas>& replicas) {
  if (!replicas) return;
  line.add('[');
  line.add(replicas->variable.text);
  line.add(" in ");
  add_range(line, replicas->bounds);
  line.add(']');
}

}  // namespace

void add_word_and_name(LineText& line, std::string_view word, const Name& name) {
  line.add(word);
  line.add(' ');
  line.add(name.text);
}

void DeclarationPrinter::operator()(const ImportDeclaration& node) {
  LineText line;
  line.add("import ");
  line.add(node.file.spelling);
  if (node.module) add_word_and_name(line, " as", *node.module);
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const ParamDeclaration& node) {
  LineText line;
  add_word_and_name(line, "param", node.name);
  line.add(" = ");
  add_expression(line, *node.value, Precedence::kConcatenation);
  if (const auto* range = std::get_if<RangeBounds>(&node.allowed)) {
    line.add(" in ");
    add_range(line, *range);
  } else if (const auto* set = std::get_if<std::vector<ExpressionPtr>>(&node.allowed)) {
    line.add(" in {");
    add_list(line, *set);
    line.add('}');
  }
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const ConstDeclaration& node) {
  LineText line;
  add_word_and_name(line, "const", node.name);
  line.add(" = ");
  add_expression(line, *node.value);
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const TaskDeclaration& node) {
  LineText line;
  add_word_and_name(line, "task", node.name);
  add_replicas(line, node.replicas);
  if (node.uid) {
    line.add(" uid ");
    add_expression(line, *node.uid);
  }
  if (node.privileged) line.add(" privileged");
  if (node.background) line.add(" background");
  if (const auto* body = std::get_if<TaskBody>(&node.body)) {
    print_task_body(std::move(line), *body);
    return;
  }
  const auto& use = std::get<TemplateUse>(node.body);
  line.add(" = ");
  add_qualified_name(line, use.name);
  add_arguments(line, use.arguments);
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const TemplateDeclaration& node) {
  LineText line;
  add_word_and_name(line, "template", node.name);
  add_parameter_names(line, node.parameters);
  print_task_body(std::move(line), node.body);
}

void DeclarationPrinter::operator()(const ProcDeclaration& node) {
  LineText line;
  add_word_and_name(line, "proc", node.name);
  add_parameter_names(line, node.parameters);
  print_block(page_, std::move(line), node.body);
}

void DeclarationPrinter::operator()(const MemoryDeclaration& node) {
  LineText line;
  add_word_and_name(line, "memory", node.name);
  line.add(' ');
  add_expression(line, *node.size);
  if (node.empty) line.add(" empty");
  if (!node.owners.empty()) {
    line.add(" of ");
    add_list(line, node.owners);
  }
  page_.add_line(line);
}

void DeclarationPrinter::print_task_body(LineText header, const TaskBody& body) {
  if (body.threads.empty() && body.memories.empty() && page_.none(body.opening) &&
      page_.none(body.closing)) {
    header.add(" {}");
    page_.add_line(header);
    return;
  }
  header.add(" {");
  page_.add_line(header);
  page_.indent(body.opening);
  for (const MemoryDeclaration& memory : body.memories) {
    page_.begin_item(memory.surroundings.get());
    (*this)(memory);
    page_.end_item(memory.surroundings.get());
  }
  for (const ThreadDeclaration& thread : body.threads) {
    page_.begin_item(thread.surroundings.get());
    print_thread(thread);
    page_.end_item(thread.surroundings.get());
  }
  page_.outdent(body.closing);
  page_.add_line("}");
}

void DeclarationPrinter::print_thread(const ThreadDeclaration& thread) {
  LineText line;
  add_word_and_name(line, "thread", thread.name);
  add_replicas(line, thread.replicas);
  if (!thread.parameters.empty()) add_parameter_names(line, thread.parameters);
  if (thread.cpu) {
    line.add(" cpu ");
    add_expression(line, *thread.cpu);
  }
  if (thread.on_spawn) line.add(" on_spawn");
  if (thread.background) line.add(" background");
  print_block(page_, std::move(line), thread.body);
}

void DeclarationPrinter::operator()(const InjectDeclaration& node) {
  LineText line;
  if (const auto* kill = std::get_if<InjectKill>(&node.node)) {
    line.add("inject kill ");
    add_expression(line, *kill->target);
    if (kill->at) {
      line.add(" at ");
      add_expression(line, *kill->at);
    }
  } else if (const auto* wakeup = std::get_if<InjectSpuriousWakeup>(&node.node)) {
    line.add("inject spurious_wakeup ");
    add_expression(line, *wakeup->task);
  } else if (const auto* interrupt = std::get_if<InjectSpuriousInterrupt>(&node.node)) {
    line.add("inject spurious_interrupt ");
    add_expression(line, *interrupt->device);
    if (interrupt->at) {
      line.add(" at ");
      add_expression(line, *interrupt->at);
    }
  } else {
    const auto& exhaust = std::get<InjectExhaust>(node.node);
    add_word_and_name(line, "inject exhaust", exhaust.limit);
    line.add(" of ");
    add_expression(line, *exhaust.task);
  }
  page_.add_line(line);
}

void DeclarationPrinter::operator()(const ScheduleDeclaration& node) {
  if (node.lines.empty()) {
    page_.add_line("schedule {}");
    return;
  }
  page_.add_line("schedule {");
  page_.indent({});
  for (const std::string& line : node.lines) page_.add_line(line);
  page_.outdent({});
  page_.add_line("}");
}

}  // namespace ipcsim::scenario
