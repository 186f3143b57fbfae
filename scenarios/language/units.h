// SPDX-License-Identifier: BSD-2-Clause
// Units: what `20_000cy`, `3us`, `1 page`, `4 KiB` are as integers.
#pragma once

#include <cstdint>
#include <optional>

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/expression.h"

namespace ipcsim::scenario {

inline constexpr std::int64_t kPageBytes = 4096;

constexpr bool is_host_time(Unit unit) {
  return unit == Unit::kNanoseconds || unit == Unit::kMicroseconds || unit == Unit::kMilliseconds;
}

// `value` of `unit`, in cycles or bytes; seconds need the machine's clock and are rounded towards
// zero. 0 MHz stands for a clock that is not set; the checker has seen to it that it is not needed.
constexpr Checked64 in_base_units(std::int64_t value, Unit unit, std::int64_t clock_mhz) {
  switch (unit) {
    case Unit::kCycles:
      return value;
    case Unit::kNanoseconds: {
      const Checked64 product = checked_multiply(value, clock_mhz);
      return product.ok() ? checked_divide(*product, 1000) : product;
    }
    case Unit::kMicroseconds:
      return checked_multiply(value, clock_mhz);
    case Unit::kMilliseconds: {
      const Checked64 product = checked_multiply(value, 1000);
      return product.ok() ? checked_multiply(*product, clock_mhz) : product;
    }
    case Unit::kPage:
      return checked_multiply(value, kPageBytes);
    case Unit::kKibibytes:
      return checked_multiply(value, 1024);
    case Unit::kMebibytes:
      return checked_multiply(value, std::int64_t{1024} * 1024);
  }
  return value;
}

}  // namespace ipcsim::scenario
