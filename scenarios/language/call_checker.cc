// SPDX-License-Identifier: BSD-2-Clause
// Who is called with what; the clauses behind a call are in clause_checker.cc.
#include "scenarios/language/call_checker.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "scenarios/language/call_table.h"
#include "scenarios/language/file_names.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/kinds.h"
#include "scenarios/language/suggestion.h"
#include "scenarios/language/value_heap.h"

namespace ipcsim::scenario {

namespace {

constexpr std::string_view kScopeWords[] = {"full_task", "thread_local"};

// The line says itself that the call may fail.
bool may_fail(const Action* action) {
  return action != nullptr && (action->errors == ErrorHandling::kReceived ||
                               std::holds_alternative<FailsClause>(action->outcome));
}

std::string ordinal(std::size_t index) {
  constexpr std::string_view kWords[] = {"first", "second", "third", "fourth"};
  return index < std::size(kWords) ? std::string(kWords[index]) : fmt::format("{}th", index + 1);
}

}  // namespace

CheckedCall CallChecker::check(const Expression& whole, const CallExpression& call, Place place,
                               const Action* action) {
  const std::string_view name = call.callee.name.text;
  if (name.empty()) {  // the parser has said so
    check_values(call, place);
    return {StaticKind::kPoisoned, CalledUnknown{}};
  }
  if (!call.callee.module) {
    if (const auto function = find_system_call(name)) {
      if (!admits(whole, name, place)) return {StaticKind::kPoisoned, *function};
      return system_call(whole, *function, call, action);
    }
    if (const auto function = find_built_in(name)) return built_in(whole, *function, call, place);
  }
  const SymbolIndex symbol = resolve_qualified(state_, context_.module, call.callee);
  if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kProc) {
    return unknown(call, symbol, place);
  }
  if (!admits(whole, name, place)) return {StaticKind::kPoisoned, CalledUnknown{}};
  return proc(whole, state_.symbols[symbol].index, call, place);
}

// Judging a condition must not change anything.
bool CallChecker::admits(const Expression& whole, std::string_view name, Place place) {
  if (place.calling == Calling::kAnything) return true;
  state_.diagnostics.report(
      DiagnosticCode::call_in_condition, whole.range,
      fmt::format("`{}` cannot be called here: looking must change nothing", name));
  return false;
}

CheckedCall CallChecker::unknown(const CallExpression& call, SymbolIndex found, Place place) {
  if (found.valid() || call.callee.module) {
    report_not_a(state_, context_.module, call.callee, found, SymbolKind::kProc);
  } else {
    std::vector<std::string_view> legal = callable_names();
    for (const std::string_view proc : state_.symbols.names(
             context_.module,
             [](const Symbol& symbol) { return symbol.kind == SymbolKind::kProc; })) {
      legal.push_back(proc);
    }
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_call, call.callee.name.range,
                   "there is no call, function or proc", call.callee.name.text, legal);
  }
  check_values(call, place);
  return {StaticKind::kPoisoned, CalledUnknown{}};
}

void CallChecker::check_values(const CallExpression& call, Place place) {
  for (const ExpressionPtr& argument : call.arguments) expressions_.check(*argument, place);
}

