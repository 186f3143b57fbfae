// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/bytes_operations.h"

#include <algorithm>

#include "scenarios/language/arithmetic.h"

namespace ipcsim::scenario::operation {
namespace {

// Puts a value that was made in the heap where it belongs; from here on the heap may be collected.
const Instruction* keep_made(Execution& run, const Instruction* at, const Value& made) {
  run.r(at->a) = made;
  return run.interpreter.collect_if_worth_it(at) ? at + 1 : nullptr;
}

// An operand that is unset makes the result unset: conditions may look at variables too early.
bool any_unset(const Execution& run, const Instruction* at) {
  if (run.r(at->b).is_set() && run.r(at->c).is_set()) return false;
  run.r(at->a) = Value();
  return true;
}

const Instruction* get_bytes(Execution& run, const Instruction* at, std::size_t count) {
  if (any_unset(run, at)) return at + 1;
  const Value& source = run.r(at->b);
  const Value& offset = run.r(at->c);
  if (!source.is(ValueKind::kBytes)) return fail_kind(run, at, source, ValueKind::kBytes);
  if (!offset.is(ValueKind::kInteger)) return fail_kind(run, at, offset, ValueKind::kInteger);
  const std::span<const std::byte> bytes = source.bytes();
  const std::int64_t from = offset.integer();
  if (from < 0 || static_cast<std::uint64_t>(from) > bytes.size() ||
      bytes.size() - static_cast<std::uint64_t>(from) < count) {
    return fail(run, at, {.kind = FailureKind::kOutsideBytes, .left = offset, .right = source});
  }
  std::uint64_t number = 0;
  for (std::size_t index = count; index-- > 0;) {
    number =
        number << 8 | std::to_integer<std::uint64_t>(bytes[static_cast<std::size_t>(from) + index]);
  }
  run.r(at->a) = Value::integer(static_cast<std::int64_t>(number));
  return at + 1;
}

}  // namespace

const Instruction* concatenate(Execution& run, const Instruction* at) {
  if (any_unset(run, at)) return at + 1;
  const Value left = run.r(at->b);
  const Value right = run.r(at->c);
  for (const Value& operand : {left, right}) {
    if (!operand.is(ValueKind::kBytes)) return fail_kind(run, at, operand, ValueKind::kBytes);
  }
  const std::size_t count = left.bytes().size() + right.bytes().size();
  if (count > ValueHeap::kMaximumBytes) {
    return fail(run, at,
                {.kind = FailureKind::kBytesTooLong,
                 .left = Value::integer(static_cast<std::int64_t>(count))});
  }
  const ValueHeap::NewBytes made = run.interpreter.heap().make_bytes(count);
  std::ranges::copy(right.bytes(), std::ranges::copy(left.bytes(), made.room.begin()).out);
  return keep_made(run, at, made.value);
}

const Instruction* starts_with(Execution& run, const Instruction* at) {
  if (any_unset(run, at)) return at + 1;
  const Value whole = run.r(at->b);
  const Value start = run.r(at->c);
  for (const Value& operand : {whole, start}) {
    if (!operand.is(ValueKind::kBytes)) return fail_kind(run, at, operand, ValueKind::kBytes);
  }
  const std::size_t count = start.bytes().size();
  run.r(at->a) = Value::boolean(whole.bytes().size() >= count &&
                                std::ranges::equal(whole.bytes().first(count), start.bytes()));
  return at + 1;
}

const Instruction* to_bytes(Execution& run, const Instruction* at) {
  const Value number = run.r(at->b);
  if (!number.is_set()) {
    run.r(at->a) = Value();
    return at + 1;
  }
  if (!number.is(ValueKind::kInteger)) return fail_kind(run, at, number, ValueKind::kInteger);
  if (!fits_bytes(number.integer(), at->c)) {
    return fail(run, at, {.kind = FailureKind::kDoesNotFit, .detail = at->c, .left = number});
  }
  const ValueHeap::NewBytes made = run.interpreter.heap().make_bytes(at->c);
  auto rest = static_cast<std::uint64_t>(number.integer());
  for (std::byte& byte : made.room) {
    byte = static_cast<std::byte>(rest & 0xFF);
    rest >>= 8;
  }
  return keep_made(run, at, made.value);
}

const Instruction* get_bytes_8(Execution& run, const Instruction* at) {
  return get_bytes(run, at, 1);
}
const Instruction* get_bytes_16(Execution& run, const Instruction* at) {
  return get_bytes(run, at, 2);
}
const Instruction* get_bytes_32(Execution& run, const Instruction* at) {
  return get_bytes(run, at, 4);
}
const Instruction* get_bytes_64(Execution& run, const Instruction* at) {
  return get_bytes(run, at, 8);
}

const Instruction* part(Execution& run, const Instruction* at) {
  const Value source = run.r(at->b);
  const Value offset = run.r(at->c);
  const Value count = run.r(static_cast<std::uint16_t>(at->c + 1));
  if (any_unset(run, at)) return at + 1;
  if (!source.is(ValueKind::kBytes)) return fail_kind(run, at, source, ValueKind::kBytes);
  for (const Value& operand : {offset, count}) {
    if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
    if (operand.integer() < 0) {
      return fail(run, at, {.kind = FailureKind::kOutsideBytes, .left = operand, .right = source});
    }
  }
  const auto from = static_cast<std::uint64_t>(offset.integer());
  const auto wanted = static_cast<std::uint64_t>(count.integer());
  const std::uint64_t size = source.bytes().size();
  if (from > size || wanted > size - from) {
    return fail(run, at, {.kind = FailureKind::kOutsideBytes, .left = offset, .right = source});
  }
  return keep_made(run, at,
                   run.interpreter.heap().make_bytes(source.bytes().subspan(from, wanted)));
}

const Instruction* length(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && !operand.is(ValueKind::kBytes)) {
    return fail_kind(run, at, operand, ValueKind::kBytes);
  }
  run.r(at->a) = operand.is_set()
                     ? Value::integer(static_cast<std::int64_t>(operand.bytes().size()))
                     : Value();
  return at + 1;
}

