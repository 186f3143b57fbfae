// SPDX-License-Identifier: BSD-2-Clause
// Names, fields and conditions; the operators are in operator_checker.cc.
#include "scenarios/language/expression_checker.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/call_checker.h"
#include "scenarios/language/file_names.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/kinds.h"
#include "scenarios/language/suggestion.h"

namespace ipcsim::scenario {

namespace {

struct FieldWord {
  std::string_view word;
  Field field;
  StaticKind kind;
  std::optional<kernel::EventKind> only_of;
};

constexpr auto kEventFields = std::to_array<FieldWord>(
    {{"kind", Field::kKind, StaticKind::kKindWord, {}},
     {"fd", Field::kFd, StaticKind::kDescriptor, {}},
     {"task", Field::kTask, StaticKind::kTask, kernel::EventKind::kOpened},
     {"uid", Field::kUid, StaticKind::kInteger, kernel::EventKind::kOpened},
     {"sequence", Field::kSequence, StaticKind::kInteger, kernel::EventKind::kSignaled}});

constexpr auto kFaultFields =
    std::to_array<FieldWord>({{"record", Field::kRecord, StaticKind::kInteger, {}},
                              {"task", Field::kTask, StaticKind::kTask, {}},
                              {"tid", Field::kTid, StaticKind::kInteger, {}},
                              {"address", Field::kAddress, StaticKind::kInteger, {}},
                              {"page", Field::kPage, StaticKind::kInteger, {}},
                              {"access", Field::kAccess, StaticKind::kAccessWord, {}},
                              {"code", Field::kCode, StaticKind::kInteger, {}}});

// Those that a value has, as far as is known.
std::vector<FieldWord> fields_of(const StaticValue& object) {
  std::vector<FieldWord> fields;
  if (object.can_be(StaticKind::kEvent)) {
    fields.assign(kEventFields.begin(), kEventFields.end());
  }
  if (object.can_be(StaticKind::kFault)) {
    fields.insert(fields.end(), kFaultFields.begin(), kFaultFields.end());
  }
  return fields;
}

std::string hint_for(StaticKind expected, StaticKind found) {
  if (expected == StaticKind::kDescriptor && found == StaticKind::kInteger) {
    return "`descriptor(n)` is the descriptor with the number n";
  }
  if (expected == StaticKind::kDescriptor && found == StaticKind::kEvent) {
    return "`.fd` is the descriptor that the event is about";
  }
  if (expected == StaticKind::kInteger && found == StaticKind::kDescriptor) {
    return "`number(fd)` is the number of a descriptor";
  }
  if (expected == StaticKind::kBytes && found == StaticKind::kInteger) {
    return "`le64(n)` makes eight bytes of a number";
  }
  if (expected == StaticKind::kInteger && found == StaticKind::kBytes) {
    return "`get64(b, 0)` is the number in the first eight bytes";
  }
  return {};
}

}  // namespace

StaticValue ExpressionChecker::check(const Expression& expression, Place place) {
  const Expression* outer = std::exchange(current_, &expression);
  const Place outer_place = std::exchange(place_, place);
  const StaticValue value = std::visit(*this, expression.node);
  current_ = outer;
  place_ = outer_place;
  return value;
}

StaticValue ExpressionChecker::value(const Expression& expression, Place place) {
  const StaticValue found = check(expression, place);
  if (found.is_value()) return found;
  Diagnostic& diagnostic = state_.diagnostics.report(
      DiagnosticCode::no_value, expression.range,
      found.is(StaticKind::kNothing) ? std::string("this call gives no value")
                                     : fmt::format("this is {}, no value", describe(found.kind)));
  if (found.is(StaticKind::kKindWord)) {
    diagnostic.with_help("kinds are tested: `e is closed`, `match e { closed { } }`");
  } else if (found.is(StaticKind::kAccessWord)) {
    diagnostic.with_help("accesses are compared, `f.access == write`, or given to `map`");
  }
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::mismatch(SourceRange range, std::string_view what,
                                        StaticKind expected, const StaticValue& found) {
  state_.diagnostics
      .report(DiagnosticCode::wrong_kind, range,
              fmt::format("{} is {}, this is {}", what, describe(expected), describe(found.kind)))
      .with_help(hint_for(expected, found.kind));
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::require(const Expression& expression, Place place, StaticKind kind,
                                       std::string_view what) {
  const StaticValue found = value(expression, place);
  if (found.can_be(kind)) return found;
  return mismatch(expression.range, what, kind, found);
}

void ExpressionChecker::require_span(const Expression& expression, Place place,
                                     std::string_view what) {
  const StaticValue found = require(expression, place, StaticKind::kInteger, what);
  if (!found.integer || *found.integer >= 0) return;
  state_.diagnostics.report(DiagnosticCode::out_of_range, expression.range,
                            fmt::format("{} is not negative, this is {}", what, *found.integer));
}

StaticValue ExpressionChecker::require_condition(const Expression& expression, Place place) {
  return require(expression, place, StaticKind::kBoolean, "a condition");
}

void ExpressionChecker::note(Resolution resolution) {
  context_.resolutions.set(*current_, std::move(resolution));
}

StaticValue ExpressionChecker::operator()(const BooleanLiteral& node) {
  StaticValue value(StaticKind::kBoolean);
  value.truth = node.value;
  return value;
}

StaticValue ExpressionChecker::operator()(const NameExpression& node) {
  const std::string_view name = node.name.text;
  if (context_.scope != nullptr) {
    if (const Variable* variable = context_.scope->find(name)) {
      ++variable->declared->reads;
      note(LocalVariable{variable->declared->slot});
      return variable->value;
    }
    if (const auto binding = context_.scope->find_binding(name)) {
      const StaticBinding& bound = context_.scope->binding(*binding);
      if (!bound.word) note(BindingUse{*binding});
      return bound.value;
    }
  }
  const SymbolIndex symbol = state_.symbols.use(context_.module, name);
  if (symbol.valid()) return of_symbol(symbol, node.name);
  if (const auto kind = find_kind(name)) {
    note(KindUse{*kind});
    return StaticKind::kKindWord;
  }
  if (const auto access = find_access(name)) {
    note(*access);
    return StaticKind::kAccessWord;
  }
  if (name == "fault_queue") return terms_.fault_queue(*current_, place_);
  if (is_kernel_word(name)) return StaticKind::kKernelWord;
  return unknown_name(node.name);
}

StaticValue ExpressionChecker::unknown_name(const Name& name) {
  std::vector<std::string_view> legal;
  const std::pair<const SourceRange, DeclaredVariable>* elsewhere = nullptr;
  if (context_.scope != nullptr) {
    legal = context_.scope->names();
    elsewhere = context_.scope->elsewhere(name.text);
  }
  if (elsewhere == nullptr) {
    report_unknown_name(state_, context_.module, name.range, name.text, legal);
  } else if (elsewhere->first > name.range) {
    state_.diagnostics
        .report(DiagnosticCode::used_before_declaration, name.range,
                fmt::format("`{}` is used before its declaration", name.text))
        .with_secondary(elsewhere->first, "declared here");
  } else {
    state_.diagnostics
        .report(DiagnosticCode::unknown_name, name.range,
                fmt::format("there is no `{}` here", name.text))
        .with_secondary(elsewhere->first, "this one ended with its block");
  }
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::of_symbol(SymbolIndex index, const Name& name) {
  switch (state_.symbols[index].kind) {
    case SymbolKind::kParam:
    case SymbolKind::kConst:
    case SymbolKind::kMemory:
      return of_constant(index);
    case SymbolKind::kTask:
      return of_task(GroupIndex(state_.symbols[index].index), nullptr);
    case SymbolKind::kDevice:
      return StaticKind::kDevice;
    case SymbolKind::kTemplate:
    case SymbolKind::kProc:
    case SymbolKind::kModule:
      break;
  }
  report_unknown_name(state_, context_.module, name.range, name.text, {});
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::of_constant(SymbolIndex symbol) {
  const auto constant = context_.constants.value_of(symbol);
  if (!constant) return StaticKind::kPoisoned;
  const StaticValue known = static_value(*constant);
  note(*constant);
  return known;
}

StaticValue ExpressionChecker::of_task(GroupIndex group_index, const Expression* index) {
  const TaskGroup& group = state_.result.groups[group_index.value()];
  if (group.first.has_value() != (index != nullptr)) {
    report_replica_mismatch(state_.diagnostics, current_->range, group);
    return StaticKind::kPoisoned;
  }
  note(TaskUse{group_index, index});
  if (index == nullptr) return StaticKind::kTask;
  const StaticValue number =
      require(*index, place_, StaticKind::kInteger, "the number of a replica");
  if (number.poisoned()) return StaticKind::kPoisoned;
  const bool counted = state_.groups[group_index.value()].counted;
  if (number.integer && counted && !has_replica(group, *number.integer)) {
    report_no_replica(state_.diagnostics, index->range, group, *number.integer);
    return StaticKind::kPoisoned;
  }
  return StaticKind::kTask;
}

// `M.N`, `M.N[…]`.
StaticValue ExpressionChecker::of_module_member(const MemberExpression& node,
                                                const Expression* index) {
  const SymbolIndex module =
      state_.symbols.use(context_.module, node.object->as<NameExpression>()->name.text);
  const ModuleIndex imported = state_.symbols[module].imported;
  const SymbolIndex symbol = state_.symbols.find_in(imported, node.member.text);
  const SymbolKind kind = symbol.valid() ? state_.symbols[symbol].kind : SymbolKind::kModule;
  if (symbol.valid()) state_.symbols.mark_used(symbol);
  if (kind == SymbolKind::kTask) return of_task(GroupIndex(state_.symbols[symbol].index), index);
  if (index == nullptr &&
      (kind == SymbolKind::kParam || kind == SymbolKind::kConst || kind == SymbolKind::kMemory)) {
    return of_constant(symbol);
  }
  report_unknown_name(state_, imported, node.member.range, node.member.text, {});
  return StaticKind::kPoisoned;
}

std::optional<kernel::DeviceId> ExpressionChecker::device_of(const Expression& expression) {
  const auto* name = expression.as<NameExpression>();
  if (name == nullptr) return std::nullopt;
  if (context_.scope != nullptr) {
    if (context_.scope->find(name->name.text) != nullptr) return std::nullopt;
    if (const auto binding = context_.scope->find_binding(name->name.text)) {
      const kernel::DeviceId device = context_.scope->binding(*binding).device;
      return device.valid() ? std::optional(device) : std::nullopt;
    }
  }
  const SymbolIndex symbol = state_.symbols.find(context_.module, name->name.text);
  if (!symbol.valid() || state_.symbols[symbol].kind != SymbolKind::kDevice) return std::nullopt;
  state_.symbols.use(context_.module, name->name.text);
  return kernel::DeviceId(state_.symbols[symbol].index);
}

bool ExpressionChecker::names_module(const Expression& expression) const {
  const auto* name = expression.as<NameExpression>();
  if (name == nullptr) return false;
  if (context_.scope != nullptr && (context_.scope->find(name->name.text) != nullptr ||
                                    context_.scope->find_binding(name->name.text))) {
    return false;
  }
  const SymbolIndex symbol = state_.symbols.find(context_.module, name->name.text);
  return symbol.valid() && state_.symbols[symbol].kind == SymbolKind::kModule;
}

StaticValue ExpressionChecker::operator()(const MemberExpression& node) {
  if (const auto path = terms_.path_from_task(*current_)) {
    if (path->steps.size() > 1) return terms_.value_of(*current_, *path, place_);
  }
  if (names_module(*node.object)) return of_module_member(node, nullptr);
  if (const auto device = device_of(*node.object)) {
    return terms_.about_device(*current_, *device, node.member, place_);
  }
  return field(node);
}

StaticValue ExpressionChecker::field(const MemberExpression& node) {
  const StaticValue object = value(*node.object, place_);
  if (object.poisoned() || node.member.text.empty()) return StaticKind::kPoisoned;
  const std::vector<FieldWord> fields = fields_of(object);
  if (fields.empty()) {
    state_.diagnostics.report(DiagnosticCode::wrong_kind, node.object->range,
                              fmt::format("only an event or a page fault has `.{}`, this is {}",
                                          node.member.text, describe(object.kind)));
    return StaticKind::kPoisoned;
  }
  const auto named = std::find_if(fields.begin(), fields.end(), [&](const FieldWord& one) {
    return one.word == node.member.text;
  });
  if (named != fields.end()) {
    note(named->field);
    if (!object.event || !named->only_of || *object.event == *named->only_of) return named->kind;
    state_.diagnostics.report(
        DiagnosticCode::unknown_field, node.member.range,
        fmt::format("an event that is `{}` has no `.{}`, only one that is `{}`",
                    kernel::name_of(*object.event), named->word, kernel::name_of(*named->only_of)));
    return StaticKind::kPoisoned;
  }
  std::vector<std::string_view> legal;
  for (const FieldWord& one : fields) legal.push_back(one.word);
  report_unknown(state_.diagnostics, DiagnosticCode::unknown_field, node.member.range,
                 object.is(StaticKind::kFault) ? "a page fault has no" : "an event has no",
                 node.member.text, legal);
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::operator()(const IndexExpression& node) {
  if (const auto path = terms_.path_from_task(*current_)) {
    if (path->steps.size() > 1) return terms_.value_of(*current_, *path, place_);
    if (path->binding) {
      state_.diagnostics.report(DiagnosticCode::wrong_replica, current_->range,
                                "a template parameter stands for one task");
      return StaticKind::kPoisoned;
    }
    return of_task(path->group, node.index.get());
  }
  if (const auto* member = node.object->as<MemberExpression>();
      member != nullptr && names_module(*member->object)) {
    return of_module_member(*member, node.index.get());
  }
  const StaticValue table =
      require(*node.object, place_, StaticKind::kTable, "what stands before `[`");
  check_key(*node.index, place_);
  return table.poisoned() ? StaticKind::kPoisoned : StaticKind::kUnknown;
}

void ExpressionChecker::check_key(const Expression& key, Place place) {
  const StaticValue found = value(key, place);
  if (found.can_be(StaticKind::kInteger) || found.is(StaticKind::kDescriptor)) return;
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, key.range,
      fmt::format("the key of a table is an integer or a descriptor, this is {}",
                  describe(found.kind)));
}

StaticValue ExpressionChecker::operator()(const AllReplicasExpression&) {
  if (const auto path = terms_.path_from_task(*current_)) {
    if (path->steps.size() > 1) return terms_.value_of(*current_, *path, place_);
  }
  state_.diagnostics
      .report(DiagnosticCode::star_without_quantifier, current_->range,
              "`[*]` can only stand in the path of a condition")
      .with_help("as in `all client[*].main ended`");
  return StaticKind::kPoisoned;
}

StaticValue ExpressionChecker::operator()(const CallExpression& node) {
  return CallChecker(*this).check(*current_, node, place_, nullptr).value;
}

StaticValue ExpressionChecker::operator()(const EndedCondition& node) {
  return terms_.ended(*current_, *node.subject, node.reason, place_);
}

StaticValue ExpressionChecker::operator()(const PassedCondition& node) {
  return terms_.passed(*current_, *node.subject, node.mark, place_);
}

StaticValue ExpressionChecker::operator()(const QuantifiedCondition& node) {
  return terms_.quantified(*current_, node, place_);
}

}  // namespace ipcsim::scenario
