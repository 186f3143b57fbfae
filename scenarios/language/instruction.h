// SPDX-License-Identifier: BSD-2-Clause
// Instruction: 8 bytes of compiled scenario. It works on the registers of the running frame; what
// each does is said in opcodes.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipcsim::scenario {

enum class Opcode : std::uint16_t {
#define OPCODE(name, meaning) k_##name,
#include "scenarios/language/opcodes.def"
#undef OPCODE
};

std::string_view name_of(Opcode opcode);

using Register = std::uint16_t;
inline constexpr std::size_t kMaximumRegisters = 60'000;  // of one frame

struct Instruction {
  Opcode opcode = Opcode::k_jump;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;

  // The number in b and c together.
  constexpr std::int32_t number() const {
    return static_cast<std::int32_t>(std::uint32_t{b} | std::uint32_t{c} << 16);
  }
  constexpr std::uint32_t index() const { return static_cast<std::uint32_t>(number()); }
  constexpr void set_number(std::int32_t number) {
    b = static_cast<std::uint16_t>(number);
    c = static_cast<std::uint16_t>(static_cast<std::uint32_t>(number) >> 16);
  }
};
static_assert(sizeof(Instruction) == 8);

// How a thread or task ended, as an operand: any end counts for kAny.
enum class EndedBy : std::uint8_t { kAny, kExit, kKill, kUnhandledFault };

}  // namespace ipcsim::scenario
