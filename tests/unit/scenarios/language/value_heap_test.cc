// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/value_heap.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace ipcsim::scenario {
namespace {

Value make(ValueHeap& heap, std::string_view text) {
  return heap.make_bytes(std::as_bytes(std::span(text)));
}

std::string text(const Value& value) {
  return {reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size()};
}

void collect(ValueHeap& heap, std::vector<Value>& variables) {
  heap.begin_collection();
  for (Value& variable : variables) heap.keep(variable);
  heap.end_collection(variables.size());
}

TEST_CASE("a collection keeps what variables refer to, wherever it moves") {
  ValueHeap heap;
  std::vector<Value> variables = {make(heap, "one"), Value::integer(7), make(heap, ""),
                                  heap.make_table()};
  heap.put(variables[3].table(), Value::integer(1), make(heap, "in the table"));
  for (int round = 0; round < 3; ++round) {
    collect(heap, variables);
    CHECK(text(variables[0]) == "one");
    CHECK(variables[1].integer() == 7);
    CHECK(text(variables[2]).empty());
    CHECK(text(*variables[3].table().find(Value::integer(1))) == "in the table");
  }
}

TEST_CASE("page faults move with the bytes that they are kept in") {
  ValueHeap heap;
  kernel::PageFault fault;
  fault.record = 7;
  fault.address = 0x1008;
  fault.access = kernel::PageAccess::kWrite;
  std::vector<Value> variables = {heap.make_fault(fault), heap.make_table()};
  heap.put(variables[1].table(), Value::integer(1), variables[0]);
  for (int round = 0; round < 3; ++round) {
    collect(heap, variables);
    CHECK(variables[0].fault().record == 7);
    CHECK(variables[0].fault().access == kernel::PageAccess::kWrite);
    CHECK(equal(*variables[1].table().find(Value::integer(1)), variables[0]));
    CHECK(text_of(variables[0]) == "fault 7 (write of 0x1008)");
  }
}

TEST_CASE("what two variables share is still shared after a collection") {
  ValueHeap heap;
  const Value table = heap.make_table();
  const Value shared = make(heap, std::string(1000, 'x'));
  std::vector<Value> variables = {table, table, shared, shared};
  collect(heap, variables);
  CHECK(&variables[0].table() == &variables[1].table());
  CHECK(variables[2].bytes().data() == variables[3].bytes().data());
}

TEST_CASE("garbage costs no memory for long") {
  ValueHeap heap;
  std::vector<Value> variables = {make(heap, "kept")};
  std::size_t collections = 0;
  for (int round = 0; round < 1'000'000; ++round) {
    make(heap, "0123456789abcdef0123456789abcdef");
    if (heap.wants_collection()) {
      collect(heap, variables);
      ++collections;
      REQUIRE(heap.live() < 100);
    }
  }
  CHECK(collections > 10);
  CHECK(text(variables[0]) == "kept");
}

TEST_CASE("constants are left where they are") {
  ValueHeap heap;
  const std::string constant = "constant";
  std::vector<Value> variables = {
      Value::bytes(std::as_bytes(std::span(constant)), Value::Storage::kConstant)};
  const std::byte* const before = variables[0].bytes().data();
  collect(heap, variables);
  CHECK(variables[0].bytes().data() == before);
  CHECK(heap.live() == 0);
}

TEST_CASE("a copy of a table is another table with the same entries") {
  ValueHeap heap;
  const Value table = heap.make_table();
  heap.put(table.table(), Value::integer(1), make(heap, "a"));
  const Value copy = heap.copy_of(table);
  heap.put(table.table(), Value::integer(2), Value());
  CHECK(copy.table().entries().size() == 1);
  CHECK(text(*copy.table().find(Value::integer(1))) == "a");
}

TEST_CASE("a reset heap is as good as new") {
  ValueHeap heap;
  for (int round = 0; round < 100'000; ++round) make(heap, "something");
  CHECK(heap.wants_collection());
  heap.reset();
  CHECK_FALSE(heap.wants_collection());
  CHECK(text(make(heap, "again")) == "again");
}

}  // namespace
}  // namespace ipcsim::scenario
