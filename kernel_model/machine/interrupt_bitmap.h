// SPDX-License-Identifier: BSD-2-Clause
// InterruptBitmap: one bit for each of the 256 vectors; what IRR, ISR and TMR of a local APIC are.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ipcsim::machine {

class InterruptBitmap {
 public:
  static constexpr unsigned kVectors = 256;
  static constexpr unsigned kRegisters = 8;  // of 32 bits each, as software sees them

  bool test(std::uint8_t vector) const { return (words_[vector / 64U] >> (vector % 64U) & 1) != 0; }
  void set(std::uint8_t vector) { words_[vector / 64U] |= bit_of(vector); }
  void clear(std::uint8_t vector) { words_[vector / 64U] &= ~bit_of(vector); }
  bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }

  // The highest vector; 0 if there is none, as a local APIC takes it (vector 0 is never set there).
  std::uint8_t highest() const {
    for (unsigned word = 4; word-- > 0;) {
      if (words_[word] == 0) continue;
      const auto bit = static_cast<unsigned>(std::bit_width(words_[word])) - 1;
      return static_cast<std::uint8_t>(64 * word + bit);
    }
    return 0;
  }

  unsigned count() const {
    unsigned bits = 0;
    for (const std::uint64_t word : words_) bits += static_cast<unsigned>(std::popcount(word));
    return bits;
  }

  // Vectors 32 * number and the 31 behind it.
  std::uint32_t register_value(unsigned number) const {
    return static_cast<std::uint32_t>(words_[number / 2] >> (32 * (number % 2)));
  }

  friend bool operator==(const InterruptBitmap&, const InterruptBitmap&) = default;

 private:
  static constexpr std::uint64_t bit_of(std::uint8_t vector) {
    return std::uint64_t{1} << (vector % 64U);
  }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace ipcsim::machine