CheckedCall CallChecker::system_call(const Expression& whole, kernel::SystemCall function,
                                     const CallExpression& call, const Action* action) {
  if (function == kernel::SystemCall::spawn) return spawn(whole, call);
  const CallSignature& signature = signature_of(function);
  context_.resolutions.set(whole, function);
  const std::size_t found = call.arguments.size();
  const bool too_many = found > signature.count && signature.more == MoreArguments::kNoMore;
  if (found < signature.required || too_many) {
    report_argument_count(state_.diagnostics, whole.range, signature, found);
    check_values(call, kCode);
    return {StaticValue(signature.gives), function};
  }
  CheckedCall result{StaticValue(signature.gives), function};
  if (signature.gives == StaticKind::kDescriptor) result.value.scope = kernel::Scope::kThreadLocal;
  for (std::size_t index = 0; index < found; ++index) {
    const Expression& expression = *call.arguments[index];
    const ArgumentKind kind = signature.kind_of(index);
    const std::string what = fmt::format("the {} argument of `{}`", ordinal(index), signature.name);
    const StaticValue value = argument(expression, kind, what, kCode);
    if (kind == ArgumentKind::kScope) result.value.scope = value.scope;
    if (kind == ArgumentKind::kBytes) judge_write(expression, value, action);
    if (function == kernel::SystemCall::block_uid || function == kernel::SystemCall::unblock_uid) {
      judge_uid(expression, value, action);
    }
    note_use(expression, function);
  }
  if (function == kernel::SystemCall::new_port) result.value.origin = Origin::kNewPort;
  if (function == kernel::SystemCall::read) result.value.length = kernel::kBufferBytes;
  if (function == kernel::SystemCall::connect) note_connect(*call.arguments.front());
  if (function == kernel::SystemCall::poll || function == kernel::SystemCall::poll_all) {
    note_poll(whole, call, action);
  }
  return result;
}

StaticValue CallChecker::argument(const Expression& expression, ArgumentKind kind,
                                  std::string_view what, Place place) {
  switch (kind) {
    case ArgumentKind::kInteger:
      return expressions_.require(expression, place, StaticKind::kInteger, what);
    case ArgumentKind::kBytes:
      return expressions_.require(expression, place, StaticKind::kBytes, what);
    case ArgumentKind::kTask:
      return expressions_.require(expression, place, StaticKind::kTask, what);
    case ArgumentKind::kDescriptor:
      return expressions_.require(expression, place, StaticKind::kDescriptor, what);
    case ArgumentKind::kScope:
      return scope_argument(expression);
    case ArgumentKind::kAccess:
      return access_argument(expression);
    case ArgumentKind::kDevice:
      return device_argument(expression);
    case ArgumentKind::kPollable: {
      const StaticValue value = expressions_.value(expression, place);
      if (value.can_be(StaticKind::kDescriptor) || value.is(StaticKind::kTable)) return value;
      return expressions_.mismatch(expression.range, what, StaticKind::kDescriptor, value);
    }
    case ArgumentKind::kThread:
    case ArgumentKind::kAny:
      break;
  }
  return expressions_.value(expression, place);
}

// The word that stands for a scope: itself, or what a parameter holds. Empty when it is no word.
std::string CallChecker::word_of(const Expression& expression) {
  const auto* name = expression.as<NameExpression>();
  if (name != nullptr) {
    const std::string& word = name->name.text;
    if (word == kScopeWords[0] || word == kScopeWords[1]) return word;
    const auto binding =
        context_.scope == nullptr ? std::nullopt : context_.scope->find_binding(word);
    if (binding) {
      const auto& held = context_.scope->binding(*binding).word;
      return held ? held->text : std::string();
    }
    const SymbolIndex symbol = state_.symbols.find(context_.module, word);
    const SymbolKind kind = symbol.valid() ? state_.symbols[symbol].kind : SymbolKind::kTask;
    if (kind != SymbolKind::kParam && kind != SymbolKind::kConst) return {};
  } else if (expression.as<MemberExpression>() == nullptr ||
             !expressions_.names_module(*expression.as<MemberExpression>()->object)) {
    return {};
  }
  const auto value = context_.constants.evaluate(expression, {context_.module, {}});
  const auto* held = value ? std::get_if<Word>(&*value) : nullptr;
  return held == nullptr ? std::string() : held->text;
}

