// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/constants.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scenarios/language/check_limits.h"
#include "scenarios/language/constant_evaluator.h"
#include "scenarios/language/integer_operations.h"
#include "scenarios/language/source_limits.h"
#include "scenarios/language/suggestion.h"
#include "scenarios/language/units.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {

namespace {

// Constants that stand before those they are made of are evaluated on the way, in each other. It
// bounds the stack; in file order there is no bound.
constexpr std::uint32_t kMaximumDepth = 16;

const Expression* clock_setting(const Modules& modules) {
  for (const Declaration& declaration : modules[Modules::kMain].tree.declarations) {
    const auto* machine = declaration.as<MachineDeclaration>();
    if (machine == nullptr) continue;
    for (const MachineItem& item : machine->items) {
      const auto* setting = std::get_if<MachineSetting>(&item.node);
      if (setting != nullptr && setting->key == MachineKey::kClock) return setting->value.get();
    }
  }
  return nullptr;
}

}  // namespace

void Constants::evaluate_all(const Overrides& overrides) {
  entries_.resize(state_.symbols.count());
  resolve_overrides(overrides);
  for (std::uint32_t index = 0; index < state_.symbols.count(); ++index) {
    const SymbolKind kind = state_.symbols[SymbolIndex(index)].kind;
    const bool has_value =
        kind == SymbolKind::kParam || kind == SymbolKind::kConst || kind == SymbolKind::kMemory;
    if (has_value) value_of(SymbolIndex(index));
  }
  clock();
}

void Constants::resolve_overrides(const Overrides& overrides) {
  const Symbols& symbols = state_.symbols;
  for (const auto& [name, text] : overrides.parameters) {
    const std::size_t dot = name.find('.');
    SymbolIndex index = symbols.find(Modules::kMain, name.substr(0, dot));
    if (dot != std::string::npos && index.valid() && symbols[index].kind == SymbolKind::kModule) {
      index = symbols.find_in(symbols[index].imported, std::string_view(name).substr(dot + 1));
    }
    if (index.valid() && symbols[index].kind == SymbolKind::kParam) {
      overrides_.insert_or_assign(index, text);
      state_.symbols.mark_used(index);
      continue;
    }
    if (index.valid()) {
      state_.diagnostics
          .report(DiagnosticCode::unknown_parameter, {},
                  fmt::format("`-P {}={}`: `{}` is {}, no param", name, text, name,
                              describe(symbols[index].kind)))
          .with_secondary(symbols[index].range, "declared here");
      continue;
    }
    const auto params = symbols.names(
        Modules::kMain, [](const Symbol& symbol) { return symbol.kind == SymbolKind::kParam; });
    report_unknown(state_.diagnostics, DiagnosticCode::unknown_parameter, {},
                   fmt::format("`-P {}={}`: there is no param", name, text), name, params);
  }
}

std::optional<ConstantValue> Constants::value_of(SymbolIndex symbol) {
  Entry& entry = entries_[symbol.value()];
  if (entry.progress == Progress::kDone) return entry.value;
  const Symbol& declared = state_.symbols[symbol];
  if (entry.progress == Progress::kRunning) {
    state_.diagnostics.report(DiagnosticCode::constant_cycle, declared.range,
                              fmt::format("the value of `{}` depends on itself", declared.name));
    return std::nullopt;
  }
  if (depth_ >= kMaximumDepth) {
    entry.progress = Progress::kDone;
    if (std::exchange(too_deep_, true)) return std::nullopt;
    state_.diagnostics
        .report(
            DiagnosticCode::constant_too_deep, declared.range,
            fmt::format("`{}` stands before too many constants that it is made of", declared.name))
        .with_help("declare a constant behind those it is made of");
    return std::nullopt;
  }
  entry.progress = Progress::kRunning;
  ++depth_;
  std::optional<ConstantValue> value = compute(symbol);
  --depth_;
  entry = {Progress::kDone, std::move(value)};
  return entry.value;
}

