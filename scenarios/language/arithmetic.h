// SPDX-License-Identifier: BSD-2-Clause
// Arithmetic of the language: signed 64-bit integers, checked. Shared by the checker, which folds
// constants, and by the interpreter, so that both mean the same. What has no result gives an
// ArithmeticError.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/result.h"

namespace ipcsim::scenario {

enum class ArithmeticError : std::uint8_t { kOverflow, kDivisionByZero, kShiftOutOfRange };

// "the result does not fit into 64 bits", ...
constexpr std::string_view describe(ArithmeticError error) {
  switch (error) {
    case ArithmeticError::kOverflow:
      return "the result does not fit into 64 bits";
    case ArithmeticError::kDivisionByZero:
      return "division by zero";
    case ArithmeticError::kShiftOutOfRange:
      return "a shift is by 0 to 63 bits";
  }
  return "";
}

using Checked64 = Result<std::int64_t, ArithmeticError>;

constexpr Checked64 checked_add(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(left, right, &result)) return Failure(ArithmeticError::kOverflow);
  return result;
}

constexpr Checked64 checked_subtract(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(left, right, &result)) return Failure(ArithmeticError::kOverflow);
  return result;
}

constexpr Checked64 checked_multiply(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(left, right, &result)) return Failure(ArithmeticError::kOverflow);
  return result;
}

constexpr Checked64 checked_negate(std::int64_t value) { return checked_subtract(0, value); }

// Rounds towards zero.
constexpr Checked64 checked_divide(std::int64_t left, std::int64_t right) {
  if (right == 0) return Failure(ArithmeticError::kDivisionByZero);
  if (right == -1) return checked_negate(left);
  return left / right;
}

// Has the sign of `left`: left == left / right * right + left % right.
constexpr Checked64 checked_remainder(std::int64_t left, std::int64_t right) {
  if (right == 0) return Failure(ArithmeticError::kDivisionByZero);
  if (right == -1) return 0;
  return left % right;
}

constexpr bool is_shift(std::int64_t bits) { return bits >= 0 && bits <= 63; }

// Bits that leave the 64 are dropped, as those of a mask.
constexpr Checked64 checked_shift_left(std::int64_t value, std::int64_t bits) {
  if (!is_shift(bits)) return Failure(ArithmeticError::kShiftOutOfRange);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << bits);
}

// Keeps the sign.
constexpr Checked64 checked_shift_right(std::int64_t value, std::int64_t bits) {
  if (!is_shift(bits)) return Failure(ArithmeticError::kShiftOutOfRange);
  return value >> bits;
}

// Whether `value` can be written in `bytes` bytes, as a signed or as an unsigned number.
constexpr bool fits_bytes(std::int64_t value, unsigned bytes) {
  if (bytes >= 8) return true;
  const std::int64_t bits = static_cast<std::int64_t>(bytes) * 8;
  return value >= -(std::int64_t{1} << (bits - 1)) && value < std::int64_t{1} << bits;
}

}  // namespace ipcsim::scenario
