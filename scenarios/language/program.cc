// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/program.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace ipcsim::scenario {

std::string_view name_of(Opcode opcode) {
  switch (opcode) {
#define OPCODE(name, meaning) \
  case Opcode::k_##name:      \
    return #name;
#include "scenarios/language/opcodes.def"
#undef OPCODE
  }
  return "";
}

const Judgement* judgement_of(const Program& program, std::uint32_t instruction) {
  const auto place =
      std::ranges::lower_bound(program.judgements, instruction, {}, &Judgement::instruction);
  const bool is_there = place != program.judgements.end() && place->instruction == instruction;
  return is_there ? &*place : nullptr;
}

std::string place_of(const Program& program, std::uint32_t instruction) {
  const trace::SourceLine line = program.lines[instruction];
  if (line.line == 0) return "";
  return fmt::format("{}:{}", program.files[line.file], static_cast<unsigned>(line.line));
}

std::string listing(const Program& program) {
  std::string text;
  for (std::uint32_t index = 0; index < program.code.size(); ++index) {
    for (const Routine& routine : program.routines) {
      if (routine.entry == index) fmt::format_to(std::back_inserter(text), "{}:\n", routine.name);
    }
    const Instruction& code = program.code[index];
    fmt::format_to(std::back_inserter(text), "{:5} {} {} {} {}\n", index, name_of(code.opcode),
                   code.a, code.b, code.c);
  }
  return text;
}

}  // namespace ipcsim::scenario