const Instruction* number_of(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && !operand.is(ValueKind::kDescriptor)) {
    return fail_kind(run, at, operand, ValueKind::kDescriptor);
  }
  run.r(at->a) = operand.is_set() ? Value::integer(operand.descriptor().number) : Value();
  return at + 1;
}

const Instruction* descriptor_of(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && !operand.is(ValueKind::kInteger)) {
    return fail_kind(run, at, operand, ValueKind::kInteger);
  }
  run.r(at->a) = operand.is_set() ? Value::descriptor({operand.integer()}) : Value();
  return at + 1;
}

const Instruction* is_kind(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  run.r(at->a) = operand.is_set() ? Value::boolean(operand.kind_code() == at->c) : Value();
  return at + 1;
}

const Instruction* kind_of(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && operand.kind_code() == Value::kNoKind) {
    return fail_kind(run, at, operand, ValueKind::kEvent);
  }
  run.r(at->a) = operand.is_set() ? Value::kind_value(operand.kind_code()) : Value();
  return at + 1;
}

namespace {

// Only `opened` says who connected, and a time-out is no end's.
template <class Function>
const Instruction* event_field(Execution& run, const Instruction* at,
                               bool (*has)(const kernel::Event&), Function field) {
  const Value& operand = run.r(at->b);
  if (operand.is_set() && !operand.is(ValueKind::kEvent)) {
    return fail_kind(run, at, operand, ValueKind::kEvent);
  }
  if (operand.is_set() && !has(operand.event())) {
    return fail(run, at, {.kind = FailureKind::kNoField, .left = operand});
  }
  run.r(at->a) = operand.is_set() ? field(operand.event()) : Value();
  return at + 1;
}

bool has_fd(const kernel::Event& event) { return event.kind != kernel::EventKind::kTimedOut; }
bool has_client(const kernel::Event& event) { return event.kind == kernel::EventKind::kOpened; }
// Interrupts are numbered from 1.
bool has_sequence(const kernel::Event& event) { return event.sequence != 0; }

}  // namespace

const Instruction* event_fd(Execution& run, const Instruction* at) {
  return event_field(run, at, has_fd,
                     [](const kernel::Event& event) { return Value::descriptor(event.fd); });
}
const Instruction* event_task(Execution& run, const Instruction* at) {
  const Value& operand = run.r(at->b);
  if (operand.is(ValueKind::kFault)) {
    run.r(at->a) = Value::task(operand.fault().task);
    return at + 1;
  }
  return event_field(run, at, has_client,
                     [](const kernel::Event& event) { return Value::task(event.task); });
}
const Instruction* event_uid(Execution& run, const Instruction* at) {
  return event_field(run, at, has_client,
                     [](const kernel::Event& event) { return Value::integer(event.uid); });
}
const Instruction* event_sequence(Execution& run, const Instruction* at) {
  return event_field(run, at, has_sequence, [](const kernel::Event& event) {
    return Value::integer(static_cast<std::int64_t>(event.sequence));
  });
}

}  // namespace ipcsim::scenario::operation
