// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/memory_operations.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "scenarios/language/arithmetic.h"
#include "scenarios/language/call_exchange.h"

namespace ipcsim::scenario::operation {
namespace {

using Word = std::array<std::byte, sizeof(std::uint64_t)>;

// An operand that is no integer, among `count` of them from r[first] on; null when all are.
const Value* find_no_integer(Execution& run, std::uint16_t first, std::uint16_t count) {
  for (std::uint16_t index = 0; index < count; ++index) {
    const Value& operand = run.r(static_cast<std::uint16_t>(first + index));
    if (!operand.is(ValueKind::kInteger)) return &operand;
  }
  return nullptr;
}

std::uint64_t bits_in(const Execution& run, std::uint32_t index) {
  return static_cast<std::uint64_t>(run.r(static_cast<std::uint16_t>(index)).integer());
}

kernel::PageAccess access_in(const Execution& run, std::uint32_t index) {
  return run.r(static_cast<std::uint16_t>(index)).access();
}

Value frame_value(kernel::FrameId frame) { return Value::integer(frame.value()); }
Value number_value(std::uint64_t bits) { return Value::integer(static_cast<std::int64_t>(bits)); }

// The operands of a call on another task's pages: r[b] is a task, `count` integers follow.
const Value* find_wrong(Execution& run, const Instruction* at, std::uint16_t count,
                        ValueKind& expected) {
  const Value& task = run.r(at->b);
  expected = ValueKind::kTask;
  if (!task.is(ValueKind::kTask)) return &task;
  expected = ValueKind::kInteger;
  return find_no_integer(run, static_cast<std::uint16_t>(at->b + 1), count);
}

}  // namespace

const Instruction* new_frame(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).new_frame(), frame_value);
}

const Instruction* copy_frame(Execution& run, const Instruction* at) {
  const Value& frame = run.r(at->b);
  if (!frame.is(ValueKind::kInteger)) return fail_kind(run, at, frame, ValueKind::kInteger);
  return leave(run, at, enter(run, at).copy_frame(frame.integer()), frame_value);
}

const Instruction* free_frame(Execution& run, const Instruction* at) {
  const Value& frame = run.r(at->b);
  if (!frame.is(ValueKind::kInteger)) return fail_kind(run, at, frame, ValueKind::kInteger);
  return leave(run, at, enter(run, at).free_frame(frame.integer()));
}

const Instruction* map(Execution& run, const Instruction* at) {
  ValueKind expected = ValueKind::kTask;
  if (const Value* const wrong = find_wrong(run, at, 2, expected)) {
    return fail_kind(run, at, *wrong, expected);
  }
  return leave(run, at,
               enter(run, at).map(run.r(at->b).task(), bits_in(run, at->b + 1U),
                                  static_cast<std::int64_t>(bits_in(run, at->b + 2U)),
                                  access_in(run, at->b + 3U)));
}

const Instruction* protect(Execution& run, const Instruction* at) {
  ValueKind expected = ValueKind::kTask;
  if (const Value* const wrong = find_wrong(run, at, 1, expected)) {
    return fail_kind(run, at, *wrong, expected);
  }
  return leave(run, at,
               enter(run, at).protect(run.r(at->b).task(), bits_in(run, at->b + 1U),
                                      access_in(run, at->b + 2U)));
}

const Instruction* unmap(Execution& run, const Instruction* at) {
  ValueKind expected = ValueKind::kTask;
  if (const Value* const wrong = find_wrong(run, at, 1, expected)) {
    return fail_kind(run, at, *wrong, expected);
  }
  return leave(run, at, enter(run, at).unmap(run.r(at->b).task(), bits_in(run, at->b + 1U)));
}

const Instruction* load_number(Execution& run, const Instruction* at) {
  const Value& address = run.r(at->b);
  if (!address.is(ValueKind::kInteger)) return fail_kind(run, at, address, ValueKind::kInteger);
  Word word{};
  const auto result =
      enter(run, at).load(bits_in(run, at->b), std::span(word).first(std::size_t{at->c}));
  return leave(run, at, result, [&word](Nothing) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, word.data(), sizeof bits);
    return number_value(bits);
  });
}

