// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/table.h"

#include <vector>

#include <doctest/doctest.h>

#include "scenarios/language/value_heap.h"

namespace ipcsim::scenario {
namespace {

Value fd(std::int64_t number) { return Value::descriptor({number}); }

std::vector<std::int64_t> keys_of(const Table& table) {
  std::vector<std::int64_t> keys;
  for (const Table::Entry& entry : table.entries()) keys.push_back(entry.key.integer());
  return keys;
}

TEST_CASE("entries stand in ascending order, integers before descriptors") {
  ValueHeap heap;
  Table& table = heap.make_table().table();
  for (const std::int64_t key : {5, -3, 9, 0}) heap.put(table, fd(key), Value::integer(key));
  for (const std::int64_t key : {2, -7}) heap.put(table, Value::integer(key), Value());
  CHECK(keys_of(table) == std::vector<std::int64_t>{-7, 2, -3, 0, 5, 9});
}

TEST_CASE("a key is found by kind and number") {
  ValueHeap heap;
  Table& table = heap.make_table().table();
  heap.put(table, fd(1), Value::integer(10));
  CHECK(table.find(fd(1))->integer() == 10);
  CHECK(table.find(Value::integer(1)) == nullptr);
  CHECK(table.find(fd(2)) == nullptr);
  heap.put(table, fd(1), Value::integer(11));
  CHECK(table.find(fd(1))->integer() == 11);
  CHECK(table.entries().size() == 1);
}

TEST_CASE("an entry that is removed is gone, another stays") {
  ValueHeap heap;
  Table& table = heap.make_table().table();
  for (std::int64_t key = 0; key < 10; ++key) heap.put(table, fd(key), Value::integer(key));
  table.remove(fd(4));
  table.remove(fd(40));
  CHECK(table.find(fd(4)) == nullptr);
  CHECK(keys_of(table) == std::vector<std::int64_t>{0, 1, 2, 3, 5, 6, 7, 8, 9});
}

TEST_CASE("a walk goes on rightly when entries come and go under it") {
  ValueHeap heap;
  Table& table = heap.make_table().table();
  for (const std::int64_t key : {1, 3, 5}) heap.put(table, fd(key), Value());
  CHECK(table.after(Value())->key.integer() == 1);
  table.remove(fd(1));
  CHECK(table.after(fd(1))->key.integer() == 3);
  heap.put(table, fd(4), Value());
  CHECK(table.after(fd(3))->key.integer() == 4);
  CHECK(table.after(fd(5)) == nullptr);
}

TEST_CASE("a table has a last place") {
  ValueHeap heap;
  Table& table = heap.make_table().table();
  for (std::int64_t key = 0; key < Table::kMaximumEntries; ++key) {
    REQUIRE(heap.put(table, Value::integer(key), Value()));
  }
  CHECK_FALSE(heap.put(table, Value::integer(-1), Value()));
  CHECK(heap.put(table, Value::integer(0), Value::integer(1)));
}

}  // namespace
}  // namespace ipcsim::scenario
