// SPDX-License-Identifier: BSD-2-Clause
// ValueHeap: the bytes and tables that the variables of one run refer to. Nothing is freed one by
// one; when much has been made since the last time, what is still referred to is copied to a second
// space and the first is emptied. So a long run needs no more memory than its variables do.
//
// A collection: begin_collection(), keep() of every variable there is, end_collection(). Values
// that were not kept are invalid afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "scenarios/language/table.h"
#include "scenarios/language/value.h"
#include "sim/base/arena.h"

namespace ipcsim::scenario {

class ValueHeap {
 public:
  static constexpr std::size_t kMaximumBytes = 65'536;  // of one bytes value

  ValueHeap() = default;
  ValueHeap(const ValueHeap&) = delete;
  ValueHeap& operator=(const ValueHeap&) = delete;

  // Forgets everything; the memory stays for the next run.
  void reset();

  // New bytes to be filled in by the caller, and the value that names them. At most kMaximumBytes.
  struct NewBytes {
    std::span<std::byte> room;
    Value value;
  };
  NewBytes make_bytes(std::size_t count);
  Value make_bytes(std::span<const std::byte> content);

  Value make_fault(const kernel::PageFault& fault);

  Value make_table();

  // Sets the entry of `key`, which must be a key; `value` is no table. False when the table has no
  // room for one more.
  bool put(Table& table, const Value& key, const Value& value);

  // A copy of `value` that shares no table with it; bytes never change and are shared.
  Value copy_of(const Value& value);

  // Enough was made since the last collection to make one worth its cost.
  bool wants_collection() const { return current().used() >= collect_at_; }

  void begin_collection();
  void keep(Value& value);
  // `variables`: how many values were kept, for the cost of the next collection.
  void end_collection(std::size_t variables);

  // What was referred to at the last collection, in bytes of memory.
  std::size_t live() const { return live_; }

 private:
  static constexpr std::size_t kCollectAtLeast = std::size_t{1} << 20;

  // Stands before the content of every bytes value of the heap.
  struct BytesHeader {
    const std::byte* moved_to = nullptr;
  };

  Arena& current() { return spaces_[current_]; }
  const Arena& current() const { return spaces_[current_]; }
  std::span<const std::byte> moved(std::span<const std::byte> content);
  void keep_table(Value& value);

  Arena spaces_[2];
  unsigned current_ = 0;
  std::size_t collect_at_ = kCollectAtLeast;
  std::size_t live_ = 0;
};

}  // namespace ipcsim::scenario
