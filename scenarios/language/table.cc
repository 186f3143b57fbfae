// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/table.h"

#include <algorithm>

namespace ipcsim::scenario {
namespace {

// Integers before descriptors, each by number.
bool before(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return left.is(ValueKind::kInteger);
  return left.is(ValueKind::kInteger) ? left.integer() < right.integer()
                                      : left.descriptor() < right.descriptor();
}

}  // namespace

std::uint32_t Table::position_of(const Value& key) const {
  const Entry* const place = std::lower_bound(
      entries_, entries_ + count_, key,
      [](const Entry& entry, const Value& wanted) { return before(entry.key, wanted); });
  return static_cast<std::uint32_t>(place - entries_);
}

const Value* Table::find(const Value& key) const {
  const std::uint32_t position = position_of(key);
  if (position == count_ || before(key, entries_[position].key)) return nullptr;
  return &entries_[position].value;
}

const Table::Entry* Table::after(const Value& key) const {
  std::uint32_t position = 0;
  if (key.is_set()) {
    position = position_of(key);
    if (position < count_ && !before(key, entries_[position].key)) ++position;
  }
  return position < count_ ? &entries_[position] : nullptr;
}

void Table::remove(const Value& key) {
  const std::uint32_t position = position_of(key);
  if (position == count_ || before(key, entries_[position].key)) return;
  std::copy(entries_ + position + 1, entries_ + count_, entries_ + position);
  --count_;
}

}  // namespace ipcsim::scenario
