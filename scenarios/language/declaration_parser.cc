// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/declaration_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/block_parser.h"
#include "sim/base/text.h"

namespace ipcsim::scenario {

std::optional<Declaration::Node> DeclarationParser::parse_node() {
  const std::string_view word = context_.text(context_.token());
  if (context_.token().kind != TokenKind::kIdentifier) return parse_unknown();
  if (word == "import") return parse_import();
  if (word == "param") return parse_param();
  if (word == "const") return parse_const();
  if (word == "machine") return parse_machine();
  if (word == "policy") return parse_policy();
  if (word == "task") return parse_task();
  if (word == "template") return parse_template();
  if (word == "proc") return parse_proc();
  if (word == "inject") return parse_inject();
  if (word == "memory") return parse_shared_memory();
  if (word == "schedule") return parse_schedule();
  if (word == "always") return parse_run_expectation(RunExpectation::kAlways);
  if (word == "never") return parse_run_expectation(RunExpectation::kNever);
  if (word == "eventually") return parse_run_expectation(RunExpectation::kEventually);
  if (word == "finally") return parse_run_expectation(RunExpectation::kFinally);
  if (word == "exists") return parse_schedule_expectation(ScheduleExpectation::kExists);
  if (word == "forall") return parse_schedule_expectation(ScheduleExpectation::kForall);
  if (word == "outcomes") return parse_outcomes();
  if (word == "allow") return parse_allow();
  if (word == "expect_finding") return parse_expect_finding();
  return parse_unknown();
}

std::optional<Declaration::Node> DeclarationParser::parse_unknown() {
  const Token& token = context_.token();
  const std::string_view word = context_.text(token);
  if (token.kind == TokenKind::kRightBrace) {
    context_.report(DiagnosticCode::unmatched_brace, context_.range(),
                    "there is no block that this `}` closes");
    context_.advance();
    return std::nullopt;
  }
  Diagnostic& diagnostic =
      context_.report(DiagnosticCode::expected_declaration, context_.range(),
                      fmt::format("expected a declaration, found {}", context_.quoted(token)));
  if (word == "scenario") {
    diagnostic.with_help("the version is said once, at the beginning of the file");
  } else if (word == "thread") {
    diagnostic.with_help("a thread belongs to a task: `task NAME { thread main { ... } }`");
  } else if (const auto meant = closest(word, declaration_words())) {
    diagnostic.with_help(fmt::format("did you mean `{}`?", *meant));
  }
  return std::nullopt;
}

void DeclarationParser::report_repeated(std::string_view word, SourceRange range) {
  context_.report(DiagnosticCode::repeated_clause, range,
                  fmt::format("`{}` is there already", word));
}

FileName DeclarationParser::parse_file_name() {
  FileName file;
  file.range = context_.range();
  file.spelling = context_.text(context_.token());
  file.path = unescape(file.spelling);
  const bool control = std::any_of(file.path.begin(), file.path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (file.path.empty() || control) {
    context_.report(DiagnosticCode::bad_file_name, file.range,
                    file.path.empty() ? "the name of the file is missing"
                                      : "a file's name has no control characters");
  }
  context_.advance();
  return file;
}

std::optional<Declaration::Node> DeclarationParser::parse_import() {
  context_.advance();
  ImportDeclaration import;
  if (context_.at(TokenKind::kBytes)) {
    import.file = parse_file_name();
  } else {
    context_.expected(DiagnosticCode::unexpected_token,
                      std::array<std::string_view, 1>{"the name of a file in quotes"});
  }
  if (context_.accept_word("as")) import.module = context_.expect_name("a name for the file");
  // What cannot be named is not looked for.
  if (context_.failed()) return std::nullopt;
  return import;
}

std::optional<Declaration::Node> DeclarationParser::parse_param() {
  context_.advance();
  ParamDeclaration param;
  param.name = context_.expect_name("the name of a parameter");
  context_.expect(TokenKind::kAssign);
  // Not further than `in`, which is no operator here.
  param.value = expressions_.parse_from(Precedence::kConcatenation);
  if (!context_.accept(TokenKind::kIn)) return param;
  if (!context_.at(TokenKind::kLeftBrace)) {
    param.allowed = expressions_.parse_range();
    return param;
  }
  const SourceRange opened = context_.open(TokenKind::kLeftBrace);
  std::vector<ExpressionPtr> values;
  do values.push_back(expressions_.parse());
  while (context_.accept(TokenKind::kComma));
  context_.close(TokenKind::kRightBrace, opened, {","});
  param.allowed = std::move(values);
  return param;
}

std::optional<Declaration::Node> DeclarationParser::parse_const() {
  context_.advance();
  ConstDeclaration declaration;
  declaration.name = context_.expect_name("the name of a constant");
  context_.expect(TokenKind::kAssign);
  declaration.value = expressions_.parse();
  return declaration;
}

std::optional<Declaration::Node> DeclarationParser::parse_template() {
  context_.advance();
  TemplateDeclaration declaration;
  declaration.name = context_.expect_name("the name of a template");
  declaration.parameters = expressions_.parse_parameter_names();
  declaration.body = parse_task_body();
  return declaration;
}

std::optional<Declaration::Node> DeclarationParser::parse_proc() {
  context_.advance();
  ProcDeclaration declaration;
  declaration.name = context_.expect_name("the name of a proc");
  declaration.parameters = expressions_.parse_parameter_names();
  declaration.body = statements_.parse_block();
  return declaration;
}

std::optional<Replicas> DeclarationParser::parse_replicas() {
  if (!context_.at(TokenKind::kLeftBracket)) return std::nullopt;
  Replicas replicas;
  const SourceRange opened = context_.open(TokenKind::kLeftBracket);
  replicas.variable = context_.expect_name("the name of a variable");
  context_.expect(TokenKind::kIn);
  replicas.bounds = expressions_.parse_range();
  context_.close(TokenKind::kRightBracket, opened);
  replicas.range = context_.range_since(opened);
  return replicas;
}

std::optional<Declaration::Node> DeclarationParser::parse_task() {
  context_.advance();
  TaskDeclaration task;
  task.name = context_.expect_name("the name of a task");
  task.replicas = parse_replicas();
  while (context_.at(TokenKind::kIdentifier)) {
    const SourceRange range = context_.range();
    if (context_.accept_word("uid")) {
      if (task.uid) report_repeated("uid", range);
      task.uid = expressions_.parse();
    } else if (context_.accept_word("privileged")) {
      if (task.privileged) report_repeated("privileged", range);
      task.privileged = range;
    } else if (context_.accept_word("background")) {
      if (task.background) report_repeated("background", range);
      task.background = range;
    } else {
      break;
    }
  }
  if (context_.at(TokenKind::kAssign)) {
    task.body = parse_template_use();
  } else if (!context_.failed() && !context_.at(TokenKind::kLeftBrace) &&
             !context_.at(TokenKind::kNewline)) {
    constexpr auto kWords = std::to_array<std::string_view>({"uid", "privileged", "background"});
    constexpr auto kAll =
        std::to_array<std::string_view>({"uid", "privileged", "background", "=", "{"});
    context_.expected(DiagnosticCode::unexpected_token, kAll, kWords);
    task.body = parse_task_body();
  } else {
    task.body = parse_task_body();
  }
  return task;
}

TemplateUse DeclarationParser::parse_template_use() {
  TemplateUse use;
  context_.advance();
  const SourceRange first = context_.range();
  use.name = expressions_.parse_qualified_name("the name of a template");
  use.arguments = expressions_.parse_arguments();
  use.range = context_.range_since(first);
  return use;
}

TaskBody DeclarationParser::parse_task_body() {
  TaskBody body;
  if (context_.failed() && !context_.recover_at_block()) return body;
  body.range = parse_items(context_, BlockKind::kTaskBody, {body.opening, body.closing},
                           [&](ItemPlace place) { parse_task_item(body, place); });
  return body;
}

void DeclarationParser::parse_task_item(TaskBody& body, ItemPlace place) {
  Surroundings begun = context_.begin_item(place);
  const SourceRange first = context_.range();
  if (context_.at_word("memory")) {
    MemoryDeclaration memory = parse_memory();
    memory.range = context_.range_since(first);
    end_of_item(context_);
    memory.surroundings = context_.end_item(std::move(begun));
    if (!memory.name.text.empty()) body.memories.push_back(std::move(memory));
    return;
  }
  ThreadDeclaration thread;
  if (context_.accept_word("thread")) {
    thread = parse_thread();
    thread.range = context_.range_since(first);
  } else {
    constexpr auto kAll = std::to_array<std::string_view>({"memory", "thread", "}"});
    context_.expected(DiagnosticCode::unexpected_token, kAll, kAll);
  }
  end_of_item(context_);
  thread.surroundings = context_.end_item(std::move(begun));
  // One without a name is a mistake already reported; it is kept for what is in it.
  if (!thread.name.text.empty()) body.threads.push_back(std::move(thread));
}

MemoryDeclaration DeclarationParser::parse_memory() {
  context_.advance();
  MemoryDeclaration memory;
  memory.name = context_.expect_name("the name of the memory");
  memory.size = expressions_.parse();
  const SourceRange range = context_.range();
  if (context_.accept_word("empty")) memory.empty = range;
  return memory;
}

std::optional<Declaration::Node> DeclarationParser::parse_shared_memory() {
  MemoryDeclaration memory = parse_memory();
  context_.expect_word("of");
  do memory.owners.push_back(expressions_.parse_path("the name of a task"));
  while (context_.accept(TokenKind::kComma));
  return memory;
}

ThreadDeclaration DeclarationParser::parse_thread() {
  ThreadDeclaration thread;
  thread.name = context_.expect_name("the name of a thread");
  thread.replicas = parse_replicas();
  if (context_.at(TokenKind::kLeftParenthesis)) {
    thread.parameters = expressions_.parse_parameter_names();
  }
  while (context_.at(TokenKind::kIdentifier)) {
    const SourceRange range = context_.range();
    if (context_.accept_word("cpu")) {
      if (thread.cpu) report_repeated("cpu", range);
      thread.cpu = expressions_.parse();
    } else if (context_.accept_word("on_spawn")) {
      if (thread.on_spawn) report_repeated("on_spawn", range);
      thread.on_spawn = range;
    } else if (context_.accept_word("background")) {
      if (thread.background) report_repeated("background", range);
      thread.background = range;
    } else {
      break;
    }
  }
  if (!context_.failed() && !context_.at(TokenKind::kLeftBrace) &&
      !context_.at(TokenKind::kNewline)) {
    constexpr auto kWords = std::to_array<std::string_view>({"cpu", "on_spawn", "background"});
    constexpr auto kAll = std::to_array<std::string_view>({"cpu", "on_spawn", "background", "{"});
    context_.expected(DiagnosticCode::unexpected_token, kAll, kWords);
  }
  thread.body = statements_.parse_block();
  return thread;
}

std::optional<Declaration::Node> DeclarationParser::parse_inject() {
  context_.advance();
  InjectDeclaration inject;
  if (context_.accept_word("kill")) {
    InjectKill kill;
    kill.target = expressions_.parse_path("the name of a task");
    if (context_.accept_word("at")) kill.at = expressions_.parse();
    inject.node = std::move(kill);
  } else if (context_.accept_word("spurious_wakeup")) {
    inject.node = InjectSpuriousWakeup{expressions_.parse_path("the name of a task")};
  } else if (context_.accept_word("spurious_interrupt")) {
    InjectSpuriousInterrupt interrupt;
    interrupt.device = expressions_.parse_path("the name of a device");
    if (context_.accept_word("at")) interrupt.at = expressions_.parse();
    inject.node = std::move(interrupt);
  } else if (context_.accept_word("exhaust")) {
    InjectExhaust exhaust;
    exhaust.limit = context_.expect_name("the name of a limit");
    context_.expect_word("of");
    exhaust.task = expressions_.parse_path("the name of a task");
    inject.node = std::move(exhaust);
  } else {
    constexpr auto kAll = std::to_array<std::string_view>(
        {"kill", "spurious_wakeup", "spurious_interrupt", "exhaust"});
    context_.expected(DiagnosticCode::unknown_word, kAll, kAll);
  }
  return inject;
}

std::optional<Declaration::Node> DeclarationParser::parse_schedule() {
  context_.advance();
  ScheduleDeclaration schedule;
  const SourceRange opened = context_.open(TokenKind::kLeftBrace);
  schedule.text_range = context_.range();
  if (context_.at(TokenKind::kRawText)) {
    for (const std::string_view line : split(context_.text(context_.token()), '\n')) {
      const std::string_view trimmed = trim(line);
      if (!trimmed.empty()) schedule.lines.emplace_back(trimmed);
    }
    context_.advance();
  }
  if (context_.at(TokenKind::kEndOfFile)) {
    report_unclosed_block(context_, opened);
  } else {
    context_.close(TokenKind::kRightBrace, opened);
  }
  return schedule;
}

}  // namespace ipcsim::scenario
