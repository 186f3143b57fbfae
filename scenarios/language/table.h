// SPDX-License-Identifier: BSD-2-Clause
// Table: what a variable made by `table` names. Keys are integers or descriptors; the entries stand
// in ascending order of their keys, integers before descriptors, and that is the order in which a
// table is walked and polled. A table holds no tables. Room is made by the ValueHeap, which owns
// every table.
#pragma once

#include <cstdint>
#include <span>

#include "scenarios/language/value.h"

namespace ipcsim::scenario {

class Table {
 public:
  static constexpr std::uint32_t kMaximumEntries = 65'536;

  struct Entry {
    Value key;
    Value value;
  };

  static bool is_key(const Value& value) {
    return value.is(ValueKind::kInteger) || value.is(ValueKind::kDescriptor);
  }

  std::span<const Entry> entries() const { return {entries_, count_}; }

  // Null when there is none.
  const Value* find(const Value& key) const;

  // The first entry whose key comes after `key`; with an unset `key`, the first of all. Null at the
  // end. So a walk goes on rightly when entries are added or removed under it.
  const Entry* after(const Value& key) const;

  // Does nothing when there is no such entry.
  void remove(const Value& key);

 private:
  friend class ValueHeap;

  std::uint32_t position_of(const Value& key) const;  // of the first entry not before `key`

  Entry* entries_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t capacity_ = 0;
  Table* moved_to_ = nullptr;  // while the heap is being collected
};

}  // namespace ipcsim::scenario
