// SPDX-License-Identifier: BSD-2-Clause
#include "tests/support/tree_text.h"

#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/language/precedence.h"

namespace ipcsim::scenario {

namespace {

// A list in parentheses grows by add(); a part that is absent is `-`.
class Writer {
 public:
  std::string take() { return std::move(text_); }

  void open(std::string_view word) {
    if (!text_.empty() && text_.back() != '\n' && text_.back() != '(') text_ += ' ';
    text_ += '(';
    text_ += word;
  }
  void close() { text_ += ')'; }
  void add(std::string_view word) {
    if (!text_.empty() && text_.back() != '\n') text_ += ' ';
    text_ += word;
  }
  void end_line() { text_ += '\n'; }

  void add(const Name& name) { add(name.text); }
  void add(const std::optional<Name>& name) { add(name ? std::string_view(name->text) : "-"); }
  void add(const QualifiedName& name) {
    add(name.module ? name.module->text + "." + name.name.text : name.name.text);
  }
  void add(const ExpressionPtr& expression) {
    if (expression) {
      add(*expression);
    } else {
      add("-");
    }
  }
  void add(const std::vector<ExpressionPtr>& expressions) {
    for (const ExpressionPtr& expression : expressions) add(expression);
  }
  void add(const RangeBounds& bounds) {
    open("range");
    add(bounds.first);
    add(bounds.last);
    close();
  }
  void add(const std::vector<Name>& names) {
    open("names");
    for (const Name& name : names) add(name);
    close();
  }
  void add(const std::optional<Replicas>& replicas) {
    if (!replicas) return;
    open("replicas");
    add(replicas->variable);
    add(replicas->bounds);
    close();
  }

  void add(std::string_view word, const std::vector<Comment>& comments);
  void add(const SurroundingsPtr& surroundings);
  void add(JudgedUnder judged) {
    if (judged == JudgedUnder::kRun) add("by_run");
  }
  void add(const Expression& expression);
  void add(const Action& action);
  void add(const Block& block);
  void add(const Statement& statement);
  void add(const TaskBody& body);
  void add(const FileName& file);
  void add(const MachineCost& cost);
  void add(const MachineDevice& device);
  void add(const Declaration& declaration);

 private:
  std::string text_;
};

void Writer::add(std::string_view word, const std::vector<Comment>& comments) {
  for (const Comment& comment : comments) {
    open(word);
    add(comment.kind == CommentKind::kDocumentation ? "documentation" : "plain");
    if (comment.spacing == Spacing::kBlankLine) add("apart");
    add("[" + comment.text + "]");
    close();
  }
}

void Writer::add(const SurroundingsPtr& surroundings) {
  if (!surroundings) return;
  add("before", surroundings->before);
  if (surroundings->spacing == Spacing::kBlankLine) add("apart");
  add("behind", surroundings->behind);
}

struct ExpressionWriter {
  Writer& out;