StaticValue CallChecker::scope_argument(const Expression& expression) {
  const std::string word = word_of(expression);
  if (word == kScopeWords[0] || word == kScopeWords[1]) {
    const auto scope =
        word == kScopeWords[0] ? kernel::Scope::kFullTask : kernel::Scope::kThreadLocal;
    context_.resolutions.set(expression, scope);
    StaticValue value(StaticKind::kKernelWord);
    value.scope = scope;
    return value;
  }
  const auto* name = expression.as<NameExpression>();
  const auto binding = name == nullptr || context_.scope == nullptr
                           ? std::nullopt
                           : context_.scope->find_binding(name->name.text);
  // A template that is not used: anything may be given to it.
  if (binding && context_.scope->binding(*binding).value.poisoned()) return StaticKind::kPoisoned;
  Diagnostic& diagnostic = state_.diagnostics.report(
      DiagnosticCode::expected_scope, expression.range, "expected `full_task` or `thread_local`");
  if (name != nullptr) diagnostic.with_help(suggestion(name->name.text, kScopeWords));
  return StaticKind::kPoisoned;
}

StaticValue CallChecker::access_argument(const Expression& expression) {
  const auto* name = expression.as<NameExpression>();
  if (const auto access = name == nullptr ? std::nullopt : find_access(name->name.text)) {
    context_.resolutions.set(expression, *access);
    return StaticKind::kAccessWord;
  }
  if (expression.as<MemberExpression>() != nullptr) {  // of a page fault, `f.access`
    const StaticValue value = expressions_.check(expression, kCode);
    if (value.is(StaticKind::kAccessWord) || value.poisoned()) return value;
  }
  Diagnostic& diagnostic = state_.diagnostics.report(
      DiagnosticCode::expected_access, expression.range, "expected `read` or `write`");
  if (name != nullptr) diagnostic.with_help(suggestion(name->name.text, access_words()));
  return StaticKind::kPoisoned;
}

StaticValue CallChecker::device_argument(const Expression& expression) {
  if (const auto device = expressions_.device_of(expression)) {
    context_.resolutions.set(expression, DeviceUse{*device});
    return StaticKind::kDevice;
  }
  const StaticValue found = expressions_.check(expression, kCode);
  if (found.poisoned()) return found;
  Diagnostic& diagnostic =
      state_.diagnostics.report(DiagnosticCode::expected_device, expression.range,
                                fmt::format("expected a device, this is {}", describe(found.kind)));
  const auto devices = state_.symbols.names(
      context_.module, [](const Symbol& symbol) { return symbol.kind == SymbolKind::kDevice; });
  if (devices.empty()) diagnostic.with_help("`machine { device NAME: source … }` declares one");
  return StaticKind::kPoisoned;
}

CheckedCall CallChecker::spawn(const Expression& whole, const CallExpression& call) {
  context_.resolutions.set(whole, kernel::SystemCall::spawn);
  const CheckedCall result{StaticKind::kInteger, kernel::SystemCall::spawn};
  const auto* name =
      call.arguments.empty() ? nullptr : call.arguments.front()->as<NameExpression>();
  for (std::size_t index = name == nullptr ? 0 : 1; index < call.arguments.size(); ++index) {
    const StaticValue value = expressions_.value(*call.arguments[index], kCode);
    if (value.scope != kernel::Scope::kThreadLocal) continue;
    state_.diagnostics
        .report(DiagnosticCode::thread_local_to_spawn, call.arguments[index]->range,
                "a thread-local descriptor means nothing on another thread")
        .with_help("make the end `full_task` to use it on several threads");
  }
  if (name == nullptr) {
    state_.diagnostics.report(DiagnosticCode::wrong_argument_count, whole.range,
                              "`spawn` takes the name of a thread of this task first");
    return result;
  }
  if (!context_.shape) {
    state_.diagnostics
        .report(DiagnosticCode::unknown_thread, name->name.range,
                "a proc belongs to no task, so it has no threads to spawn")
        .with_help("`spawn` in the body of a thread");
    return result;
  }
  TaskShape& shape = state_.shapes[*context_.shape];
  const auto family = shape.families.find(name->name.text);
  if (family == shape.families.end()) {
    std::vector<std::string_view> legal;
    for (const ThreadDeclaration& thread : shape.body->threads) {
      if (thread.on_spawn) legal.push_back(thread.name.text);
    }
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_thread, name->name.range,
                   fmt::format("`{}` has no thread", shape.name), name->name.text, legal);
    return result;
  }
  const ThreadDeclaration& thread = shape.body->threads[family->second];
  shape.spawned.insert(family->second);
  context_.resolutions.set(*call.arguments.front(), ThreadUse{family->second});
  if (!thread.on_spawn) {
    state_.diagnostics
        .report(DiagnosticCode::thread_form, name->name.range,
                fmt::format("`{}` starts with its task and cannot be spawned", thread.name.text))
        .with_secondary(thread.name.range, "declared here without `on_spawn`");
  } else if (call.arguments.size() - 1 != thread.parameters.size()) {
    const std::size_t found = call.arguments.size() - 1;
    state_.diagnostics
        .report(DiagnosticCode::wrong_argument_count, whole.range,
                fmt::format("thread `{}` takes {} argument{}, here {} {}", thread.name.text,
                            thread.parameters.size(), thread.parameters.size() == 1 ? "" : "s",
                            found == 1 ? "is" : "are", found))
        .with_secondary(thread.name.range, "declared here");
  }
  return result;
}

