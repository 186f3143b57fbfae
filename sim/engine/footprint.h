// SPDX-License-Identifier: BSD-2-Clause
// Footprint: which objects one step reads and writes. Two steps whose footprints do not conflict
// commute (in untimed exploration): nobody can tell in which order they happened. That is all that
// partial-order reduction knows of a program.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace ipcsim::engine {

// An object by a number of its kind; the layer that owns the objects declares the kinds.
struct ObjectName {
  std::uint32_t kind = 0;
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(ObjectName, ObjectName) = default;
};
inline constexpr ObjectName kUnknownObject{~std::uint32_t{0}, ~std::uint32_t{0}};

enum class Access : std::uint8_t { kRead, kWrite };

class Footprint {
 public:
  struct Entry {
    ObjectName object;
    Access access = Access::kRead;
    friend constexpr auto operator<=>(const Entry&, const Entry&) = default;
  };

  // A write swallows a read of the same object.
  void add(ObjectName object, Access access);
  void clear() { entries_.clear(); }

  const std::vector<Entry>& entries() const { return entries_; }

  // Both touch one object, and at least one writes it.
  bool conflicts_with(const Footprint& other) const;

 private:
  std::vector<Entry> entries_;  // a step touches few objects: searched, not sorted
};

}  // namespace ipcsim::engine
