// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/recorder.h"

#include <cstring>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace ipcsim::trace {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view content(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Record numbered(std::uint64_t number) {
  Record record;
  record.cycle = number;
  record.lane = LaneId(1);
  record.step = 2;
  record.event = 3;
  record.cpu = 4;
  record.source = {.file = 5, .line = 6};
  record.flow = 7;
  record.why = 8;
  record.result = 9;
  record.arguments = {10, 11, 12, number};
  return record;
}

bool same(const Record& one, const Record& other) {
  return std::memcmp(&one, &other, sizeof one) == 0;
}

TEST_CASE("records come back whole and in order") {
  Recorder recorder;
  CHECK(recorder.records().empty());
  for (std::uint64_t i = 0; i < 1000; ++i) recorder.append(numbered(i));
  REQUIRE(recorder.records().size() == 1000);
  for (std::uint64_t i = 0; i < 1000; ++i) REQUIRE(same(recorder.records()[i], numbered(i)));
}

TEST_CASE("a record to fill in is fresh, whatever an earlier run left there") {
  Recorder recorder;
  for (std::uint64_t i = 0; i < 10; ++i) recorder.append(numbered(i));
  recorder.clear();
  for (std::uint64_t i = 0; i < 10; ++i) {
    Record& record = recorder.append();
    REQUIRE(same(record, Record{}));
    record.cycle = i;
  }
  CHECK(recorder.records()[9].cycle == 9);
  CHECK(recorder.records()[9].cpu == kNoCpu);
  CHECK_FALSE(recorder.records()[9].lane.valid());
}

TEST_CASE("clear forgets the run and keeps the memory") {
  Recorder recorder;
  const auto run = [&recorder] {
    for (std::uint64_t i = 0; i < 500; ++i) recorder.append(numbered(i));
    recorder.keep(bytes_of("ping"));
    return recorder.records().data();
  };
  const Record* const first = run();
  CHECK(recorder.next_flow() == 1);
  CHECK(recorder.next_flow() == 2);
  recorder.clear();
  CHECK(recorder.records().empty());
  CHECK(recorder.kept().empty());
  CHECK(run() == first);
  CHECK(recorder.next_flow() == 1);
}

TEST_CASE("kept bytes come back by their number") {
  Recorder recorder;
  const std::string longest(100'000, 'x');
  const std::uint64_t ping = recorder.keep(bytes_of("ping"));
  const std::uint64_t nothing = recorder.keep({});
  const std::uint64_t full = recorder.keep(bytes_of(longest));
  const std::uint64_t pong = recorder.keep(bytes_of("pong"));
  CHECK(content(recorder.bytes(ping)) == "ping");
  CHECK(recorder.bytes(nothing).empty());
  CHECK(content(recorder.bytes(full)) == longest);
  CHECK(content(recorder.bytes(pong)) == "pong");
}

TEST_CASE("what is recorded is a matter of kinds") {
  CHECK(Recorder().records(0));
  CHECK(Recorder().records(31));
  const Recorder some(0b101);
  CHECK(some.records(0));
  CHECK_FALSE(some.records(1));
  CHECK(some.records(2));
  CHECK_FALSE(some.records(31));
  CHECK(some.recorded() == 0b101);
}

TEST_CASE("another run may record other kinds") {
  Recorder recorder(0b01);
  recorder.append(numbered(1));
  recorder.keep(bytes_of("ping"));
  recorder.start(0b10);
  CHECK_FALSE(recorder.records(0));
  CHECK(recorder.records(1));
  CHECK(recorder.records().empty());
  CHECK(recorder.kept().empty());
}

}  // namespace
}  // namespace ipcsim::trace