CheckedCall CallChecker::built_in(const Expression& whole, BuiltIn function,
                                  const CallExpression& call, Place place) {
  const CallSignature& signature = signature_of(function);
  if (takes_time(function) && !admits(whole, signature.name, place)) {
    return {StaticKind::kPoisoned, function};
  }
  if (function == BuiltIn::descriptor) state_.forges_descriptors = true;
  context_.resolutions.set(whole, function);
  CheckedCall result{StaticValue(signature.gives), function};
  if (call.arguments.size() != signature.count) {
    report_argument_count(state_.diagnostics, whole.range, signature, call.arguments.size());
    check_values(call, place);
    return result;
  }
  StaticValue last;
  bool poisoned = false;
  for (std::size_t index = 0; index < signature.count; ++index) {
    last = argument(*call.arguments[index], signature.kind_of(index),
                    fmt::format("the {} argument of `{}`", ordinal(index), signature.name), place);
    poisoned = poisoned || last.poisoned();
  }
  if (poisoned) return {StaticKind::kPoisoned, function};
  const std::size_t width = width_of(function);
  if (signature.gives == StaticKind::kBytes && width != 0) result.value.length = width;
  if (!last.integer) return result;
  const std::int64_t number = *last.integer;
  const SourceRange range = call.arguments.back()->range;
  if (function == BuiltIn::part && number >= 0) {
    result.value.length = static_cast<std::size_t>(number);
  } else if (function == BuiltIn::random && number < 1) {
    state_.diagnostics.report(DiagnosticCode::out_of_range, range,
                              fmt::format("there is no number below {} to choose", number));
  } else if (function == BuiltIn::load) {
    judge_load(range, number);
    result.value.length = static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
  } else if ((signature.gives == StaticKind::kBytes || signature.gives == StaticKind::kNothing) &&
             width != 0 && !fits_bytes(number, static_cast<unsigned>(width))) {
    state_.diagnostics.report(
        DiagnosticCode::arithmetic, range,
        fmt::format("{} does not fit into {} byte{}", number, width, width == 1 ? "" : "s"));
  }
  return result;
}

