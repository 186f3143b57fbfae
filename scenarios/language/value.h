// SPDX-License-Identifier: BSD-2-Clause
// Value: what a variable of a scenario holds. 16 bytes, trivially copyable, owns nothing: bytes and
// tables live in the run's ValueHeap (constants in the Program), which may move them and then
// corrects the values it is told about. `unset` is a variable before its first assignment,
// `nothing` the result of a call that gives none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "kernel_model/abi/kernel_error.h"
#include "kernel_model/abi/user_types.h"
#include "sim/base/check.h"

namespace ipcsim::scenario {

class Table;

enum class ValueKind : std::uint8_t {
  kUnset,
  kNothing,
  kInteger,
  kBoolean,
  kBytes,
  kTask,
  kDescriptor,
  kEvent,
  kFault,
  kError,
  kKind,
  kTable,
};

// "an integer", "bytes", ... as messages say it.
std::string_view describe(ValueKind kind);

class Value {
 public:
  // Who keeps the bytes of a bytes value: somebody who outlives the run, or the heap.
  enum class Storage : std::uint8_t { kConstant, kHeap };

  constexpr Value() = default;  // unset
  static constexpr Value nothing() { return Value(ValueKind::kNothing, 0); }
  static constexpr Value integer(std::int64_t number) { return Value(ValueKind::kInteger, number); }
  static constexpr Value boolean(bool truth) { return Value(ValueKind::kBoolean, truth ? 1 : 0); }
  static constexpr Value task(kernel::TaskId task) { return Value(ValueKind::kTask, task.value()); }
  static constexpr Value descriptor(kernel::Descriptor fd) {
    return Value(ValueKind::kDescriptor, fd.number);
  }
  static constexpr Value error(kernel::KernelError error) {
    return Value(ValueKind::kError, static_cast<std::int64_t>(error));
  }
  // What `.kind` and `.access` give, and what a bare `closed`, `refused` or `write` is.
  static constexpr Value kind_value(std::uint16_t code) { return Value(ValueKind::kKind, code); }
  static constexpr Value event(const kernel::Event& event) {
    Value value(ValueKind::kEvent, event.fd.number);
    value.code_ = static_cast<std::uint8_t>(event.kind);
    const bool is_signal = event.kind == kernel::EventKind::kSignaled;
    value.high_ = static_cast<std::uint16_t>(is_signal ? event.sequence >> 32 : event.uid);
    value.extent_ = is_signal ? static_cast<std::uint32_t>(event.sequence) : event.task.value();
    return value;
  }
  static Value bytes(std::span<const std::byte> bytes, Storage storage) {
    Value value(ValueKind::kBytes, 0);
    value.code_ = static_cast<std::uint8_t>(storage);
    value.extent_ = static_cast<std::uint32_t>(bytes.size());
    value.bytes_ = bytes.data();
    return value;
  }
  // `stored` is a PageFault, on the heap.
  static Value fault(std::span<const std::byte> stored) {
    Value value = bytes(stored, Storage::kHeap);
    value.kind_ = ValueKind::kFault;
    return value;
  }
  static Value table(Table& table) {
    Value value(ValueKind::kTable, 0);
    value.table_ = &table;
    return value;
  }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is(ValueKind kind) const { return kind_ == kind; }
  constexpr bool is_set() const { return kind_ != ValueKind::kUnset; }

  // Each of these may only be asked of a value of its kind. The sequence of an interrupt is kept
  // below 2^48.
  constexpr std::int64_t integer() const { return number_; }
  // By what values of one kind differ that is none of bytes, event, page fault and table.
  constexpr std::int64_t number() const { return number_; }
  constexpr bool truth() const { return number_ != 0; }
  constexpr kernel::TaskId task() const {
    return kernel::TaskId(static_cast<std::uint32_t>(number_));
  }
  constexpr kernel::Descriptor descriptor() const { return {number_}; }
  constexpr kernel::KernelError error() const { return static_cast<kernel::KernelError>(number_); }
  constexpr kernel::Event event() const {
    kernel::Event event{static_cast<kernel::EventKind>(code_), {number_}, {}, 0, 0};
    if (event.kind == kernel::EventKind::kSignaled) {
      event.sequence = std::uint64_t{high_} << 32 | extent_;
    } else {
      event.task = kernel::TaskId(extent_);
      event.uid = high_;
    }
    return event;
  }
  constexpr kernel::PageAccess access() const {  // of a kind that is one
    return static_cast<kernel::PageAccess>(number_ - kFirstAccessCode);
  }
  std::span<const std::byte> bytes() const { return {bytes_, extent_}; }  // also of a fault
  kernel::PageFault fault() const {
    kernel::PageFault fault;
    std::memcpy(&fault, bytes_, sizeof fault);
    return fault;
  }
  Storage storage() const { return static_cast<Storage>(code_); }
  Table& table() const { return *table_; }

  // The kinds of events, errors and accesses as one row of numbers; kNoKind of a value without one.
  static constexpr std::uint16_t kNoKind = 0xFFFF;
  static constexpr std::uint16_t code_of(kernel::EventKind kind) {
    return static_cast<std::uint16_t>(kind);
  }
  static constexpr std::uint16_t code_of(kernel::KernelError error) {
    return static_cast<std::uint16_t>(kFirstErrorCode + static_cast<std::uint16_t>(error));
  }
  static constexpr std::uint16_t code_of(kernel::PageAccess access) {
    return static_cast<std::uint16_t>(kFirstAccessCode + static_cast<std::uint16_t>(access));
  }
  constexpr std::uint16_t kind_code() const {
    switch (kind_) {
      case ValueKind::kEvent:
        return code_;
      case ValueKind::kError:
        return code_of(error());
      case ValueKind::kKind:
        return static_cast<std::uint16_t>(number_);
      default:
        return kNoKind;
    }
  }

  // Exactly `true`, exactly `false`: an unset condition is neither.
  constexpr bool is_true() const { return kind_ == ValueKind::kBoolean && number_ != 0; }
  constexpr bool is_false() const { return kind_ == ValueKind::kBoolean && number_ == 0; }

 private:
  static constexpr std::uint16_t kFirstErrorCode = 256;
  static constexpr std::uint16_t kFirstAccessCode = 512;

  constexpr Value(ValueKind kind, std::int64_t number) : kind_(kind), number_(number) {}

  ValueKind kind_ = ValueKind::kUnset;
  std::uint8_t code_ = 0;     // an event's kind; where bytes are stored
  std::uint16_t high_ = 0;    // of an event: uid, or what of the sequence is above 32 bits
  std::uint32_t extent_ = 0;  // length of bytes; of an event: task, or the sequence's low 32 bits
  union {
    std::int64_t number_ = 0;  // integer, truth, task, descriptor (also an event's), error, kind
    const std::byte* bytes_;
    Table* table_;
  };
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

// Values of different kinds are never equal; bytes are by content, tables only when they are one.
bool equal(const Value& left, const Value& right);

// "closed", "refused": the name behind a kind_code().
std::string_view name_of_kind(std::uint16_t code);

// As messages show it: 3, true, "ping"[32], opened(fd -1, uid 7), busy.
std::string text_of(const Value& value);

}  // namespace ipcsim::scenario