std::optional<ConstantValue> Constants::compute(SymbolIndex symbol) {
  const Symbol& declared = state_.symbols[symbol];
  const ConstantPlace place{declared.module, {}};
  if (const auto* constant = declared.declaration->as<ConstDeclaration>()) {
    return evaluate(*constant->value, place);
  }
  if (const auto* memory = declared.declaration->as<MemoryDeclaration>()) {
    const auto pages = memory_pages(*memory, place);
    if (!pages) return std::nullopt;
    return static_cast<std::int64_t>(place_memory(*pages));
  }
  const auto* param = declared.declaration->as<ParamDeclaration>();
  SIM_CHECK(param != nullptr, "only params and consts have values");
  return compute_param(symbol, *param);
}

std::optional<std::uint64_t> Constants::memory_pages(const MemoryDeclaration& memory,
                                                     const ConstantPlace& place) {
  const auto size =
      integer(*memory.size, place, "the size of memory in bytes", {kPageBytes, kMaximumMemory});
  if (!size) return std::nullopt;
  if (*size % kPageBytes == 0) return static_cast<std::uint64_t>(*size / kPageBytes);
  state_.diagnostics
      .report(DiagnosticCode::out_of_range, memory.size->range,
              fmt::format("memory is whole pages of {} bytes, this is {} bytes", kPageBytes, *size))
      .with_help("say how many pages: `1 page`");
  return std::nullopt;
}

std::uint64_t Constants::place_memory(std::uint64_t pages) {
  const std::uint64_t address = next_address_;
  next_address_ += (pages + 1) * kPageBytes;
  return address;
}

std::optional<ConstantValue> Constants::compute_param(SymbolIndex symbol,
                                                      const ParamDeclaration& param) {
  const ConstantPlace place{state_.symbols[symbol].module, {}};
  const auto usual = evaluate(*param.value, place);
  if (!usual) return std::nullopt;
  judge(symbol, param, *usual, param.value->range);
  const auto value = overridden(symbol, param, *usual);
  // Of imported files the digest says what is usual.
  if (value && (state_.is_main(place.module) || overrides_.contains(symbol))) {
    const std::string name = state_.modules[place.module].prefix + param.name.text;
    state_.result.parameters.emplace_back(name, *value);
  }
  return value;
}

std::optional<ConstantValue> Constants::overridden(SymbolIndex symbol,
                                                   const ParamDeclaration& param,
                                                   const ConstantValue& usual) {
  const auto entry = overrides_.find(symbol);
  if (entry == overrides_.end()) return usual;
  const std::string& text = entry->second;
  auto value = constant_from_text(text, clock());
  // Bytes need no quotes there.
  const bool quoted = value && std::holds_alternative<std::string>(*value);
  if (std::holds_alternative<std::string>(usual) && !quoted) value = text;
  const bool known_word = value && (!std::holds_alternative<Word>(*value) ||
                                    is_kernel_word(std::get<Word>(*value).text));
  if (!value || value->index() != usual.index() || !known_word) {
    const StaticKind kind = static_value(usual).kind;
    Diagnostic& diagnostic = state_.diagnostics.report(
        DiagnosticCode::parameter_value, {},
        fmt::format("`-P {}={}`: expected {}", param.name.text, text, describe(kind)));
    diagnostic.with_secondary(param.name.range, "declared here");
    if (kind == StaticKind::kKernelWord) diagnostic.with_help(suggestion(text, kernel_words()));
    return std::nullopt;
  }
  judge(symbol, param, *value, {});
  return value;
}