  void operator()(const ErrorExpression&) { out.open("error"); }
  void operator()(const IntegerLiteral& node) {
    out.open("integer");
    out.add(node.spelling);
    out.add(std::to_string(node.value));
  }
  void operator()(const UnitExpression& node) {
    out.open(word_of(node.unit));
    out.add(node.operand);
  }
  void operator()(const BytesLiteral& node) {
    out.open("bytes");
    out.add(node.spelling);
    out.add(std::to_string(node.value.size()));
  }
  void operator()(const BooleanLiteral& node) { out.open(node.value ? "true" : "false"); }
  void operator()(const TableLiteral&) { out.open("table"); }
  void operator()(const NameExpression& node) {
    out.open("name");
    out.add(node.name);
  }
  void operator()(const MemberExpression& node) {
    out.open("member");
    out.add(node.object);
    out.add(node.member);
  }
  void operator()(const IndexExpression& node) {
    out.open("index");
    out.add(node.object);
    out.add(node.index);
  }
  void operator()(const AllReplicasExpression& node) {
    out.open("all_replicas");
    out.add(node.object);
  }
  void operator()(const CallExpression& node) {
    out.open("call");
    out.add(node.callee);
    out.add(node.arguments);
  }
  void operator()(const UnaryExpression& node) {
    out.open(node.operation == UnaryOperator::kNot ? "not" : "negate");
    out.add(node.operand);
  }
  void operator()(const BinaryExpression& node) {
    out.open(spelling_of(describe(node.operation).token));
    out.add(node.left);
    out.add(node.right);
  }
  void operator()(const IsExpression& node) {
    out.open("is");
    out.add(node.operand);
    out.add(node.kind);
  }
  void operator()(const EndedCondition& node) {
    out.open("ended");
    out.add(node.subject);
    out.add(word_of(node.reason));
  }
  void operator()(const PassedCondition& node) {
    out.open("passed");
    out.add(node.subject);
    out.add(node.mark);
  }
  void operator()(const QuantifiedCondition& node) {
    out.open(node.quantifier == Quantifier::kAll   ? "all"
             : node.quantifier == Quantifier::kAny ? "any"
                                                   : "count");
    out.add(node.condition);
  }
};

void Writer::add(const Expression& expression) {
  if (expression.parenthesised) open("parenthesised");
  std::visit(ExpressionWriter{*this}, expression.node);
  close();
  if (expression.parenthesised) close();
}

void Writer::add(const Action& action) {
  open("action");
  if (action.errors == ErrorHandling::kReceived) add("try");
  add(action.value);
  if (action.timeout) {
    add("timeout");
    add(action.timeout);
  }
  if (const auto* fails = std::get_if<FailsClause>(&action.outcome)) {
    add("fails");
    add(fails->error);
  } else if (const auto* kind = std::get_if<ExpectKindClause>(&action.outcome)) {
    add("expect");
    add(kind->kind);
  } else if (const auto* value = std::get_if<ExpectValueClause>(&action.outcome)) {
    add("expect_equal");
    add(value->value);
  }
  if (action.within) {
    add("within");
    add(action.within);
    add(action.within_judged);
  }
  close();
}

void Writer::add(const Block& block) {
  open("block");
  add("opening", block.opening);
  for (const Statement& statement : block.statements) add(statement);
  add("closing", block.closing);
  close();
}

struct StatementWriter {
  Writer& out;

  void operator()(const LetStatement& node) {
    out.open(node.mutability == Mutability::kLet ? "let" : "var");
    out.add(node.name);
    out.add(node.action);
  }
  void operator()(const AssignStatement& node) {
    out.open(node.assignment == Assignment::kSet ? "set" : "add");
    out.add(node.place);
    out.add(node.action);
  }
  void operator()(const CallStatement& node) {
    out.open("do");
    out.add(node.action);
  }
  void operator()(const DeleteStatement& node) { one("delete", node.place); }
  void operator()(const IfStatement& node) {
    out.open("if");
    for (const IfBranch& branch : node.branches) {
      out.add(branch.condition);
      out.add(branch.body);
    }
    if (node.otherwise) {
      out.add("else");
      out.add(*node.otherwise);
    }
  }
  void operator()(const WhileStatement& node) {
    one("while", node.condition);
    out.add(node.body);
  }
  void operator()(const LoopStatement& node) {
    out.open("loop");
    out.add(node.body);
  }
  void operator()(const ForRangeStatement& node) {
    out.open("for");
    out.add(node.variable);
    out.add(node.bounds);
    out.add(node.body);
  }
  void operator()(const ForTableStatement& node) {
    out.open("for_each");
    out.add(node.variable);
    out.add(node.table);
    out.add(node.body);
  }
  void operator()(const MatchStatement& node) {
    one("match", node.subject);
    out.add("opening", node.opening);
    for (const MatchArm& arm : node.arms) {
      out.open("arm");
      out.add(arm.surroundings);
      out.add(arm.kind);
      out.add(arm.binding);
      out.add(arm.body);
      out.close();
    }
    out.add("closing", node.closing);
  }
  void operator()(const BreakStatement&) { out.open("break"); }
  void operator()(const ContinueStatement&) { out.open("continue"); }
  void operator()(const ReturnStatement& node) { one("return", node.value); }
  void operator()(const ExpectStatement& node) {
    one("expect", node.condition);
    out.add(node.judged);
  }
  void operator()(const MarkStatement& node) {
    out.open("mark");
    out.add(node.mark);
  }
  void operator()(const AwaitStatement& node) { one("await", node.condition); }
  void operator()(const ComputeStatement& node) { one("compute", node.duration); }
  void operator()(const SleepStatement& node) { one("sleep", node.duration); }
  void operator()(const YieldStatement&) { out.open("yield"); }

