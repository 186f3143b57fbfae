// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/value_heap.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace ipcsim::scenario {

void ValueHeap::reset() {
  spaces_[0].reset();
  spaces_[1].reset();
  current_ = 0;
  collect_at_ = kCollectAtLeast;
  live_ = 0;
}

ValueHeap::NewBytes ValueHeap::make_bytes(std::size_t count) {
  SIM_CHECK(count <= kMaximumBytes, "a bytes value has a bounded length");
  void* const memory = current().allocate(sizeof(BytesHeader) + count, alignof(BytesHeader));
  ::new (memory) BytesHeader();
  const std::span<std::byte> room(static_cast<std::byte*>(memory) + sizeof(BytesHeader), count);
  return {room, Value::bytes(room, Value::Storage::kHeap)};
}

Value ValueHeap::make_bytes(std::span<const std::byte> content) {
  const NewBytes made = make_bytes(content.size());
  std::copy(content.begin(), content.end(), made.room.begin());
  return made.value;
}

Value ValueHeap::make_fault(const kernel::PageFault& fault) {
  return Value::fault(make_bytes(std::as_bytes(std::span(&fault, 1))).bytes());
}

Value ValueHeap::make_table() { return Value::table(*current().make<Table>()); }

bool ValueHeap::put(Table& table, const Value& key, const Value& value) {
  const std::uint32_t position = table.position_of(key);
  if (position < table.count_ && equal(table.entries_[position].key, key)) {
    table.entries_[position].value = value;
    return true;
  }
  if (table.count_ == Table::kMaximumEntries) return false;
  if (table.count_ == table.capacity_) {
    const std::uint32_t capacity = std::max<std::uint32_t>(4, table.capacity_ * 2);
    auto* const entries = static_cast<Table::Entry*>(
        current().allocate(capacity * sizeof(Table::Entry), alignof(Table::Entry)));
    std::uninitialized_copy_n(table.entries_, table.count_, entries);
    table.entries_ = entries;
    table.capacity_ = capacity;
  }
  ::new (table.entries_ + table.count_) Table::Entry();
  std::copy_backward(table.entries_ + position, table.entries_ + table.count_,
                     table.entries_ + table.count_ + 1);
  table.entries_[position] = {key, value};
  ++table.count_;
  return true;
}

Value ValueHeap::copy_of(const Value& value) {
  if (!value.is(ValueKind::kTable)) return value;
  const Value copy = make_table();
  for (const Table::Entry& entry : value.table().entries()) {
    put(copy.table(), entry.key, entry.value);
  }
  return copy;
}

void ValueHeap::begin_collection() { current_ = 1 - current_; }

void ValueHeap::keep(Value& value) {
  if (value.is(ValueKind::kBytes) && value.storage() == Value::Storage::kHeap) {
    value = Value::bytes(moved(value.bytes()), Value::Storage::kHeap);
  }
  if (value.is(ValueKind::kFault)) value = Value::fault(moved(value.bytes()));
  if (value.is(ValueKind::kTable)) keep_table(value);
}

// Where the content is in the new space.
std::span<const std::byte> ValueHeap::moved(std::span<const std::byte> content) {
  auto* const header = std::launder(
      reinterpret_cast<BytesHeader*>(const_cast<std::byte*>(content.data()) - sizeof(BytesHeader)));
  if (header->moved_to == nullptr) header->moved_to = make_bytes(content).bytes().data();
  return {header->moved_to, content.size()};
}

void ValueHeap::keep_table(Value& value) {
  Table& old = value.table();
  if (old.moved_to_ == nullptr) {
    const Value copy = make_table();
    Table& table = copy.table();
    if (old.count_ != 0) {
      table.entries_ = static_cast<Table::Entry*>(
          current().allocate(old.capacity_ * sizeof(Table::Entry), alignof(Table::Entry)));
      std::uninitialized_copy_n(old.entries_, old.count_, table.entries_);
      table.count_ = old.count_;
      // Its room to grow stays, or the next entry would move the table again.
      table.capacity_ = old.capacity_;
    }
    for (Table::Entry& entry : std::span(table.entries_, table.count_)) keep(entry.value);
    old.moved_to_ = &table;
  }
  value = Value::table(*old.moved_to_);
}

void ValueHeap::end_collection(std::size_t variables) {
  spaces_[1 - current_].reset();
  live_ = current().used();
  collect_at_ = std::max(kCollectAtLeast, 2 * (live_ + variables * sizeof(Value)));
}

}  // namespace ipcsim::scenario
