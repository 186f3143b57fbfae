// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/code_builder.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <variant>

namespace ipcsim::scenario {

void CodeBuilder::begin_frame(std::uint32_t variables) {
  next_ = variables;
  most_ = variables;
  kept_ = false;
  overflowed_ = variables > kMaximumRegisters;
}

Register CodeBuilder::allocate(std::uint32_t count) {
  const std::uint32_t first = next_;
  if (count > kMaximumRegisters || first + count > kMaximumRegisters) {
    overflowed_ = true;
    return 0;
  }
  next_ += count;
  most_ = std::max(most_, next_);
  return static_cast<Register>(first);
}

std::uint32_t CodeBuilder::emit(Opcode opcode, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  if (a > kMost || b > kMost || c > kMost) overflowed_ = true;
  program_.code.push_back({opcode, static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b),
                           static_cast<std::uint16_t>(c)});
  program_.lines.push_back(line_);
  return here() - 1;
}

std::uint32_t CodeBuilder::emit_number(Opcode opcode, std::uint32_t a, std::int64_t number) {
  const std::uint32_t index = emit(opcode, a);
  program_.code[index].set_number(static_cast<std::int32_t>(number));
  return index;
}

std::uint32_t CodeBuilder::emit_jump_to(std::uint32_t target) {
  return emit_number(Opcode::k_jump, 0, std::int64_t{target} - std::int64_t{here()});
}

void CodeBuilder::patch(std::uint32_t jump, std::uint32_t target) {
  const std::int64_t distance = std::int64_t{target} - std::int64_t{jump};
  program_.code[jump].set_number(static_cast<std::int32_t>(distance));
}

void CodeBuilder::load(Register target, const Value& value) {
  if (!value.is_set()) {
    emit(Opcode::k_load_unset, target);
    return;
  }
  const std::int64_t number = value.integer();
  const bool is_small = number >= std::numeric_limits<std::int32_t>::min() &&
                        number <= std::numeric_limits<std::int32_t>::max();
  if (value.is(ValueKind::kInteger) && is_small) {
    emit_number(Opcode::k_load_integer, target, number);
    return;
  }
  const auto next = static_cast<std::uint32_t>(program_.constants.size());
  const auto [entry, is_new] = constants_.try_emplace({value.kind(), number}, next);
  if (is_new) program_.constants.push_back(value);
  emit_number(Opcode::k_load_constant, target, entry->second);
}

void CodeBuilder::load_bytes(Register target, std::string_view bytes) {
  const auto known = texts_.find(bytes);
  std::uint32_t index = 0;
  if (known != texts_.end()) {
    index = known->second;
  } else {
    index = static_cast<std::uint32_t>(program_.constants.size());
    const std::string& text = program_.texts.emplace_back(bytes);
    program_.constants.push_back(
        Value::bytes(std::as_bytes(std::span(text)), Value::Storage::kConstant));
    texts_.emplace(text, index);
  }
  emit_number(Opcode::k_load_constant, target, index);
}

Value CodeBuilder::value_of(const ConstantValue& constant) {
  if (const auto* number = std::get_if<std::int64_t>(&constant)) return Value::integer(*number);
  if (const auto* truth = std::get_if<bool>(&constant)) return Value::boolean(*truth);
  if (const auto* task = std::get_if<kernel::TaskId>(&constant)) return Value::task(*task);
  if (const auto* device = std::get_if<kernel::DeviceId>(&constant)) {
    return Value::integer(device->value());
  }
  if (const auto* word = std::get_if<Word>(&constant)) {
    // Of all words only the scopes are values; the checker lets no other be used as one.
    return scenario::value_of(word->text == "full_task" ? kernel::Scope::kFullTask
                                                        : kernel::Scope::kThreadLocal);
  }
  const std::string& text = program_.texts.emplace_back(std::get<std::string>(constant));
  return Value::bytes(std::as_bytes(std::span(text)), Value::Storage::kConstant);
}

void CodeBuilder::move(Register target, Register source) {
  if (target != source) emit(Opcode::k_move, target, source);
}

void CodeBuilder::judge(std::uint32_t instruction, std::string text,
                        std::vector<Judgement::Term> terms) {
  program_.judgements.push_back({instruction, std::move(text), std::move(terms)});
}

}  // namespace ipcsim::scenario
