// SPDX-License-Identifier: BSD-2-Clause
#include "scenarios/language/value.h"

#include <string_view>

#include <doctest/doctest.h>

#include "scenarios/language/table.h"

namespace ipcsim::scenario {
namespace {

using kernel::EventKind;
using kernel::KernelError;

Value bytes_of(std::string_view text) {
  return Value::bytes(std::as_bytes(std::span(text)), Value::Storage::kConstant);
}

kernel::Event opened() {
  kernel::Event event;
  event.kind = EventKind::kOpened;
  event.fd = {-2};
  event.task = kernel::TaskId(7);
  event.uid = 65'535;
  return event;
}

TEST_CASE("a value gives back what it was made of") {
  CHECK_FALSE(Value().is_set());
  CHECK(Value::nothing().is_set());
  CHECK(Value::integer(INT64_MIN).integer() == INT64_MIN);
  CHECK(Value::boolean(true).is_true());
  CHECK(Value::boolean(false).is_false());
  CHECK(Value::task(kernel::TaskId(3)).task() == kernel::TaskId(3));
  CHECK(Value::descriptor({-1}).descriptor() == kernel::Descriptor{-1});
  CHECK(Value::error(KernelError::busy).error() == KernelError::busy);
  CHECK(bytes_of("ping").bytes().size() == 4);

  const kernel::Event event = Value::event(opened()).event();
  CHECK(event.kind == EventKind::kOpened);
  CHECK(event.fd == kernel::Descriptor{-2});
  CHECK(event.task == kernel::TaskId(7));
  CHECK(event.uid == 65'535);
}

TEST_CASE("the event of an interrupt has its number instead of a client") {
  kernel::Event event;
  event.kind = EventKind::kSignaled;
  event.fd = {3};
  event.sequence = (std::uint64_t{5} << 32) + 7;
  const Value value = Value::event(event);
  CHECK(value.event().sequence == event.sequence);
  CHECK(value.event().fd == kernel::Descriptor{3});
  CHECK_FALSE(value.event().task.valid());
  CHECK(text_of(value) == "signaled(fd 3, sequence 21474836487)");
  kernel::Event later = event;
  ++later.sequence;
  CHECK(equal(value, Value::event(event)));
  CHECK_FALSE(equal(value, Value::event(later)));
  later.sequence = 0;
  CHECK(text_of(Value::event(later)) == "signaled(fd 3)");
}

TEST_CASE("only true and false are truths, and unset is neither") {
  CHECK_FALSE(Value().is_true());
  CHECK_FALSE(Value().is_false());
  CHECK_FALSE(Value::integer(1).is_true());
  CHECK_FALSE(Value::integer(0).is_false());
}

TEST_CASE("values of different kinds are never equal") {
  Table table;
  const Value values[] = {Value::nothing(),
                          Value::integer(0),
                          Value::boolean(false),
                          bytes_of(""),
                          Value::task(kernel::TaskId(0)),
                          Value::descriptor({0}),
                          Value::event({}),
                          Value::error(KernelError{}),
                          Value::kind_value(0),
                          Value::table(table)};
  for (const Value& one : values) {
    for (const Value& other : values) CHECK(equal(one, other) == (one.kind() == other.kind()));
  }
}

TEST_CASE("bytes are equal by content and length, tables by identity") {
  CHECK(equal(bytes_of("ab"), bytes_of(std::string("ab"))));
  CHECK_FALSE(equal(bytes_of("ab"), bytes_of("ac")));
  CHECK_FALSE(equal(bytes_of("ab"), bytes_of("abc")));
  Table one;
  Table other;
  CHECK(equal(Value::table(one), Value::table(one)));
  CHECK_FALSE(equal(Value::table(one), Value::table(other)));
}

TEST_CASE("events are equal in everything they say") {
  kernel::Event other = opened();
  CHECK(equal(Value::event(opened()), Value::event(other)));
  other.uid = 1;
  CHECK_FALSE(equal(Value::event(opened()), Value::event(other)));
}

TEST_CASE("events, errors and kinds share one row of codes") {
  kernel::Event closed;
  closed.kind = EventKind::kClosed;
  const std::uint16_t code = Value::code_of(EventKind::kClosed);
  CHECK(Value::event(closed).kind_code() == code);
  CHECK(Value::kind_value(code).kind_code() == code);
  CHECK(Value::error(KernelError::stale).kind_code() == Value::code_of(KernelError::stale));
  CHECK(Value::integer(code).kind_code() == Value::kNoKind);
  CHECK(name_of_kind(code) == "closed");
  CHECK(name_of_kind(Value::code_of(KernelError::refused)) == "refused");
  CHECK(name_of_kind(Value::code_of(kernel::PageAccess::kWrite)) == "write");
  CHECK(Value::kind_value(Value::code_of(kernel::PageAccess::kRead)).access() ==
        kernel::PageAccess::kRead);
}

TEST_CASE("a value as messages show it") {
  CHECK(text_of(Value::integer(-5)) == "-5");
  CHECK(text_of(Value::boolean(true)) == "true");
  CHECK(text_of(bytes_of("hi\n")) == "\"hi\\n\"");
  CHECK(text_of(bytes_of(std::string_view("ping\0\0\0\0", 8))) == "\"ping\"[8]");
  CHECK(text_of(Value::descriptor({3})) == "fd 3");
  CHECK(text_of(Value::descriptor({3 + (std::int64_t{2} << 20)})) == "fd 3.g2");
  CHECK(text_of(Value::event(opened())) == "opened(fd -2, uid 65535)");
  CHECK(text_of(Value::event({})) == "timed_out");
  CHECK(text_of(Value::error(KernelError::busy)) == "busy");
  CHECK(text_of(Value()) == "no value yet");
}

}  // namespace
}  // namespace ipcsim::scenario