// Without a place the value came from the command line.
void Constants::judge(SymbolIndex symbol, const ParamDeclaration& param, const ConstantValue& value,
                      SourceRange range) {
  const ConstantPlace place{state_.symbols[symbol].module, {}};
  const auto* bytes = std::get_if<std::string>(&value);
  if (bytes != nullptr && bytes->size() > kMaximumParamBytes) {
    state_.diagnostics.report(DiagnosticCode::parameter_value, range,
                              fmt::format("`{}` has {} bytes, and a param has at most {}",
                                          param.name.text, bytes->size(), kMaximumParamBytes));
    return;
  }
  std::string allowed;
  if (const auto* bounds = std::get_if<RangeBounds>(&param.allowed)) {
    const auto first = integer(*bounds->first, place, "the least value");
    const auto last = integer(*bounds->last, place, "the greatest value");
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!first || !last) return;
    if (*first > *last) {
      report_empty_range(state_.diagnostics, *bounds, *first, *last);
      return;
    }
    if (number != nullptr && *number >= *first && *number <= *last) return;
    allowed = fmt::format("{}..{}", *first, *last);
  } else if (const auto* set = std::get_if<std::vector<ExpressionPtr>>(&param.allowed)) {
    for (const ExpressionPtr& member : *set) {
      const auto one = evaluate(*member, place);
      if (!one || *one == value) return;
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", text_of(*one));
    }
    allowed = fmt::format("{{{}}}", allowed);
  } else {
    return;
  }
  if (range.has_place()) {
    state_.diagnostics.report(
        DiagnosticCode::parameter_value, range,
        fmt::format("`{}` is {}, which is not in {}", param.name.text, text_of(value), allowed));
    return;
  }
  state_.diagnostics
      .report(DiagnosticCode::parameter_value, range,
              fmt::format("`-P {}={}`: the value is not in {}", param.name.text,
                          overrides_.at(symbol), allowed))
      .with_secondary(param.name.range, "declared here");
}

std::optional<ConstantValue> Constants::evaluate(const Expression& expression,
                                                 const ConstantPlace& place) {
  return ConstantEvaluator(state_, *this, place).evaluate(expression);
}

std::optional<std::int64_t> Constants::integer(const Expression& expression,
                                               const ConstantPlace& place, std::string_view what) {
  const auto value = evaluate(expression, place);
  if (!value) return std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(&*value)) return *number;
  state_.diagnostics.report(
      DiagnosticCode::wrong_kind, expression.range,
      fmt::format("{} is an integer, this is {}", what, describe(static_value(*value).kind)));
  return std::nullopt;
}

std::optional<std::int64_t> Constants::integer(const Expression& expression,
                                               const ConstantPlace& place, std::string_view what,
                                               IntegerBounds bounds) {
  const auto number = integer(expression, place, what);
  if (!number) return std::nullopt;
  if (*number >= bounds.least && *number <= bounds.greatest) return number;
  state_.diagnostics.report(
      DiagnosticCode::out_of_range, expression.range,
      fmt::format("{} is {} to {}, this is {}", what, bounds.least, bounds.greatest, *number));
  return std::nullopt;
}

std::int64_t Constants::clock() {
  if (clock_.progress == Progress::kDone) {
    return clock_.value ? std::get<std::int64_t>(*clock_.value) : 0;
  }
  const Expression* setting = clock_setting(state_.modules);
  if (clock_.progress == Progress::kRunning) {
    state_.diagnostics.report(DiagnosticCode::constant_cycle, setting->range,
                              "the clock depends on itself: it cannot be given by way of seconds");
    return 1;
  }
  clock_.progress = Progress::kRunning;
  std::optional<std::int64_t> value;
  if (setting != nullptr) {
    value = integer(*setting, {Modules::kMain, {}}, "the clock in MHz", {1, kMaximumClock});
    // After a mistake any clock will do: nothing that needs one should complain that there is none.
    if (!value) value = 1000;
  }
  clock_ = {Progress::kDone, std::nullopt};
  if (value) clock_.value = ConstantValue(*value);
  return value.value_or(0);
}

}  // namespace ipcsim::scenario
