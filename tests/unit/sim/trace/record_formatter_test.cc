// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/record_formatter.h"

#include <limits>

#include <doctest/doctest.h>

#include "sim/base/cycles.h"
#include "tests/unit/sim/trace/sample_vocabulary.h"

namespace ipcsim::trace {
namespace {

constexpr auto kMinusOne = static_cast<std::uint64_t>(-1);

std::string line_of(const Record& record, const Recorder& recorder = Recorder()) {
  const Names names = sample::names_of(recorder);
  std::string line = "before ";
  RecordFormatter(sample::kVocabulary, names).append_line(line, record);
  REQUIRE(line.starts_with("before "));
  return line.substr(7);
}

Record record_of(sample::EventNumber event) {
  Record record;
  record.cycle = 2286;
  record.lane = LaneId(0);
  record.step = 3;
  record.event = event;
  record.cpu = 1;
  return record;
}

TEST_CASE("an event with everything") {
  Record record = record_of(sample::kPoll);
  record.arguments = {0, kMinusOne, kNever};
  record.flow = 4;
  record.why = sample::kSlept;
  record.source = {.file = 0, .line = 9};
  CHECK(line_of(record) ==
        "      2286 cpu1  consumer.main#3      ipc    poll         fd=-1 timeout=never -> signaled "
        "flow=4 why=slept @hello.scn:9");
}

TEST_CASE("a result stands instead of the value, which is not shown at all then") {
  Record record = record_of(sample::kPoll);
  record.arguments = {0, 5, 100};
  record.result = sample::kBusy;
  CHECK(line_of(record) ==
        "      2286 cpu1  consumer.main#3      ipc    poll         fd=5 timeout=100 -> busy");
}

TEST_CASE("an event with nothing ends with its name") {
  CHECK(line_of(record_of(sample::kReady)) == "      2286 cpu1  consumer.main#3      sched  ready");
}

TEST_CASE("bytes are shown from the recorder's store") {
  Recorder recorder;
  std::vector<std::byte> message(32);
  message[0] = std::byte{'o'};
  message[1] = std::byte{'k'};
  Record record = record_of(sample::kWrite);
  recorder.keep({});
  record.arguments = {recorder.keep(message), 2, 7};
  CHECK(line_of(record, recorder) ==
        "      2286 cpu1  consumer.main#3      ipc    write        bytes=\"ok\"[32] fd=2 number=7");
}

TEST_CASE("an argument without a text is left out, key and all") {
  Record record = record_of(sample::kAllFormats);
  record.arguments = {255, 0, 1, 1};
  CHECK(line_of(record) ==
        "      2286 cpu1  consumer.main#3      thread push_to_listen_queue address=0xff "
        "task=producer urgent=yes");
  record.arguments = {0, 6, 0, 0};
  CHECK(line_of(record).ends_with(" address=0x0 task=consumer urgent=no -> 6"));
}

TEST_CASE("an event whose only argument is left out ends with its name") {
  static constexpr std::array kOptional{ArgumentType{"optional", sample::format_if_set}};
  static constexpr std::array kEvents{EventType{0, "may", kOptional, -1},
                                      EventType{0, "give", kOptional, 0}};
  const Recorder recorder;
  const Names names = sample::names_of(recorder);
  Vocabulary vocabulary = sample::kVocabulary;
  vocabulary.events = kEvents;
  const RecordFormatter formatter(vocabulary, names);
  const auto line = [&formatter](std::uint16_t event, std::uint64_t value) {
    Record record = record_of(sample::kPoll);
    record.event = event;
    record.arguments[0] = value;
    std::string text;
    formatter.append_line(text, record);
    return text.substr(38);
  };
  CHECK(line(0, 0) == "ipc    may");
  CHECK(line(0, 5) == "ipc    may          optional=5");
  CHECK(line(1, 0) == "ipc    give");
  CHECK(line(1, 5) == "ipc    give         -> 5");
}

TEST_CASE("the largest and smallest numbers") {
  Record record = record_of(sample::kWrite);
  Recorder recorder;
  record.cycle = std::numeric_limits<Cycle>::max();
  record.step = std::numeric_limits<std::uint32_t>::max();
  record.cpu = kNoCpu - 1;
  record.flow = std::numeric_limits<std::uint32_t>::max();
  record.source = {.file = 1, .line = kMaximumSourceLine};
  record.arguments = {recorder.keep({}),
                      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min()),
                      std::numeric_limits<std::uint64_t>::max()};
  CHECK(line_of(record, recorder) ==
        "18446744073709551615 cpu65534 consumer.main#4294967295 ipc    write        bytes=\"\" "
        "fd=-9223372036854775808 number=18446744073709551615 flow=4294967295 "
        "@\"lib/two\\x20words.scn\":4194303");
}

TEST_CASE("lanes and files without a name") {
  Record record = record_of(sample::kReady);
  record.cpu = kNoCpu;
  record.lane = LaneId();
  CHECK(line_of(record) == "      2286 -     -#3                  sched  ready");
  record.lane = LaneId(77);
  record.source = {.file = 9, .line = 5};
  CHECK(line_of(record) == "      2286 -     ?77#3                sched  ready        @?9:5");
  record.lane = LaneId(3);
  record.source = {.file = 9, .line = 0};
  CHECK(line_of(record) == "      2286 -     \"client[2]\\x20\\\"odd\\\"\"#3 sched  ready");
}

}  // namespace
}  // namespace ipcsim::trace
