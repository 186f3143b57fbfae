// SPDX-License-Identifier: BSD-2-Clause
// StrongId<Tag>: an integer name that cannot be mixed up with another kind of name (a CPU is not a
// thread). An id is an index into the table that owns the thing; `none()` names nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace ipcsim {

template <class Tag, class Rep = std::uint32_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}

  static constexpr StrongId none() { return StrongId(); }

  constexpr Rep value() const { return value_; }
  constexpr bool valid() const { return value_ != kNone; }

  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  static constexpr Rep kNone = std::numeric_limits<Rep>::max();
  Rep value_ = kNone;
};

}  // namespace ipcsim