const Instruction* load_bytes(Execution& run, const Instruction* at) {
  for (const Value& operand : {run.r(at->b), run.r(at->c)}) {
    if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
  }
  const Value count = run.r(at->c);
  if (count.integer() < 0) return fail(run, at, {.kind = FailureKind::kNegative, .left = count});
  if (count.integer() > static_cast<std::int64_t>(ValueHeap::kMaximumBytes)) {
    return fail(run, at, {.kind = FailureKind::kBytesTooLong, .left = count});
  }
  // The heap may be collected while the thread waits for its next step.
  const std::span<std::byte> room =
      run.interpreter.bytes_room(run.thread, static_cast<std::size_t>(count.integer()));
  const auto result = enter(run, at).load(bits_in(run, at->b), room);
  const Instruction* const next = leave(
      run, at, result, [&run, room](Nothing) { return run.interpreter.heap().make_bytes(room); });
  return next != nullptr && run.interpreter.collect_if_worth_it(at) ? next : nullptr;
}

const Instruction* store_number(Execution& run, const Instruction* at) {
  if (const Value* const wrong = find_no_integer(run, at->b, 2)) {
    return fail_kind(run, at, *wrong, ValueKind::kInteger);
  }
  const Value number = run.r(static_cast<std::uint16_t>(at->b + 1));
  if (!fits_bytes(number.integer(), at->c)) {
    return fail(run, at, {.kind = FailureKind::kDoesNotFit, .detail = at->c, .left = number});
  }
  Word word{};
  const std::int64_t bits = number.integer();
  std::memcpy(word.data(), &bits, sizeof bits);
  const std::span<const std::byte> bytes = std::span(word).first(std::size_t{at->c});
  return leave(run, at, enter(run, at).store(bits_in(run, at->b), bytes));
}

const Instruction* store_bytes(Execution& run, const Instruction* at) {
  const Value& address = run.r(at->b);
  const Value& content = run.r(at->c);
  if (!address.is(ValueKind::kInteger)) return fail_kind(run, at, address, ValueKind::kInteger);
  if (!content.is(ValueKind::kBytes)) return fail_kind(run, at, content, ValueKind::kBytes);
  const std::span<std::byte> room = run.interpreter.bytes_room(run.thread, content.bytes().size());
  std::ranges::copy(content.bytes(), room.begin());
  return leave(run, at, enter(run, at).store(bits_in(run, at->b), room));
}

const Instruction* exchange(Execution& run, const Instruction* at) {
  for (const Value& operand : {run.r(at->b), run.r(at->c)}) {
    if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
  }
  return leave(run, at, enter(run, at).exchange(bits_in(run, at->b), bits_in(run, at->c)),
               number_value);
}

const Instruction* compare_exchange(Execution& run, const Instruction* at) {
  if (const Value* const wrong = find_no_integer(run, at->b, 3)) {
    return fail_kind(run, at, *wrong, ValueKind::kInteger);
  }
  return leave(run, at,
               enter(run, at).compare_exchange(bits_in(run, at->b), bits_in(run, at->b + 1U),
                                               bits_in(run, at->b + 2U)),
               number_value);
}

const Instruction* fetch_add(Execution& run, const Instruction* at) {
  for (const Value& operand : {run.r(at->b), run.r(at->c)}) {
    if (!operand.is(ValueKind::kInteger)) return fail_kind(run, at, operand, ValueKind::kInteger);
  }
  return leave(run, at, enter(run, at).fetch_add(bits_in(run, at->b), bits_in(run, at->c)),
               number_value);
}

const Instruction* fence(Execution& run, const Instruction* at) {
  return leave(run, at, enter(run, at).fence());
}

}  // namespace ipcsim::scenario::operation
