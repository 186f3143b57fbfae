// SPDX-License-Identifier: BSD-2-Clause
// Constants: the values of params and consts, and of every expression that must be known before
// anything runs. What has no value was reported, once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/language/check_state.h"
#include "scenarios/language/constant_value.h"
#include "scenarios/language/overrides.h"

namespace ipcsim::scenario {

// Names that mean something besides those of the file: replica variables, template parameters.
struct ConstantBindings {
  std::span<const std::string_view> names;
  std::span<const ConstantValue> values;
};

// Where an expression stands.
struct ConstantPlace {
  ModuleIndex module;
  ConstantBindings bindings;
};

inline constexpr ConstantPlace kMainFile{Modules::kMain, {}};

struct IntegerBounds {
  std::int64_t least;
  std::int64_t greatest;
};

class Constants {
 public:
  explicit Constants(CheckState& state) : state_(state) {}

  // Evaluates every param and const of every file; `-P` is judged here.
  void evaluate_all(const Overrides& overrides);

  // The value of a param or const; nothing after a mistake.
  std::optional<ConstantValue> value_of(SymbolIndex symbol);

  std::optional<ConstantValue> evaluate(const Expression& expression, const ConstantPlace& place);
  // `what` names the thing in messages: "the number of CPUs".
  std::optional<std::int64_t> integer(const Expression& expression, const ConstantPlace& place,
                                      std::string_view what);
  std::optional<std::int64_t> integer(const Expression& expression, const ConstantPlace& place,
                                      std::string_view what, IntegerBounds bounds);

  // How many pages memory has; nothing after a mistake.
  std::optional<std::uint64_t> memory_pages(const MemoryDeclaration& memory,
                                            const ConstantPlace& place);
  // The address of so many pages: each declared memory has one of its own, whoever it belongs to,
  // and a page behind it that is never mapped.
  std::uint64_t place_memory(std::uint64_t pages);

  // MHz; 0 when the machine has none.
  std::int64_t clock();

 private:
  enum class Progress : std::uint8_t { kUntouched, kRunning, kDone };
  struct Entry {
    Progress progress = Progress::kUntouched;
    std::optional<ConstantValue> value;
  };

  void resolve_overrides(const Overrides& overrides);
  std::optional<ConstantValue> compute(SymbolIndex symbol);
  std::optional<ConstantValue> compute_param(SymbolIndex symbol, const ParamDeclaration& param);
  std::optional<ConstantValue> overridden(SymbolIndex symbol, const ParamDeclaration& param,
                                          const ConstantValue& usual);
  void judge(SymbolIndex symbol, const ParamDeclaration& param, const ConstantValue& value,
             SourceRange range);

  CheckState& state_;
  std::vector<Entry> entries_;                    // by symbol
  std::map<SymbolIndex, std::string> overrides_;  // the text behind `-P name=`
  Entry clock_;
  std::uint64_t next_address_ = 0x1000'0000;
  std::uint32_t depth_ = 0;
  bool too_deep_ = false;  // was reported
};

// The value that a text on the command line stands for: 8, 0x10, 20_000cy, true, "text", shared.
std::optional<ConstantValue> constant_from_text(std::string_view text, std::int64_t clock_mhz);

// Whether some policy has this value, or it is a scope.
bool is_kernel_word(std::string_view word);
std::vector<std::string_view> kernel_words();

}  // namespace ipcsim::scenario