CheckedCall CallChecker::proc(const Expression& whole, std::uint32_t index,
                              const CallExpression& call, Place place) {
  const ProcState& callee = state_.procs[index];
  context_.resolutions.set(whole, ProcCall{callee.body});
  for (const ExpressionPtr& argument : call.arguments) expressions_.value(*argument, place);
  const std::size_t expected = callee.declaration->parameters.size();
  const std::size_t found = call.arguments.size();
  if (expected != found) {
    state_.diagnostics
        .report(
            DiagnosticCode::wrong_argument_count, whole.range,
            fmt::format("proc `{}` takes {} argument{}, here {} {}", callee.declaration->name.text,
                        expected, expected == 1 ? "" : "s", found == 1 ? "is" : "are", found))
        .with_secondary(callee.declaration->name.range, "declared here");
  }
  return {callee.result, CalledProc{index}};
}

void CallChecker::judge_write(const Expression& bytes, const StaticValue& value,
                              const Action* action) {
  if (!value.length || *value.length <= kernel::kBufferBytes || may_fail(action)) return;
  state_.diagnostics
      .report(DiagnosticCode::write_too_long, bytes.range,
              fmt::format("these are {} bytes, and a connection's buffer holds {}", *value.length,
                          kernel::kBufferBytes))
      .with_help("`fails too_long` behind the call says that this is meant");
}

void CallChecker::judge_load(SourceRange range, std::int64_t count) {
  if (count >= 0 && count <= static_cast<std::int64_t>(ValueHeap::kMaximumBytes)) return;
  state_.diagnostics.report(DiagnosticCode::out_of_range, range,
                            fmt::format("a load gives 0 to {} bytes, here it would be {}",
                                        ValueHeap::kMaximumBytes, count));
}

void CallChecker::judge_uid(const Expression& uid, const StaticValue& value, const Action* action) {
  if (!value.integer || may_fail(action)) return;
  if (*value.integer >= 0 && *value.integer <= kernel::kMaximumUid) return;
  state_.diagnostics
      .report(DiagnosticCode::out_of_range, uid.range,
              fmt::format("a uid is 0 to {}, this is {}", kernel::kMaximumUid, *value.integer))
      .with_help("`fails bad_argument` behind the call says that this is meant");
}

// What is done with a variable that holds a port.
void CallChecker::note_use(const Expression& argument, kernel::SystemCall function) {
  const auto* name = argument.as<NameExpression>();
  const Variable* variable = name == nullptr || context_.scope == nullptr
                                 ? nullptr
                                 : context_.scope->find(name->name.text);
  if (variable == nullptr) return;
  if (function == kernel::SystemCall::poll) ++variable->declared->polls;
  if (function == kernel::SystemCall::push_to_listen_queue) ++variable->declared->pushes;
  if (function == kernel::SystemCall::close) ++variable->declared->closes;
}

void CallChecker::note_connect(const Expression& task) {
  if (context_.shape) {
    state_.connecting.insert(*context_.shape);
  } else {
    state_.procs_connect = true;
  }
  const auto* use = context_.resolutions.find_as<TaskUse>(task);
  const auto* binding = context_.resolutions.find_as<BindingUse>(task);
  if (use != nullptr) {
    state_.connected_to.insert(use->group);
  } else if (binding != nullptr && context_.scope->binding(binding->binding).group.valid()) {
    state_.connected_to.insert(context_.scope->binding(binding->binding).group);
  } else {
    state_.connects_to_any = true;
  }
}

// A poll of ports alone, that waits without end and whose failing is not meant.
void CallChecker::note_poll(const Expression& whole, const CallExpression& call,
                            const Action* action) {
  if (!context_.shape || may_fail(action)) return;
  if (action != nullptr && action->timeout) return;
  SilentPoll poll{whole.range, *context_.shape, &context_.scope->outline(), {}};
  for (const ExpressionPtr& argument : call.arguments) {
    const auto* name = argument->as<NameExpression>();
    const Variable* variable = name == nullptr ? nullptr : context_.scope->find(name->name.text);
    if (variable == nullptr || variable->value.origin != Origin::kNewPort) return;
    poll.ports.push_back(variable->range);
  }
  state_.silent_polls.push_back(std::move(poll));
}

}  // namespace ipcsim::scenario