  void one(std::string_view word, const ExpressionPtr& expression) {
    out.open(word);
    out.add(expression);
  }
};

void Writer::add(const Statement& statement) {
  std::visit(StatementWriter{*this}, statement.node);
  add(statement.surroundings);
  close();
}

void Writer::add(const TaskBody& body) {
  open("body");
  add("opening", body.opening);
  for (const MemoryDeclaration& memory : body.memories) {
    open("memory");
    add(memory.name);
    add(memory.size);
    if (memory.empty) add("empty");
    add(memory.surroundings);
    close();
  }
  for (const ThreadDeclaration& thread : body.threads) {
    open("thread");
    add(thread.name);
    add(thread.replicas);
    add(thread.parameters);
    add(thread.cpu);
    if (thread.on_spawn) add("on_spawn");
    if (thread.background) add("background");
    add(thread.body);
    add(thread.surroundings);
    close();
  }
  add("closing", body.closing);
  close();
}

void Writer::add(const FileName& file) {
  add(file.spelling);
  add("[" + file.path + "]");
}

void Writer::add(const MachineCost& cost) {
  open("cost");
  std::visit([this](const auto& model) { add(model); }, cost.model);
  add("opening", cost.opening);
  if (cost.settings) {
    open("settings");
    for (const CostSetting& setting : *cost.settings) {
      open(setting.key.text);
      add(setting.value);
      add(setting.surroundings);
      close();
    }
    close();
  }
  add("closing", cost.closing);
}

void Writer::add(const MachineDevice& device) {
  open("device");
  add(device.name);
  add(word_of(device.kind));
  if (device.irq) {
    add(device.irq->pin);
    add(word_of(device.irq->trigger));
  }
  add("opening", device.opening);
  if (device.clauses) {
    open("clauses");
    for (const DeviceClause& clause : *device.clauses) {
      open(word_of(clause.kind));
      std::visit([this](const auto& value) { add(value); }, clause.value);
      add(clause.surroundings);
      close();
    }
    close();
  }
  add("closing", device.closing);
}

struct DeclarationWriter {
  Writer& out;

