// SPDX-License-Identifier: BSD-2-Clause
// InterruptBitmap: one bit for each of the 256 vectors, as IRR, ISR and TMR are (SDM vol. 3A
// 10.8.4).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ipcsim::machine {

class InterruptBitmap {
 public:
  bool test(std::uint8_t vector) const { return (words_[vector / 64] & bit(vector)) != 0; }
  void set(std::uint8_t vector) { words_[vector / 64] |= bit(vector); }
  void clear(std::uint8_t vector) { words_[vector / 64] &= ~bit(vector); }
  void assign(std::uint8_t vector, bool value) { value ? set(vector) : clear(vector); }

  std::optional<std::uint8_t> highest() const {
    for (std::size_t word = words_.size(); word-- > 0;) {
      if (words_[word] == 0) continue;
      return static_cast<std::uint8_t>(word * 64 + 63 -
                                       static_cast<std::size_t>(std::countl_zero(words_[word])));
    }
    return std::nullopt;
  }

  // The bits of 32 vectors, as one register shows them: part 0 has vectors 0 to 31.
  std::uint32_t part(unsigned number) const {
    return static_cast<std::uint32_t>(words_[number / 2] >> (number % 2 * 32));
  }

  friend bool operator==(const InterruptBitmap&, const InterruptBitmap&) = default;

 private:
  static constexpr std::uint64_t bit(std::uint8_t vector) {
    return std::uint64_t{1} << (vector % 64);
  }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace ipcsim::machine
