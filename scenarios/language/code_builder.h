// SPDX-License-Identifier: BSD-2-Clause
// CodeBuilder: appends instructions to a Program, one routine after the other. It hands out the
// registers of the routine's frame: first its named variables, then temporaries as a stack.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/constant_value.h"
#include "scenarios/language/program.h"

namespace ipcsim::scenario {

constexpr Value value_of(kernel::PageAccess access) {
  return Value::kind_value(Value::code_of(access));
}
// A scope as an operand: 0 is thread_local.
constexpr Value value_of(kernel::Scope scope) {
  return Value::integer(scope == kernel::Scope::kThreadLocal ? 0 : 1);
}

class CodeBuilder {
 public:
  explicit CodeBuilder(Program& program) : program_(program) {}

  // A new frame, whose first registers are `variables` named ones.
  void begin_frame(std::uint32_t variables);
  std::uint32_t registers_used() const { return most_; }
  // The frame needs more registers than an instruction can name; what was emitted is of no use.
  bool overflowed() const { return overflowed_; }

  // `count` temporaries in a row. They live until release_to() of a mark taken before.
  Register allocate(std::uint32_t count = 1);
  std::uint32_t mark() const { return next_; }
  void release_to(std::uint32_t mark) {
    if (!kept_) next_ = mark;
  }
  // While kept, temporaries are not released, so that a report can show what was in them.
  void keep_temporaries(bool kept) { kept_ = kept; }

  void set_line(trace::SourceLine line) { line_ = line; }

  // Each gives the index of the instruction.
  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code.size()); }
  std::uint32_t emit(Opcode opcode, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0);
  std::uint32_t emit_number(Opcode opcode, std::uint32_t a, std::int64_t number);
  std::uint32_t emit_jump_to(std::uint32_t target);

  // Lets the jump at `jump` lead to `target`, or to what is emitted next.
  void patch(std::uint32_t jump, std::uint32_t target);
  void patch(std::uint32_t jump) { patch(jump, here()); }

  void load(Register target, const Value& value);
  void load_bytes(Register target, std::string_view bytes);
  Value value_of(const ConstantValue& constant);  // its bytes, if any, are kept by the program
  void move(Register target, Register source);

  // What reports say about the instruction.
  void judge(std::uint32_t instruction, std::string text, std::vector<Judgement::Term> terms = {});

 private:
  Program& program_;
  trace::SourceLine line_;
  std::uint32_t next_ = 0;
  std::uint32_t most_ = 0;
  bool kept_ = false;
  bool overflowed_ = false;
  // Constants that are there already, by kind and number; bytes by their text.
  std::map<std::pair<ValueKind, std::int64_t>, std::uint32_t> constants_;
  std::map<std::string, std::uint32_t, std::less<>> texts_;
};

// Temporaries of one expression or statement: released at the end of the scope.
class TemporaryScope {
 public:
  explicit TemporaryScope(CodeBuilder& code) : code_(code), mark_(code.mark()) {}
  ~TemporaryScope() { code_.release_to(mark_); }
  TemporaryScope(const TemporaryScope&) = delete;
  TemporaryScope& operator=(const TemporaryScope&) = delete;

 private:
  CodeBuilder& code_;
  std::uint32_t mark_;
};

}  // namespace ipcsim::scenario