  void operator()(const ImportDeclaration& node) {
    out.open("import");
    out.add(node.file);
    out.add(node.module);
  }
  void operator()(const ParamDeclaration& node) {
    out.open("param");
    out.add(node.name);
    out.add(node.value);
    if (const auto* range = std::get_if<RangeBounds>(&node.allowed)) out.add(*range);
    if (const auto* set = std::get_if<std::vector<ExpressionPtr>>(&node.allowed)) {
      out.add("set");
      out.add(*set);
    }
  }
  void operator()(const ConstDeclaration& node) {
    out.open("const");
    out.add(node.name);
    out.add(node.value);
  }
  void operator()(const MachineDeclaration& node) {
    out.open("machine");
    out.add("opening", node.opening);
    for (const MachineItem& item : node.items) {
      if (const auto* setting = std::get_if<MachineSetting>(&item.node)) {
        out.open("setting");
        out.add(std::to_string(static_cast<int>(setting->key)));
        out.add(setting->value);
      } else if (const auto* device = std::get_if<MachineDevice>(&item.node)) {
        out.add(*device);
      } else {
        out.add(std::get<MachineCost>(item.node));
      }
      out.add(item.surroundings);
      out.close();
    }
    out.add("closing", node.closing);
  }
  void operator()(const PolicyDeclaration& node) {
    out.open("policy");
    out.add("opening", node.opening);
    for (const PolicyItem& item : node.items) {
      if (const auto* policy = std::get_if<PolicySetting>(&item.node)) {
        out.open("set");
        out.add(policy->policy);
        out.add(policy->value);
      } else if (const auto* limit = std::get_if<LimitSetting>(&item.node)) {
        out.open("limit");
        out.add(limit->limit);
        out.add(limit->value);
      } else {
        out.open("defect");
        out.add(std::get<DefectSetting>(item.node).defect);
      }
      out.add(item.surroundings);
      out.close();
    }
    out.add("closing", node.closing);
  }
  void operator()(const TaskDeclaration& node) {
    out.open("task");
    out.add(node.name);
    out.add(node.replicas);
    out.add(node.uid);
    if (node.privileged) out.add("privileged");
    if (node.background) out.add("background");
    if (const auto* body = std::get_if<TaskBody>(&node.body)) {
      out.add(*body);
    } else {
      const auto& use = std::get<TemplateUse>(node.body);
      out.open("use");
      out.add(use.name);
      out.add(use.arguments);
      out.close();
    }
  }
  void operator()(const TemplateDeclaration& node) {
    out.open("template");
    out.add(node.name);
    out.add(node.parameters);
    out.add(node.body);
  }
  void operator()(const ProcDeclaration& node) {
    out.open("proc");
    out.add(node.name);
    out.add(node.parameters);
    out.add(node.body);
  }
  void operator()(const MemoryDeclaration& node) {
    out.open("memory");
    out.add(node.name);
    out.add(node.size);
    if (node.empty) out.add("empty");
    out.add(node.owners);
  }
  void operator()(const InjectDeclaration& node) {
    if (const auto* kill = std::get_if<InjectKill>(&node.node)) {
      out.open("inject_kill");
      out.add(kill->target);
      out.add(kill->at);
    } else if (const auto* wakeup = std::get_if<InjectSpuriousWakeup>(&node.node)) {
      out.open("inject_spurious_wakeup");
      out.add(wakeup->task);
    } else if (const auto* interrupt = std::get_if<InjectSpuriousInterrupt>(&node.node)) {
      out.open("inject_spurious_interrupt");
      out.add(interrupt->device);
      out.add(interrupt->at);
    } else {
      const auto& exhaust = std::get<InjectExhaust>(node.node);
      out.open("inject_exhaust");
      out.add(exhaust.limit);
      out.add(exhaust.task);
    }
  }
  void operator()(const ScheduleDeclaration& node) {
    out.open("schedule");
    for (const std::string& line : node.lines) out.add("[" + line + "]");
  }
  void operator()(const RunExpectationDeclaration& node) {
    out.open("run_expectation");
    out.add(std::to_string(static_cast<int>(node.kind)));
    out.add(node.condition);
    out.add(node.within);
    out.add(node.judged);
  }
  void operator()(const ScheduleExpectationDeclaration& node) {
    out.open(node.kind == ScheduleExpectation::kExists ? "exists" : "forall");
    out.add(node.condition);
  }
  void operator()(const OutcomesDeclaration& node) {
    out.open("outcomes");
    out.add(node.observed);
    for (const OutcomeRow& row : node.rows) {
      out.open("row");
      out.add(row.values);
      out.close();
    }
  }
  void operator()(const AllowDeclaration& node) {
    out.open("allow");
    out.add(node.finding);
    out.add(node.task);
  }
  void operator()(const ExpectFindingDeclaration& node) {
    out.open("expect_finding");
    out.add(node.findings);
    out.add(node.threads);
    if (const auto* defect = std::get_if<WithDefect>(&node.with)) {
      out.add("with_defect");
      out.add(defect->defect);
    } else if (const auto* policy = std::get_if<WithPolicy>(&node.with)) {
      out.add("with_policy");
      out.add(policy->policy);
      out.add(policy->value);
    }
    out.add(std::to_string(static_cast<int>(node.verb)));
    out.add(node.within_runs);
    out.add(node.shrinks_to);
    if (node.window) out.add(*node.window);
  }
};

void Writer::add(const Declaration& declaration) {
  std::visit(DeclarationWriter{*this}, declaration.node);
  add(declaration.surroundings);
  close();
}

}  // namespace

std::string tree_text(const ScenarioFile& file) {
  Writer writer;
  writer.open("scenario");
  writer.add("before", file.version_surroundings.before);
  writer.add("behind", file.version_surroundings.behind);
  writer.add("documentation", file.documentation);
  writer.end_line();
  for (const Declaration& declaration : file.declarations) {
    writer.add(declaration);
    writer.end_line();
  }
  writer.add("closing", file.closing);
  writer.close();
  return writer.take();
}

std::string tree_text(const Statement& statement) {
  Writer writer;
  writer.add(statement);
  return writer.take();
}

std::string tree_text(const Expression& expression) {
  Writer writer;
  writer.add(expression);
  return writer.take();
}

}  // namespace ipcsim::scenario
